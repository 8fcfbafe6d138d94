"""What is said of two snapshots: their heads, suspects, unreliable columns."""

from typing import Any, Final

from chalicelib.api.schemas.parts import (
    COUNT,
    DATE,
    RUN_ID,
    VERSION,
    Schema,
    object_of,
    or_null,
    ref,
)
from chalicelib.changes.growing import GROWING
from chalicelib.limits import MAX_INTEGER

OLDER_EXAMPLE: Final[dict[str, Any]] = {
    "snapshot_date": "2026-01-19",
    "run_id": "20260119T152907Z-4b7de2a91c03f586",
    "version": "0c4e91b27d5f3a86",
    "players": 1000,
    "floor": 12000000,
}
NEWER_EXAMPLE: Final[dict[str, Any]] = {
    "snapshot_date": "2026-01-26",
    "run_id": RUN_ID["examples"][0],
    "version": VERSION["examples"][0],
    "players": 1237,
    "floor": 9000000,
}
JUMP_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "jump",
    "column": "deaths",
    "from": 29323779,
    "to": 293237790,
    "ref": 1200000,
    "fault": "to",
}
ZEROED_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "zeroed",
    "column": None,
    "from": None,
    "to": None,
    "fault": None,
}
UNRELIABLE_EXAMPLE: Final[dict[str, Any]] = {"column": "helps", "fell": 37, "players": 412}

ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
TEXT: Final[Schema] = {"type": ["string", "null"]}
PLAYER: Final[dict[str, Schema]] = {"id": ID, "name": TEXT, "alliance": TEXT}

_WHOLE: Final[Schema] = {"type": ["integer", "null"]}
_SUSPECT: Final[dict[str, Schema]] = {
    "kind": ref("SuspectKind"),
    "column": {
        **or_null("GrowingCounter"),
        "description": "The counter; null where the whole row is zero in one of the scans.",
    },
    "from": {**_WHOLE, "description": "In the older scan; for `tiers` the older difference."},
    "to": {**_WHOLE, "description": "In the newer scan, likewise."},
    "ref": {**COUNT, "description": "The bar that a jump went over; only with jumps."},
    "fault": {
        **or_null("WrongScan"),
        "description": "The scan that is likely wrong; null where that is not known.",
    },
}

BETWEEN: Final[dict[str, Schema]] = {
    "GrowingCounter": {
        "type": "string",
        "enum": list(GROWING),
        "description": "A counter that only grows in the game.",
        "examples": ["deaths"],
    },
    "SuspectKind": {
        "type": "string",
        "enum": ["back_from_zero", "fell", "jump", "tiers", "zeroed"],
        "description": "Which rule a value breaks (docs/between.md).",
        "examples": ["jump"],
    },
    "WrongScan": {
        "type": "string",
        "enum": ["from", "to"],
        "description": "The older or the newer one of two scans.",
        "examples": ["to"],
    },
    "OlderSnapshot": object_of(
        {"snapshot_date": DATE, "run_id": RUN_ID, "version": VERSION},
        {name: OLDER_EXAMPLE[name] for name in ("snapshot_date", "run_id", "version")},
        description="The snapshot that a newer one is compared with.",
    ),
    "Head": object_of(
        {
            "snapshot_date": DATE,
            "run_id": RUN_ID,
            "version": VERSION,
            "players": {**COUNT, "description": "How many players the scan has."},
            "floor": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "How deep it was scanned: almost everybody above this power is in "
                "it. Null when no power is known.",
            },
        },
        OLDER_EXAMPLE,
        description="One of the two snapshots.",
    ),
    "Suspect": object_of(
        _SUSPECT,
        JUMP_EXAMPLE,
        ZEROED_EXAMPLE,
        optional=("ref",),
        description="A value that is likely wrong in one of the two scans.",
    ),
    "PlayerSuspect": object_of(
        {**PLAYER, **_SUSPECT},
        {"id": 38232075, "name": "ᴬᴮYuki 雪", "alliance": "[RS!] Rising Sun", **JUMP_EXAMPLE},
        optional=("ref",),
        description="The same, with the player.",
    ),
    "UnreliableColumn": object_of(
        {
            "column": ref("GrowingCounter"),
            "fell": {**COUNT, "description": "For how many players it fell, which it cannot."},
            "players": {**COUNT, "description": "For how many it is known in both."},
        },
        UNRELIABLE_EXAMPLE,
        description="A counter that is wrong for so many players of this pair that its suspects "
        "are not told one by one.",
    ),
}
