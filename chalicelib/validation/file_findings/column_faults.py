"""One finding for a column whose every known cell has one and the same fault."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.scans.batch import Cells, JsonNumber, OddCell
from chalicelib.scans.findings import Finding, shorten
from chalicelib.validation.columns import ValidatedBatch

if TYPE_CHECKING:
    from chalicelib.validation.explain import Problem

Explain = Callable[[str, Any], "Problem | None"]

# So many cells of different shapes are explained of a column; one with more has no summary.
MAX_SHAPES: Final = 10_000
_LONGEST_SHAPE: Final = 100
_SHOWN: Final = 40
# A fault follows from where a number has digits, zeros and marks: not from which digits.
_DIGITS: Final = "[1-9]"
_QUOTED: Final = re.compile(r"\A'.*?' is (?:not|no) [a-z ]+: (.+)\Z", re.DOTALL)


class ColumnFaults:
    """Finds the columns whose every known cell has the same fault.

    A column with one good cell is out, which for most is known after the first batch. Of the
    others only cells of new shapes are explained.
    """

    def __init__(self, columns: Collection[str], explain: Explain) -> None:
        """Start before the first row.

        Args:
            columns: the file's columns.
            explain: the error of a cell, by column and cell.
        """
        self._explain = explain
        self._columns = {name: _Column() for name in columns}

    def add(
        self,
        cells: Cells,
        validated: ValidatedBatch,
        faulty: Mapping[str, pa.Array],
        rows: int,
    ) -> None:
        """Add a batch.

        Args:
            cells: the batch.
            validated: its values.
            faulty: the cells that are errors, without those of rows that are no players.
            rows: how many players it has.
        """
        for name in [*self._columns]:
            mask = faulty.get(name)
            count = 0 if mask is None else mask.true_count
            if name not in cells.columns or _has_good(name, validated, mask, count, rows):
                del self._columns[name]
            elif mask is not None and count:
                self._add_faults(name, cells, mask)

    def summaries(self, positions: Mapping[str, int]) -> list[Finding]:
        """The findings.

        Args:
            positions: the position of each column.
        """
        return [
            column.summary(positions[name])
            for name, column in self._columns.items()
            if column.count >= _LEAST
        ]

    def _add_faults(self, name: str, cells: Cells, mask: pa.Array) -> None:
        column = self._columns[name]
        for index in self._new_shapes(column, cells.columns[name], cells.odd.get(name, {}), mask):
            problem = self._explain(name, cells.value(name, index))
            if problem is None or not column.fits(problem):
                del self._columns[name]
                return
        column.count += mask.true_count

    def _new_shapes(
        self, column: "_Column", cells: pa.Array, odd: Mapping[int, Any], mask: pa.Array
    ) -> list[int]:
        """The indices of the first faulty cells of shapes that were not explained yet."""
        found = [index for index, cell in odd.items() if column.is_new(_odd_shape(cell))]
        indices = kernels.indices_nonzero(mask)
        texts = kernels.take(cells, indices)
        if not pa.types.is_string(texts.type):
            texts = kernels.cast(texts, pa.string())
        shapes = kernels.replace_substring_regex(texts, _DIGITS, "1")
        codes = kernels.dictionary_encode(shapes)
        for at in _first_places(codes.indices):
            index = indices[at].as_py()
            if index not in odd and column.is_new(shapes[at].as_py() or ""):
                found.append(index)
        return sorted(found)


_LEAST: Final = 2


class _Column:
    """The fault of one column so far."""

    def __init__(self) -> None:
        self.count = 0
        self._first: Problem | None = None
        self._shapes: set[object] = set()
        self._explained = 0

    def is_new(self, shape: object) -> bool:
        """Whether a shape was not seen yet; long ones are not remembered."""
        if shape in self._shapes or self._explained > MAX_SHAPES:
            return False
        self._explained += 1
        if not isinstance(shape, str) or len(shape) <= _LONGEST_SHAPE:
            self._shapes.add(shape)
        return True

    def fits(self, problem: "Problem") -> bool:
        """Whether a cell's fault is that of the earlier cells."""
        if self._explained > MAX_SHAPES:
            return False
        self._first = self._first or problem
        return _fault(problem) == _fault(self._first)

    def summary(self, position: int) -> Finding:
        """The finding for the whole column."""
        problem = self._first
        assert problem is not None
        return Finding(
            code=problem.code,
            message=_message(problem, self.count),
            hint=problem.hint,
            position=position,
            column=problem.column,
            value=shorten(problem.value),
        )


def _has_good(
    name: str, validated: ValidatedBatch, mask: pa.Array | None, faulty: int, rows: int
) -> bool:
    """Whether a batch has a cell of a column that is known and no error."""
    if name == "id":  # an id that is not known is an error
        return rows > faulty
    values = validated.columns[name]
    if values.null_count == len(values):
        return False
    if not faulty or not pa.types.is_string(values.type):
        return True
    return bool(kernels.and_not(kernels.is_valid(values), mask).true_count)


def _first_places(codes: pa.Array) -> list[int]:
    """Where each code stands first; a dictionary's codes rise by the first use of each."""
    if not len(codes):
        return []
    codes = kernels.fill_null(codes, -1)
    highest = kernels.cumulative_max(codes)
    rises = kernels.indices_nonzero(kernels.greater(highest[1:], highest[:-1])).to_pylist()
    places = [0, *(at + 1 for at in rises)]
    nulls = kernels.indices_nonzero(kernels.equal(codes, pa.scalar(-1, codes.type)))
    return sorted({*places, *nulls[:1].to_pylist()})


def _odd_shape(cell: Any) -> object:
    if isinstance(cell, OddCell):
        return (OddCell, cell.reason, cell.hint)
    if isinstance(cell, JsonNumber | str):
        text = cell.text if isinstance(cell, JsonNumber) else cell
        return (type(cell), re.sub(_DIGITS, "1", text))
    return (type(cell), type(cell) is int and cell < 0)


def _fault(problem: "Problem") -> tuple[str, str, str]:
    """A problem without the text of its cell and without numbers."""
    match = _QUOTED.match(problem.message)
    words = match[1] if match else re.sub(r"-?[0-9.,]+", "", problem.message)
    return (problem.code, words, problem.hint)


def _message(problem: "Problem", count: int) -> str:
    match = _QUOTED.match(problem.message)
    if match is None:
        return f"{count:,} cells of {problem.column} have the same fault. {problem.message}"
    text = (shorten(problem.value) or "").strip()
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return f"{count:,} cells of {problem.column} look like {text}: {match[1]}"
