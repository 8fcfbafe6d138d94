"""A player's history: what the curated files of some snapshots say of one player.

One read a snapshot, side by side. A player's ranks need the metrics of all, the rest only the
player's own row; both come from the one file, so that an answer's rank and value are of one run.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.past import Appearance, Past, RankOf
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.pair import Scan, column_of
from chalicelib.engines.scans import map_scans
from chalicelib.lake.store import Store
from chalicelib.players.schema import COUNTERS


def read_history(store: Store, player: int, snapshots: Sequence[Snapshot]) -> list[Past]:
    """What these snapshots say of a player, in their order.

    Args:
        store: the lake.
        player: the player's id.
        snapshots: as the catalog lists them; a file may be newer than that by now.

    Raises:
        EngineBusyError: a file was replaced during every try.
        StoreError: a file is missing or damaged.
    """

    def look(scan: Scan) -> Past:
        return Past(scan.snapshot, _appearance(scan.players, player))

    return map_scans(look, store, snapshots, ("record_hash", *COUNTERS))


def _appearance(players: pa.Table, player: int) -> Appearance | None:
    found = kernels.indices_nonzero(kernels.equal(players["id"], player))
    if not len(found):
        return None
    at = found[0].as_py()
    columns = zip(players.column_names, players.columns, strict=True)
    row: dict[str, Any] = {name: column[at].as_py() for name, column in columns}
    return Appearance(
        name=row["name"],
        alliance=row["alliance"],
        record_hash=row["record_hash"],
        values={name: row[name] for name in COUNTERS},
        ranks={name: _rank_of(column_of(players, name), row[name]) for name in METRIC_NAMES},
    )


def _rank_of(values: pa.Array, value: int | None) -> RankOf | None:
    if value is None:
        return None
    higher: int = kernels.greater(values, value).true_count
    return RankOf(1 + higher, len(values) - values.null_count)
