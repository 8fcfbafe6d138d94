"""Find ids that are in a file more than once; only after the last row are all ids known."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.scans.batch import SkippedRows, WholeRow
from chalicelib.scans.findings import MAX_LISTED, Finding, shorten

# Ids sorted at once. A larger file is sorted in parts, so that its memory grows by the ids only.
_SORTED_AT_ONCE: Final = 1 << 20
# How many characters of first rows are kept to compare later rows with; a cell costs some more.
_ROOM: Final = 16 << 20
_CELL: Final = 60
_SHOWN: Final = 40


class Repetition(NamedTuple):
    """A row whose id an earlier row has.

    Attributes:
        id: the id.
        row: the row's number.
        first: the number of the first row with this id.
    """

    id: int
    row: int
    first: int


class RepeatedIds:
    """Collects the ids of all rows.

    Attributes:
        count: how many rows have an id that an earlier row has; known after `find`.
    """

    def __init__(self, skipped: SkippedRows) -> None:
        """Start before the first row."""
        self.count = 0
        self._skipped = skipped
        self._ids: list[pa.Array] = []
        self._rows = 0
        self._repeated = pa.array([], pa.int64())

    def add(self, ids: pa.Array) -> None:
        """Add the ids of the next rows, null where one is no id."""
        # A copy: ids outlive the batch, and a slice would hold all of its numbers in memory.
        self._ids.append(pa.concat_arrays([ids]))
        self._rows += len(ids)

    def find(self) -> None:
        """Find the ids that are repeated."""
        found = [repetitions(ids) for ids in self._parts()]
        self.count = sum(len(again) for again in found)
        if self.count:
            self._repeated = kernels.unique(pa.concat_arrays(found))

    def first(self) -> list[Repetition]:
        """The first `MAX_LISTED` repetitions, in file order."""
        first_rows: dict[int, int] = {}
        found: list[Repetition] = []
        for row, player in self._rows_with(self._repeated):
            first = first_rows.setdefault(player, row)
            if first != row:
                found.append(Repetition(player, row, first))
            if len(found) == MAX_LISTED:
                break
        return found

    def rows(self) -> Iterator[int]:
        """The number of each row that has an id, in file order."""
        before = 0
        for ids in self._ids:
            for index in kernels.indices_nonzero(kernels.is_valid(ids)).to_pylist():
                yield self._skipped.row(before + index + 1)
            before += len(ids)

    def are_unique_with(self, keys: pa.Array) -> bool:
        """Whether each pair of an id and a key is there once.

        Args:
            keys: int32 array, 0 to 2^31-1, a key of each row that has an id.
        """
        before = 0
        batches = []
        for ids in map(kernels.drop_null, self._ids):
            batches.append(pa.record_batch([ids, keys.slice(before, len(ids))], ["id", "key"]))
            before += len(ids)
        return not any(len(repetitions(pairs)) for pairs in self._pairs(batches))

    def _pairs(self, batches: list[pa.RecordBatch]) -> Iterator[pa.Array]:
        """Each pair of a repeated id and a key as one number, in the parts in which ids are sorted.

        An id's place among the ids of its part has 21 bits at most, so both fit into an int64.
        """
        for part in range(parts := self._parts_count()):
            chosen = []
            for batch in batches:
                mask = kernels.is_in(batch["id"], self._repeated)
                if parts > 1:
                    of_part = kernels.equal(kernels.bit_wise_and(batch["id"], parts - 1), part)
                    mask = kernels.and_(mask, of_part)
                chosen.append(kernels.filter_by(batch, mask))
            table = pa.Table.from_batches(chosen).combine_chunks()
            if table.num_rows:
                ids, keys = (column.combine_chunks() for column in table.columns)
                places = kernels.cast(kernels.dictionary_encode(ids).indices, pa.int64())
                yield kernels.add(kernels.multiply(places, 1 << 32), kernels.cast(keys, pa.int64()))

    def _parts_count(self) -> int:
        return 1 << (max(0, self._rows - 1) // _SORTED_AT_ONCE).bit_length()

    def _parts(self) -> Iterator[pa.Array]:
        """The ids, by their last bits, each part as one array; so many parts are a power of two."""
        for part in range(parts := self._parts_count()):
            ids = self._ids
            if parts > 1:
                ids = [
                    kernels.filter_by(
                        one, kernels.equal(kernels.bit_wise_and(one, parts - 1), part)
                    )
                    for one in ids
                ]
            yield kernels.drop_null(pa.chunked_array(ids, pa.int64()).combine_chunks())

    def _rows_with(self, ids: pa.Array) -> Iterator[tuple[int, int]]:
        before = 0
        for batch in self._ids:
            mask = kernels.is_in(batch, ids)
            for index in kernels.indices_nonzero(mask).to_pylist():
                yield self._skipped.row(before + index + 1), batch[index].as_py()
            before += len(batch)


def repetitions(values: pa.Array) -> pa.Array:
    """Each repetition of a value; one that occurs three times is listed twice.

    Args:
        values: int64 array without nulls.
    """
    # Sorting takes 16 bytes per value, a hash table three times as much.
    values = kernels.take(values, kernels.sort_indices(values, [("", "ascending")]))
    return kernels.filter_by(values[1:], kernels.equal(values[1:], values[:-1]))


def explain_repetitions(
    repeated: list[Repetition], rows: Iterable[WholeRow], names: Sequence[str], position: int
) -> list[Finding]:
    """The findings for repeated ids; they say whether the rows are the same in every cell.

    Args:
        repeated: in file order.
        rows: the file's rows; read as far as needed.
        names: its headers.
        position: the position of the id's column.
    """
    compared = _compare(repeated, rows)
    return [_explain(one, compared.get(one.row), names, position) for one in repeated]


class _Difference(NamedTuple):
    """The first cell in which two rows differ; `at` is -1 when there is none."""

    at: int
    one: str | None = None
    other: str | None = None


def _compare(repeated: list[Repetition], rows: Iterable[WholeRow]) -> dict[int, _Difference]:
    """How rows differ from the first row with their id, by row; without those that are too long."""
    first_of = {one.row: one.first for one in repeated}
    wanted = set(first_of.values())
    kept: dict[int, tuple[str | None, ...]] = {}
    room = _ROOM
    found: dict[int, _Difference] = {}
    for row in rows:
        first = kept.get(first_of.get(row.row, 0))
        if first is not None:
            pairs = enumerate(zip(first, row.cells, strict=False))
            differ = (_Difference(at, *pair) for at, pair in pairs if pair[0] != pair[1])
            found[row.row] = next(differ, _Difference(-1))
        elif row.row in wanted:
            room -= sum(_CELL + len(cell or "") for cell in row.cells)
            if room > 0:
                kept[row.row] = row.cells
        if row.row >= repeated[-1].row:
            break
    return found


def _explain(
    repeated: Repetition, difference: _Difference | None, names: Sequence[str], position: int
) -> Finding:
    message = f"The id {repeated.id} is in row {repeated.first} already"
    hint = "Keep the right one of the two rows and delete the other."
    if difference is None:
        message += "."
    elif difference.at < 0:
        message += ", and the two rows are the same in every cell."
        hint = "Delete one of the two rows; nothing is lost."
    else:
        name = shorten(names[difference.at])
        message += (
            f', and the two rows differ: "{name}" is {_shown(difference.one)} there and '
            f"{_shown(difference.other)} here."
        )
    return Finding(
        code="duplicate_id",
        message=message,
        hint=hint,
        row=repeated.row,
        position=position,
        column="id",
    )


def _shown(cell: str | None) -> str:
    text = (shorten(cell) or "").strip()
    if not text:
        return "empty"
    return f"'{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}'"
