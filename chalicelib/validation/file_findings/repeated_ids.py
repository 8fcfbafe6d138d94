"""Find ids that are in a file more than once; only after the last row are all ids known."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
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

    def add(self, ids: pa.Array) -> None:
        """Add the ids of the next rows, null where one is no id."""
        # A copy: ids outlive the batch, and a slice would hold all of its numbers in memory.
        self._ids.append(pa.concat_arrays([ids]))
        self._rows += len(ids)

    def find(self) -> None:
        """Find the ids that are repeated."""
        self.count = sum(len(repetitions(ids)) for ids in self._parts())

    def first(self) -> list[Repetition]:
        """The first `MAX_LISTED` repetitions, in file order."""
        starts = [0, *accumulate(map(len, self._ids))]

        def places_of(batch: int) -> pa.Array:
            every = kernels.indices_nonzero(kernels.is_null(pa.nulls(len(self._ids[batch]))))
            return kernels.add(kernels.cast(every, pa.int64()), starts[batch])

        found: list[tuple[int, int]] = []
        for ids, places in self._parts_with(places_of):
            # The sort is stable: the first row with an id stays before its repetitions.
            order = kernels.sort_indices(ids, [("", "ascending")])
            sorted_ids = kernels.take(ids, order)
            mask = kernels.equal(sorted_ids[1:], sorted_ids[:-1])
            again = kernels.filter_by(kernels.take(places, order)[1:], mask)
            first = kernels.sort_indices(again, [("", "ascending")])[:MAX_LISTED]
            players = kernels.take(kernels.filter_by(sorted_ids[1:], mask), first)
            found += zip(kernels.take(again, first).to_pylist(), players.to_pylist(), strict=True)
        listed = sorted(found)[:MAX_LISTED]
        firsts = self._first_places({player for _, player in listed})
        row = self._skipped.row
        return [Repetition(one, row(at + 1), row(firsts[one] + 1)) for at, one in listed]

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
        counts = (len(ids) - ids.null_count for ids in self._ids)
        starts = [0, *accumulate(counts)]

        def keys_of(batch: int) -> pa.Array:
            ids = self._ids[batch]
            own = keys.slice(starts[batch], starts[batch + 1] - starts[batch])
            nothing = pa.nulls(len(ids), pa.int32())
            return kernels.replace_with_mask(nothing, kernels.is_valid(ids), own)

        for ids, keys_of_ids in self._parts_with(keys_of):
            # An id's place among the ids of its part has 21 bits at most, so both fit into int64.
            places = kernels.cast(kernels.dictionary_encode(ids).indices, pa.int64())
            pairs = kernels.multiply(places, 1 << 32)
            if len(repetitions(kernels.add(pairs, kernels.cast(keys_of_ids, pa.int64())))):
                return False
        return True

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

    def _parts_with(self, column: Callable[[int], pa.Array]) -> Iterator[tuple[pa.Array, pa.Array]]:
        """The ids of each part, with another column: `column` makes that of a batch by number."""
        for part in range(parts := self._parts_count()):
            chosen: tuple[list[pa.Array], list[pa.Array]] = ([], [])
            for batch, ids in enumerate(self._ids):
                bits = kernels.bit_wise_and(ids, parts - 1)
                mask = kernels.fill_null(kernels.equal(bits, part), False)
                chosen[0].append(kernels.filter_by(ids, mask))
                chosen[1].append(kernels.filter_by(column(batch), mask))
            yield pa.concat_arrays(chosen[0]), pa.concat_arrays(chosen[1])

    def _first_places(self, ids: set[int]) -> dict[int, int]:
        """Where each of a few ids stands first, counted from 0 among the rows that were added."""
        wanted = pa.array(ids, pa.int64())
        found: dict[int, int] = {}
        before = 0
        for batch in self._ids:
            if len(found) == len(ids):
                break
            for index in kernels.indices_nonzero(kernels.is_in(batch, wanted)).to_pylist():
                found.setdefault(batch[index].as_py(), before + index)
            before += len(batch)
        return found


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
    elif (difference.one or "").strip() == (difference.other or "").strip():
        name = shorten(names[difference.at])
        message += (
            f', and the two rows differ only in what cannot be seen here: "{name}" is '
            f"{_shown(difference.one)} in both, with other spaces or the like."
        )
        hint = "Look at both cells; if they mean the same, delete one of the two rows."
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
