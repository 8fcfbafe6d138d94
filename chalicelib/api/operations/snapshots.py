"""A kingdom's snapshots."""

from collections.abc import Mapping
from typing import Any

from chalicelib.api.caching import SHORT
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.declared import KINGDOM
from chalicelib.api.table import Column, Table, keys, keys_of
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.catalog.entries import CatalogEntry


def snapshots(backend: Backend, kingdom: int) -> Answer:
    """A kingdom's snapshots, newest first.

    Raises:
        NotFoundError: there is no such kingdom.
    """
    found = backend.catalog().snapshots(kingdom)

    def make() -> Content:
        rows = [_snapshot_row(entry) for entry in found.entries]
        return Content({"kingdom": kingdom, "snapshots": rows}, (found.version,))

    return Answer((found.version,), SHORT, make)


def _snapshot_row(entry: CatalogEntry) -> dict[str, Any]:
    snapshot = entry.snapshot
    return {
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        "players": snapshot.players,
        "run_id": snapshot.run_id,
        "version": entry.version,
        "ingested_at": snapshot.ingested_at,
        "known": dict(entry.known),
    }


def _columns(_: Mapping[str, Any]) -> list[Column]:
    known = keys_of("known", METRIC_NAMES, "known_")
    return [*keys("snapshot_date", "players", "run_id", "version", "ingested_at"), *known]


SNAPSHOTS = Operation(
    "listSnapshots",
    "/v1/kingdoms/{kingdom}/snapshots",
    "A kingdom's snapshots",
    "Dates, newest first, with the number of players and the run that was published.",
    snapshots,
    "SnapshotList",
    (KINGDOM,),
    (404, 503, 504),
    table=Table(("snapshots",), _columns),
)
