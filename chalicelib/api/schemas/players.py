"""Players: lists of them, and a player's history."""

from typing import Any, Final

from chalicelib.api.operations.history import MOST
from chalicelib.api.schemas.between import ID, PLAYER, TEXT
from chalicelib.api.schemas.boards import LIMIT, NEXT, RANK
from chalicelib.api.schemas.parts import (
    COUNT,
    DATE,
    KINGDOM,
    RUN_ID,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.limits import MAX_INTEGER
from chalicelib.players.schema import COUNTERS

_VALUE: Final[Schema] = {"type": ["integer", "null"], "minimum": 0, "maximum": MAX_INTEGER}
_CHANGED: Final[Schema] = {
    "type": ["string", "null"],
    "format": "date",
    "description": "The newest snapshot in which a counter that only grows is above the snapshot "
    "before; null if there is none.",
}
_SEEN: Final[dict[str, Schema]] = {
    "first_seen": {**DATE, "description": "The first snapshot that has the player."},
    "last_seen": {**DATE, "description": "The newest snapshot that has the player."},
    "last_changed": _CHANGED,
}
_SEEN_EXAMPLE: Final[dict[str, Any]] = {
    "first_seen": "2025-11-03",
    "last_seen": "2026-01-26",
    "last_changed": "2026-01-19",
}
_YUKI: Final[dict[str, Any]] = {
    "id": 38232075,
    "name": "ᴬᴮYuki 雪",
    "alliance": "[RS!] Rising Sun",
}
_LISTED_EXAMPLE: Final[dict[str, Any]] = {
    **_YUKI,
    "power": 91245017,
    "matched": "Yuki of old",
    **_SEEN_EXAMPLE,
}
_NAME_EXAMPLES: Final = (
    {"name": "ᴬᴮYuki 雪", "from": "2026-01-12", "to": "2026-01-26"},
    {"name": "Yuki of old", "from": "2025-11-03", "to": "2026-01-05"},
)
_VALUES_EXAMPLE: Final[dict[str, Any]] = {
    **dict.fromkeys(COUNTERS),
    "power": 91245017,
    "kill_points": 1204118830,
    "kills": 81223417,
    "deaths": 3100442,
    "dkp": 288650963,
}
_RANKS_EXAMPLE: Final[dict[str, Any]] = {
    "dkp": {"rank": 1, "of": 1180},
    "kills": {"rank": 3, "of": 1241},
    "deaths": {"rank": 12, "of": 1241},
    "power": {"rank": 40, "of": 1241},
    "kill_points": {"rank": 2, "of": 1241},
}
_PAST_EXAMPLE: Final[dict[str, Any]] = {
    "snapshot_date": "2026-01-26",
    "run_id": RUN_ID["examples"][0],
    "record_hash": "5f3a0c1e9b7d2468ace013579bdf0246",
    "name": "ᴬᴮYuki 雪",
    "alliance": "[RS!] Rising Sun",
    "values": _VALUES_EXAMPLE,
    "ranks": _RANKS_EXAMPLE,
}

PLAYERS: Final[dict[str, Schema]] = {
    "ListedPlayer": object_of(
        {
            **PLAYER,
            "power": {**_VALUE, "description": "In the newest snapshot that has the player."},
            "matched": {
                **TEXT,
                "description": "The newest older name that fits the search; null where the "
                "current one does, or the id.",
            },
            **_SEEN,
        },
        _LISTED_EXAMPLE,
    ),
    "PlayerList": object_of(
        {
            "kingdom": KINGDOM,
            "total": {**COUNT, "description": "How many players are found."},
            "limit": LIMIT,
            "offset": COUNT,
            "next": NEXT,
            "players": list_of("ListedPlayer"),
        },
        {
            "kingdom": 51,
            "total": 2,
            "limit": 1,
            "offset": 0,
            "next": "?search=yuki&limit=1&offset=1",
            "players": [_LISTED_EXAMPLE],
        },
    ),
    "NameSpan": object_of(
        {
            "name": {"type": "string"},
            "from": {**DATE, "description": "The first snapshot that has it."},
            "to": {**DATE, "description": "The last one; of the current name, `last_seen`."},
        },
        *_NAME_EXAMPLES,
    ),
    "Counters": object_of(
        dict.fromkeys(COUNTERS, _VALUE),
        _VALUES_EXAMPLE,
        description="Every counter; null where it is not known.",
    ),
    "RankOf": object_of(
        {"rank": RANK, "of": {**COUNT, "description": "How many players are ranked."}},
        _RANKS_EXAMPLE["dkp"],
    ),
    "Ranks": object_of(
        dict.fromkeys(METRIC_NAMES, or_null("RankOf")),
        _RANKS_EXAMPLE,
        description="The rank on each board, and of how many; null where not ranked.",
    ),
    "PlayerSnapshot": object_of(
        {
            "snapshot_date": DATE,
            "run_id": RUN_ID,
            "record_hash": {
                "type": "string",
                "description": "The same as long as nothing of the player changes.",
            },
            "name": TEXT,
            "alliance": TEXT,
            "values": ref("Counters"),
            "ranks": ref("Ranks"),
        },
        _PAST_EXAMPLE,
    ),
    "Player": object_of(
        {
            "kingdom": KINGDOM,
            "id": ID,
            "name": TEXT,
            "alliance": TEXT,
            **_SEEN,
            "names": {**list_of("NameSpan"), "description": "Newest first."},
            "next": {
                "type": ["string", "null"],
                "description": "Older snapshots, as a reference relative to this request's URL; "
                "null where there is none.",
            },
            "snapshots": {
                **list_of("PlayerSnapshot"),
                "maxItems": MOST,
                "description": "Newest first; those that the player is in.",
            },
        },
        {
            "kingdom": 51,
            **_YUKI,
            **_SEEN_EXAMPLE,
            "names": [*_NAME_EXAMPLES],
            "next": "?limit=1&before=2026-01-26",
            "snapshots": [_PAST_EXAMPLE],
        },
    ),
}
