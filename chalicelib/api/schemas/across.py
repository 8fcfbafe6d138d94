"""Boards across kingdoms."""

from typing import Any, Final

from chalicelib.api.parameters.kingdoms import MOST_KINGDOMS
from chalicelib.api.schemas.between import PLAYER
from chalicelib.api.schemas.boards import ENTRY_EXAMPLE, LIMIT, NEXT, POSITION, RANK
from chalicelib.api.schemas.parts import (
    COUNT,
    DATE,
    KINGDOM,
    METRIC,
    RUN_ID,
    VERSION,
    Schema,
    list_of,
    object_of,
    ref,
)
from chalicelib.limits import MAX_INTEGER

_ENTRY_EXAMPLE: Final[dict[str, Any]] = {
    "rank": 1,
    "position": 1,
    "kingdom": 51,
    **{name: ENTRY_EXAMPLE[name] for name in ("id", "name", "alliance", "value")},
}
_KINGDOM_EXAMPLES: Final = (
    {"kingdom": 51, "snapshot_date": "2026-01-26", "run_id": RUN_ID["examples"][0]},
    {
        "kingdom": 52,
        "snapshot_date": "2026-01-25",
        "run_id": "20260125T201144Z-77c1d0e94a5b2f38",
    },
)
_VERSION: Final[Schema] = {
    **VERSION,
    "description": "Changes whenever the current snapshot of one of these kingdoms does. Send it "
    "as `version` to get answers of just this state.",
    "examples": ["7be2d9046fa1c358"],
}

ACROSS: Final[dict[str, Schema]] = {
    "AcrossEntry": object_of(
        {
            "rank": RANK,
            "position": POSITION,
            "kingdom": KINGDOM,
            **PLAYER,
            "value": {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
            "values": {**ref("Values"), "description": "Only with `with`."},
        },
        _ENTRY_EXAMPLE,
        {**_ENTRY_EXAMPLE, "values": {"power": 91245017}},
        optional=("values",),
    ),
    "KingdomSnapshot": object_of(
        {"kingdom": KINGDOM, "snapshot_date": DATE, "run_id": RUN_ID},
        *_KINGDOM_EXAMPLES,
        description="A kingdom's current snapshot.",
    ),
    "AcrossLeaderboard": object_of(
        {
            "metric": METRIC,
            "kingdoms": {
                **list_of("KingdomSnapshot"),
                "maxItems": MOST_KINGDOMS,
                "description": "The snapshot of each, in the order of their numbers.",
            },
            "version": _VERSION,
            "total": {**COUNT, "description": "How many players are ranked."},
            "limit": LIMIT,
            "offset": COUNT,
            "next": NEXT,
            "entries": list_of("AcrossEntry"),
        },
        {
            "metric": "dkp",
            "kingdoms": [*_KINGDOM_EXAMPLES],
            "version": _VERSION["examples"][0],
            "total": 2411,
            "limit": 1,
            "offset": 0,
            "next": f"?kingdoms=51,52&limit=1&offset=1&version={_VERSION['examples'][0]}",
            "entries": [_ENTRY_EXAMPLE],
        },
    ),
}
