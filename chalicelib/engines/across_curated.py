"""A deep page of a board across kingdoms, from the curated files; all steps are Arrow kernels."""

from collections.abc import Sequence

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.page import first_rows, known_only
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.pair import Scan
from chalicelib.engines.across_page import AcrossPage, AcrossRequest, KingdomEntry
from chalicelib.engines.scans import map_scans
from chalicelib.lake.store import Store

_ORDER = [("value", "descending"), ("id", "ascending"), ("kingdom", "ascending")]
_SHOWN = ("kingdom", "id", "name", "alliance", "value")


def rank_curated(store: Store, snapshots: Sequence[Snapshot], request: AcrossRequest) -> AcrossPage:
    """See `chalicelib.engines.across.read_across`."""
    columns = (request.metric, *request.values)
    scans = map_scans(lambda scan: scan, store, snapshots, columns)
    known = [known_only(_players(scan, request), "value") for scan in scans]
    last = request.offset + request.limit
    candidates = pa.concat_tables([_up_to(players, last) for players in known])
    order = first_rows(candidates, last, _ORDER)
    values = kernels.take(candidates["value"], order)
    # Includes the values before the page: its first player may share a rank with the last of them.
    ranks = kernels.rank(values, "descending", tiebreaker="min").slice(request.offset)
    page = kernels.take(candidates, order.slice(request.offset))
    return AcrossPage(
        [scan.snapshot for scan in scans],
        sum(players.num_rows for players in known),
        _entries(page, ranks.to_pylist(), request),
    )


def _players(scan: Scan, request: AcrossRequest) -> pa.Table:
    """A kingdom's players with its number, the metric as `value`, and what else is shown."""
    players = scan.players
    kingdom = pa.repeat(pa.scalar(scan.snapshot.kingdom, pa.int64()), players.num_rows)
    columns = [kingdom, *(players[name] for name in ("id", "name", "alliance", request.metric))]
    return pa.table(
        [*columns, *(players[name] for name in request.values)],
        names=[*_SHOWN, *map(_beside, request.values)],
    )


def _beside(metric: str) -> str:
    return f"beside_{metric}"


def _up_to(players: pa.Table, count: int) -> pa.Table:
    """The first players of a kingdom: no later one can be on the page."""
    if players.num_rows <= count:
        return players
    return kernels.take(players, first_rows(players, count, _ORDER))


def _entries(page: pa.Table, ranks: list[int], request: AcrossRequest) -> list[KingdomEntry]:
    entries: list[KingdomEntry] = []
    for position, (rank, row) in enumerate(
        zip(ranks, page.to_pylist(), strict=True), start=request.offset + 1
    ):
        entry: KingdomEntry = {
            "rank": rank,
            "position": position,
            "kingdom": row["kingdom"],
            "id": row["id"],
            "name": row["name"],
            "alliance": row["alliance"],
            "value": row["value"],
        }
        if request.values:
            entry["values"] = {name: row[_beside(name)] for name in request.values}
        entries.append(entry)
    return entries
