"""Boards."""

from typing import Final

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
from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.limits import MAX_INTEGER

_ENTRY_EXAMPLE = {
    "rank": 1,
    "position": 1,
    "id": 38232075,
    "name": "ᴬᴮYuki 雪",
    "alliance": "[RS!] Rising Sun",
    "value": 288650963,
}
_LAST_ENTRY_EXAMPLE = {**_ENTRY_EXAMPLE, "rank": 1241, "position": 1241, "value": 4120}
_FORMULA_EXAMPLE = {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40}}
_LEADERBOARD_EXAMPLE = {
    "kingdom": 51,
    "metric": "dkp",
    "snapshot_date": "2026-01-26",
    "latest": True,
    "total": 1241,
    "limit": 1,
    "offset": 0,
    "next": f"?date=2026-01-26&limit=1&offset=1&version={VERSION['examples'][0]}",
    "run_id": RUN_ID["examples"][0],
    "version": VERSION["examples"][0],
    "ingested_at": "2026-01-26T15:30:12Z",
    "dkp": {"basis": "file"},
    "entries": [_ENTRY_EXAMPLE],
}
_LAST_PAGE_EXAMPLE = {
    **{name: value for name, value in _LEADERBOARD_EXAMPLE.items() if name != "latest"},
    "limit": 100,
    "offset": 1240,
    "next": None,
    "dkp": _FORMULA_EXAMPLE,
    "entries": [_LAST_ENTRY_EXAMPLE],
}

BOARDS: Final[dict[str, Schema]] = {
    "Dkp": {
        "description": "Where the snapshot's dkp values come from.",
        "oneOf": [
            object_of({"basis": {"const": "file"}}, description="The scan file has a dkp column."),
            object_of(
                {
                    "basis": {"const": "formula"},
                    "weights": {
                        "type": "object",
                        "description": "Points a unit of each counter.",
                        "additionalProperties": {"type": "integer", "minimum": 0},
                        "minProperties": 1,
                    },
                },
                description="Computed from the counters that the weights name.",
            ),
            object_of(
                {"basis": {"const": "none"}}, description="There are none: nobody is ranked."
            ),
        ],
        "examples": [{"basis": "file"}, _FORMULA_EXAMPLE, {"basis": "none"}],
    },
    "Entry": object_of(
        {
            "rank": {
                "type": "integer",
                "minimum": 1,
                "description": "Competition ranking: 1, 2, 2, 4.",
            },
            "position": {
                "type": "integer",
                "minimum": 1,
                "description": "The line on the board, from 1: unique.",
            },
            "id": {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER},
            "name": {"type": ["string", "null"]},
            "alliance": {"type": ["string", "null"]},
            "value": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
        },
        _ENTRY_EXAMPLE,
        {**_ENTRY_EXAMPLE, "rank": 2, "position": 3, "name": None, "alliance": None},
    ),
    "Leaderboard": object_of(
        {
            "kingdom": KINGDOM,
            "metric": {"type": "string", "enum": list(METRIC_NAMES)},
            "snapshot_date": DATE,
            "latest": {
                "type": "boolean",
                "description": "Whether this is the kingdom's newest snapshot. It is left out "
                "where the request names the version: such an answer never changes.",
            },
            "total": {**COUNT, "description": "How many players are ranked."},
            "limit": {"type": "integer", "minimum": 1, "maximum": BOARD_SIZE},
            "offset": COUNT,
            "next": {
                "type": ["string", "null"],
                "description": "The next page of this state, as a reference relative to this "
                "request's URL; null on the last page.",
            },
            "run_id": RUN_ID,
            "version": VERSION,
            "ingested_at": INGESTED_AT,
            "dkp": ref("Dkp"),
            "entries": list_of("Entry"),
        },
        _LEADERBOARD_EXAMPLE,
        _LAST_PAGE_EXAMPLE,
        optional=("latest",),
    ),
}
