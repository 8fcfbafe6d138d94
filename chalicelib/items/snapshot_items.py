"""Make the items of a snapshot: the pages of its boards, and its players' records by bucket.

They follow from its players, in whatever order these come. What sees every player is done by
Arrow's kernels; each value is made JSON once, for all items.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.encode import cell_texts, row_texts
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.pair import column_of
from chalicelib.items import pages, records
from chalicelib.items.keys import (
    BUCKETS,
    PAGE,
    page_key,
    players_key,
    snapshot_part,
)
from chalicelib.items.pages import encode_page
from chalicelib.items.reading import has_items
from chalicelib.items.records import encode_records
from chalicelib.lake.dynamodb.table import Item

COLUMNS: Final = records.COLUMNS
"""The columns that the items are made of."""


class _Board(NamedTuple):
    """One metric's board.

    Attributes:
        order: the rows of those who are on it, in its order.
        ranks: theirs.
        told: their values as pages have them.
        places: the JSON of each row's place; `null` of who is not on it.
    """

    order: pa.Array
    ranks: pa.Array
    told: pa.Array
    places: pa.Array


def snapshot_items(snapshot: Snapshot, players: pa.Table) -> Iterator[Item]:
    """All items of a snapshot but its mark; none of one that is withdrawn or too large.

    Args:
        snapshot: its facts.
        players: `COLUMNS` (others are ignored); a counter that it lacks is known of nobody.
    """
    if not has_items(snapshot):
        return
    ids = column_of(players, "id")
    columns = {name: column_of(players, name) for name in COLUMNS}
    cells = dict(zip(columns, cell_texts([*columns.values()]), strict=True))
    boards = {name: _rank(columns[name], ids) for name in METRIC_NAMES}
    for metric, board in boards.items():
        yield from _pages(snapshot, metric, board, cells)
    rows = row_texts([*cells.values(), *(board.places for board in boards.values())])
    yield from _records(snapshot, {name: len(one.order) for name, one in boards.items()}, ids, rows)


def _rank(values: pa.Array, ids: pa.Array) -> _Board:
    numbers = pa.table([values, ids], names=["value", "id"])
    in_order = kernels.sort_indices(numbers, [("value", "descending"), ("id", "ascending")])
    order = in_order.slice(0, len(values) - values.null_count)
    values = kernels.take(values, order)
    ranks = kernels.cast(kernels.rank(values, "descending", tiebreaker="min"), pa.int64())
    more = kernels.subtract(_above(values), values)
    starts = pa.array([*islice(cycle([True, *[False] * (PAGE - 1)]), len(order))], pa.bool_())
    (told,) = cell_texts([kernels.if_else(starts, values, more)])
    rows = pa.array(range(len(ids)), order.type)
    places = kernels.take(_place_texts(ranks, more), kernels.index_in(rows, value_set=order))
    return _Board(order, ranks, told, kernels.fill_null(places, "null"))


def _place_texts(ranks: pa.Array, more: pa.Array) -> pa.Array:
    """The places of a board in its order, as `chalicelib.items.records` has them."""
    positions = pa.array(range(1, len(ranks) + 1), pa.int64())
    before = kernels.subtract(positions, ranks)
    better = kernels.subtract(ranks, _above(ranks))
    usual = kernels.and_(kernels.equal(before, 0), kernels.equal(better, 1))
    rank, value, tied, other = cell_texts([ranks, more, before, better])
    rest = kernels.join_rows([",", tied, ",", other, "]"], "")
    end = kernels.if_else(usual, pa.scalar("]"), rest)
    return kernels.join_rows(["[", rank, ",", value, end], "")


def _above(column: pa.Array) -> pa.Array:
    """Each one's of the one above; the first's own."""
    return pa.concat_arrays([column.slice(0, 1), column.slice(0, max(0, len(column) - 1))])


def _pages(
    snapshot: Snapshot, metric: str, board: _Board, cells: Mapping[str, pa.Array]
) -> Iterator[Item]:
    kingdom, day, version = snapshot.kingdom, snapshot.snapshot_date, snapshot.version
    total = len(board.order)
    starts = [*range(0, total, PAGE)] or [0]
    ends = pa.array([*starts, total], pa.int32())

    def of_pages(name: str) -> list[str]:
        column = board.told if name == metric else kernels.take(cells[name], board.order)
        texts: list[str] = kernels.binary_join(
            pa.ListArray.from_arrays(ends, column), ","
        ).to_pylist()
        return texts

    columns = zip(*map(of_pages, pages.COLUMNS), strict=True)
    ranks = [board.ranks[start].as_py() for start in starts] if total else [1]
    for number, (rank, texts) in enumerate(zip(ranks, columns, strict=True)):
        key = page_key(kingdom, day, version, metric, number)
        yield Item(key, encode_page(total, rank, texts))


def _records(
    snapshot: Snapshot, of: Mapping[str, int], ids: pa.Array, rows: pa.Array
) -> Iterator[Item]:
    """An item of every bucket, also of those with nobody in them."""
    part = snapshot_part(snapshot.snapshot_date, snapshot.version)
    start = 0
    buckets, texts = _by_bucket(ids, rows)
    for bucket in range(BUCKETS):
        end = start + buckets[bucket]
        key = players_key(snapshot.kingdom, bucket, part)
        yield Item(key, encode_records(of, texts[start:end]))
        start = end


def _by_bucket(ids: pa.Array, rows: pa.Array) -> tuple[Mapping[int, int], Sequence[str]]:
    """How many players are in each bucket, and the rows, by bucket and id."""
    whole = kernels.multiply(kernels.divide(ids, BUCKETS), BUCKETS)
    buckets = kernels.subtract(ids, whole)
    both = pa.table([buckets, ids], names=["bucket", "id"])
    order = kernels.sort_indices(both, [("bucket", "ascending"), ("id", "ascending")])
    return Counter(buckets.to_pylist()), kernels.take(rows, order).to_pylist()
