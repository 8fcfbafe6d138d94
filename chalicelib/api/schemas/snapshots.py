"""Kingdoms and their snapshots."""

from typing import Any, Final

from chalicelib.api.schemas.parts import (
    COUNT,
    DATE,
    INGESTED_AT,
    KINGDOM,
    RUN_ID,
    VERSION,
    Schema,
    list_of,
    object_of,
    ref,
)
from chalicelib.boards.metrics import METRIC_NAMES

_KINGDOM_EXAMPLE = {"kingdom": 51, "latest": "2026-01-26"}
_SNAPSHOT_EXAMPLE: Final[dict[str, Any]] = {
    "snapshot_date": "2026-01-26",
    "players": 1241,
    "run_id": RUN_ID["examples"][0],
    "version": VERSION["examples"][0],
    "ingested_at": "2026-01-26T15:30:12Z",
    "known": {"dkp": 1180, "kills": 1241, "deaths": 1241, "power": 1241, "kill_points": 1241},
}

SNAPSHOTS: Final[dict[str, Schema]] = {
    "KingdomInfo": object_of(
        {"kingdom": KINGDOM, "latest": {**DATE, "description": "Its newest snapshot's date."}},
        _KINGDOM_EXAMPLE,
    ),
    "KingdomList": object_of(
        {"kingdoms": list_of("KingdomInfo")}, {"kingdoms": [_KINGDOM_EXAMPLE]}
    ),
    "Snapshot": object_of(
        {
            "snapshot_date": DATE,
            "players": {**COUNT, "description": "How many players the scan has."},
            "run_id": RUN_ID,
            "version": VERSION,
            "ingested_at": INGESTED_AT,
            "known": ref("KnownOf"),
        },
        _SNAPSHOT_EXAMPLE,
    ),
    "KnownOf": object_of(
        dict.fromkeys(METRIC_NAMES, COUNT),
        _SNAPSHOT_EXAMPLE["known"],
        description="Of how many players each metric is known: the boards' totals.",
    ),
    "SnapshotList": object_of(
        {"kingdom": KINGDOM, "snapshots": list_of("Snapshot")},
        {"kingdom": 51, "snapshots": [_SNAPSHOT_EXAMPLE]},
    ),
}
