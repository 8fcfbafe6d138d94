"""The JSON Schemas of the API's answers, each with an example (contract, section 8)."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES, METRICS
from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

Schema = dict[str, Any]

_RUN_ID: Schema = {
    "type": "string",
    "description": "The upload that this snapshot was made from.",
    "examples": ["20260126T153012Z-9f2c4d7b1a3e5f60"],
}
_INGESTED_AT: Schema = {
    "type": "string",
    "format": "date-time",
    "description": "When the upload was accepted, UTC.",
    "examples": ["2026-01-26T15:30:12Z"],
}
_VERSION: Schema = {
    "type": "string",
    "pattern": "^[0-9a-f]{16}$",
    "description": "Changes whenever the snapshot's rows do: another upload, other weights, other "
    "rules. Send it as `version` to get answers of just this state.",
    "examples": ["9f2c4d7b1a3e5f60"],
}
_DATE: Schema = {"type": "string", "format": "date", "examples": ["2026-01-26"]}
_KINGDOM: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_KINGDOM, "examples": [51]}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def _object(
    properties: Mapping[str, Schema], *examples: Any, optional: str | None = None, **more: Any
) -> Schema:
    """An object that has exactly these properties, all of them but the optional one."""
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name != optional],
        "additionalProperties": False,
        **more,
    }
    return {**schema, "examples": list(examples)} if examples else schema


def _list(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


_ENTRY_EXAMPLE = {
    "rank": 1,
    "position": 1,
    "id": 38232075,
    "name": "ᴬᴮYuki 雪",
    "alliance": "[RS!] Rising Sun",
    "value": 288650963,
}
_LAST_ENTRY_EXAMPLE = {**_ENTRY_EXAMPLE, "rank": 1241, "position": 1241, "value": 4120}
_KINGDOM_EXAMPLE = {"kingdom": 51, "latest": "2026-01-26"}
_METRIC_EXAMPLE = {
    "metric": METRICS[0].name,
    "label": METRICS[0].label,
    "description": METRICS[0].description,
}
_SNAPSHOT_EXAMPLE = {
    "snapshot_date": "2026-01-26",
    "players": 1241,
    "run_id": _RUN_ID["examples"][0],
    "version": _VERSION["examples"][0],
    "ingested_at": "2026-01-26T15:30:12Z",
    "known": {"dkp": 1180, "kills": 1241, "deaths": 1241, "power": 1241, "kill_points": 1241},
}
_FORMULA_EXAMPLE = {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40}}
_LEADERBOARD_EXAMPLE = {
    "kingdom": 51,
    "metric": "dkp",
    "snapshot_date": "2026-01-26",
    "latest": True,
    "total": 1241,
    "limit": 1,
    "offset": 0,
    "next": f"?date=2026-01-26&limit=1&offset=1&version={_VERSION['examples'][0]}",
    "run_id": _RUN_ID["examples"][0],
    "version": _VERSION["examples"][0],
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

SCHEMAS: Final[dict[str, Schema]] = {
    "Health": _object(
        {
            "status": {"const": "ok"},
            "version": {"type": "string", "description": "The app's version."},
            "engine": {"type": "string", "description": "What answers the boards."},
        },
        {"status": "ok", "version": "1.0.0", "engine": "boards"},
    ),
    "Metric": _object(
        {
            "metric": {"type": "string", "enum": list(METRIC_NAMES)},
            "label": {"type": "string", "description": "A heading for the board."},
            "description": {"type": "string", "description": "One sentence for people."},
        },
        _METRIC_EXAMPLE,
    ),
    "Metrics": _object({"metrics": _list("Metric")}, {"metrics": [_METRIC_EXAMPLE]}),
    "Kingdom": _object(
        {"kingdom": _KINGDOM, "latest": {**_DATE, "description": "Its newest snapshot's date."}},
        _KINGDOM_EXAMPLE,
    ),
    "Kingdoms": _object({"kingdoms": _list("Kingdom")}, {"kingdoms": [_KINGDOM_EXAMPLE]}),
    "Snapshot": _object(
        {
            "snapshot_date": _DATE,
            "players": {**_COUNT, "description": "How many players the scan has."},
            "run_id": _RUN_ID,
            "version": _VERSION,
            "ingested_at": _INGESTED_AT,
            "known": _object(
                dict.fromkeys(METRIC_NAMES, _COUNT),
                description="Of how many players each metric is known: the boards' totals.",
            ),
        },
        _SNAPSHOT_EXAMPLE,
    ),
    "Snapshots": _object(
        {"kingdom": _KINGDOM, "snapshots": _list("Snapshot")},
        {"kingdom": 51, "snapshots": [_SNAPSHOT_EXAMPLE]},
    ),
    "Dkp": {
        "description": "Where the snapshot's dkp values come from.",
        "oneOf": [
            _object({"basis": {"const": "file"}}, description="The scan file has a dkp column."),
            _object(
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
            _object({"basis": {"const": "none"}}, description="There are none: nobody is ranked."),
        ],
        "examples": [{"basis": "file"}, _FORMULA_EXAMPLE, {"basis": "none"}],
    },
    "Entry": _object(
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
    "Leaderboard": _object(
        {
            "kingdom": _KINGDOM,
            "metric": {"type": "string", "enum": list(METRIC_NAMES)},
            "snapshot_date": _DATE,
            "latest": {
                "type": "boolean",
                "description": "Whether this is the kingdom's newest snapshot. It is left out "
                "where the request names the version: such an answer never changes.",
            },
            "total": {**_COUNT, "description": "How many players are ranked."},
            "limit": {"type": "integer", "minimum": 1, "maximum": BOARD_SIZE},
            "offset": _COUNT,
            "next": {
                "type": ["string", "null"],
                "description": "The next page of this state, as a reference relative to this "
                "request's URL; null on the last page.",
            },
            "run_id": _RUN_ID,
            "version": _VERSION,
            "ingested_at": _INGESTED_AT,
            "dkp": {"$ref": "#/components/schemas/Dkp"},
            "entries": _list("Entry"),
        },
        _LEADERBOARD_EXAMPLE,
        _LAST_PAGE_EXAMPLE,
        optional="latest",
    ),
    "OpenApi": {
        "type": "object",
        "properties": {
            "openapi": {"type": "string"},
            "info": {"type": "object"},
            "paths": {"type": "object"},
        },
        "required": ["openapi", "info", "paths"],
        "examples": [
            {"openapi": "3.1.0", "info": {"title": "rok leaderboard-api"}, "paths": {}},
        ],
    },
    "Error": _object(
        {
            "Code": {"type": "string", "description": "What kind of error it is."},
            "Message": {"type": "string", "description": "What is wrong, for people."},
        },
        {"Code": "BadRequestError", "Message": "limit must be 1 to 1000, not 0"},
    ),
}
