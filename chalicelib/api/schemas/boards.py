"""Boards."""

from typing import Any, Final

from chalicelib.api.schemas.between import JUMP_EXAMPLE, OLDER_EXAMPLE, PLAYER, UNRELIABLE_EXAMPLE
from chalicelib.api.schemas.parts import (
    COUNT,
    DATE,
    INGESTED_AT,
    KINGDOM,
    METRIC,
    RUN_ID,
    VERSION,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)
from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES

ENTRY_EXAMPLE: Final[dict[str, Any]] = {
    "rank": 1,
    "position": 1,
    "id": 38232075,
    "name": "ᴬᴮYuki 雪",
    "alliance": "[RS!] Rising Sun",
    "value": 288650963,
}
_LAST_ENTRY_EXAMPLE = {**ENTRY_EXAMPLE, "rank": 1241, "position": 1241, "value": 4120}
FORMULA_EXAMPLE: Final[dict[str, Any]] = {
    "basis": "formula",
    "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40},
}
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
    "entries": [ENTRY_EXAMPLE],
}
_LAST_PAGE_EXAMPLE = {
    **{name: value for name, value in _LEADERBOARD_EXAMPLE.items() if name != "latest"},
    "limit": 100,
    "offset": 1240,
    "next": None,
    "dkp": FORMULA_EXAMPLE,
    "entries": [_LAST_ENTRY_EXAMPLE],
}
_MOVED_EXAMPLE: Final[dict[str, Any]] = {
    **ENTRY_EXAMPLE,
    "values": {"power": 91245017},
    "since": {"rank": 7, "value": 251300418},
    "movement": "up",
    "suspects": [JUMP_EXAMPLE],
}
_SINCE_EXAMPLE: Final[dict[str, Any]] = {
    key: OLDER_EXAMPLE[key] for key in ("snapshot_date", "run_id", "version")
}
_MOVED_BOARD_EXAMPLE: Final[dict[str, Any]] = {
    **_LEADERBOARD_EXAMPLE,
    "next": "?date=2026-01-26&limit=1&offset=1&with=power&since=2026-01-19&me=38232075"
    f"&version={VERSION['examples'][0]}&from_version={_SINCE_EXAMPLE['version']}",
    "since": _SINCE_EXAMPLE,
    "me": {"entry": _MOVED_EXAMPLE, "above": None},
    "entries": [_MOVED_EXAMPLE],
    "unreliable_columns": [UNRELIABLE_EXAMPLE],
}

RANK: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "description": "Competition ranking: 1, 2, 2, 4.",
}
POSITION: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "description": "The line on the board, from 1: unique.",
}
LIMIT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": BOARD_SIZE}
NEXT: Final[Schema] = {
    "type": ["string", "null"],
    "description": "The next page of this state, as a reference relative to this request's URL; "
    "null on the last page.",
}
ABOVE: Final[Schema] = {
    **or_null("EntryAbove"),
    "description": "The entry one position higher; null for the first.",
}
_VALUE: Final[Schema] = {"type": "integer", "minimum": 0}


def values_of(one: Schema, description: str, example: int) -> Schema:
    """The values of the metrics that `with` names.

    Args:
        one: the schema of a value.
        description: what they are.
        example: a value of power.
    """
    return {
        "type": "object",
        "description": description,
        "properties": dict.fromkeys(METRIC_NAMES, one),
        "additionalProperties": False,
        "minProperties": 1,
        "examples": [{"power": example}],
    }


BOARDS: Final[dict[str, Schema]] = {
    "Dkp": {
        "description": "Where the snapshot's dkp values come from.",
        "oneOf": [ref("DkpOfFile"), ref("DkpByFormula"), ref("NoDkp")],
        "examples": [{"basis": "file"}, FORMULA_EXAMPLE, {"basis": "none"}],
    },
    "DkpOfFile": object_of(
        {"basis": {"const": "file"}},
        {"basis": "file"},
        description="The scan file has a dkp column.",
    ),
    "DkpByFormula": object_of(
        {"basis": {"const": "formula"}, "weights": ref("Weights")},
        FORMULA_EXAMPLE,
        description="Computed from the counters that the weights name.",
    ),
    "NoDkp": object_of(
        {"basis": {"const": "none"}},
        {"basis": "none"},
        description="There are none: nobody is ranked.",
    ),
    "Weights": {
        "type": "object",
        "description": "Points a unit of each counter.",
        "additionalProperties": {"type": "integer", "minimum": 0},
        "minProperties": 1,
        "examples": [FORMULA_EXAMPLE["weights"]],
    },
    "Values": values_of(
        {"type": ["integer", "null"], "minimum": 0},
        "The values of the metrics of `with`; null where one is not known.",
        91245017,
    ),
    "Standing": object_of(
        {"rank": RANK, "value": _VALUE},
        {"rank": 7, "value": 251300418},
        description="Where a player stood in the older snapshot.",
    ),
    "EntryAbove": object_of(
        {"rank": RANK, "value": {"type": "integer"}},
        {"rank": 1, "value": 288650963},
        description="The entry one position higher.",
    ),
    "Entry": object_of(
        {
            "rank": RANK,
            "position": POSITION,
            **PLAYER,
            "value": {**_VALUE, "description": "Above 2^53-1 only by `weights`."},
            "values": {**ref("Values"), "description": "Only with `with`."},
            "since": {
                **or_null("Standing"),
                "description": "With `since`: where the player stood; null if not ranked then.",
            },
            "movement": {
                **ref("Movement"),
                "description": "With `since`: by rank.",
            },
            "suspects": {
                **list_of("Suspect"),
                "description": "With `since`: what is likely wrong with the player's values.",
            },
        },
        ENTRY_EXAMPLE,
        {**ENTRY_EXAMPLE, "rank": 2, "position": 3, "name": None, "alliance": None},
        _MOVED_EXAMPLE,
        optional=("values", "since", "movement", "suspects"),
    ),
    "Movement": {
        "type": "string",
        "enum": ["new", "unknown", "up", "down", "same"],
        "description": "By rank; `new` is not in the older snapshot, `unknown` is in it, but not "
        "known, or by another formula.",
        "examples": ["up"],
    },
    "Me": object_of(
        {"entry": ref("Entry"), "above": ABOVE},
        {"entry": {**ENTRY_EXAMPLE, "rank": 2, "position": 2}, "above": {"rank": 1, "value": 1}},
        description="A player's own entry, and the one a position higher.",
    ),
    "Leaderboard": object_of(
        {
            "kingdom": KINGDOM,
            "metric": METRIC,
            "snapshot_date": DATE,
            "latest": {
                "type": "boolean",
                "description": "Whether this is the kingdom's newest snapshot. It is left out "
                "where the request names all versions: such an answer never changes.",
            },
            "total": {**COUNT, "description": "How many players are ranked."},
            "limit": LIMIT,
            "offset": COUNT,
            "next": NEXT,
            "run_id": RUN_ID,
            "version": VERSION,
            "ingested_at": INGESTED_AT,
            "dkp": ref("Dkp"),
            "since": {
                **or_null("OlderSnapshot"),
                "description": "With `since`: the older snapshot; null where there is none.",
            },
            "me": {
                **or_null("Me"),
                "description": "With `me`: that player; null if not ranked.",
            },
            "entries": list_of("Entry"),
            "unreliable_columns": list_of("UnreliableColumn"),
        },
        _LEADERBOARD_EXAMPLE,
        _LAST_PAGE_EXAMPLE,
        _MOVED_BOARD_EXAMPLE,
        optional=("latest", "since", "me", "unreliable_columns"),
    ),
}
