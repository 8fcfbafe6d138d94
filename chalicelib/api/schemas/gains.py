"""Boards of gains."""

from typing import Any, Final

from chalicelib.api.schemas.between import (
    JUMP_EXAMPLE,
    NEWER_EXAMPLE,
    OLDER_EXAMPLE,
    PLAYER,
    UNRELIABLE_EXAMPLE,
    ZEROED_EXAMPLE,
)
from chalicelib.api.schemas.boards import (
    ABOVE,
    ENTRY_EXAMPLE,
    FORMULA_EXAMPLE,
    LIMIT,
    NEXT,
    POSITION,
    RANK,
    values_of,
)
from chalicelib.api.schemas.parts import (
    COUNT,
    KINGDOM,
    METRIC,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)

_GAIN_EXAMPLE: Final[dict[str, Any]] = {
    **ENTRY_EXAMPLE,
    "value": 293237790,
    "from": 29323779,
    "to": 322561569,
    "values": {"kills": 38120},
    "suspects": [JUMP_EXAMPLE],
}
_GAINS_EXAMPLE: Final[dict[str, Any]] = {
    "kingdom": 51,
    "metric": "dkp",
    "from": OLDER_EXAMPLE,
    "to": NEWER_EXAMPLE,
    "days": 7,
    "total": 293,
    "unknown": 16,
    "limit": 1,
    "offset": 0,
    "next": "?from=2026-01-19&to=2026-01-26&limit=1&offset=1&with=kills"
    f"&version={NEWER_EXAMPLE['version']}&from_version={OLDER_EXAMPLE['version']}",
    "dkp": FORMULA_EXAMPLE,
    "entries": [_GAIN_EXAMPLE],
    "suspects": [{"id": 7, "name": "Ada", "alliance": None, **ZEROED_EXAMPLE}],
    "unreliable_columns": [UNRELIABLE_EXAMPLE],
}
_WHOLE: Final[Schema] = {"type": "integer"}

GAINS: Final[dict[str, Schema]] = {
    "Gain": object_of(
        {
            "rank": RANK,
            "position": POSITION,
            **PLAYER,
            "value": {**_WHOLE, "description": "The gain; power and acclaim may fall."},
            "from": {**_WHOLE, "description": "The older value."},
            "to": {**_WHOLE, "description": "The newer value."},
            "values": {**ref("GainValues"), "description": "Only with `with`."},
            "suspects": list_of("Suspect"),
        },
        _GAIN_EXAMPLE,
        optional=("values",),
    ),
    "GainValues": values_of(
        {"type": ["integer", "null"]},
        "The gains of the metrics of `with`; null where one would not be ranked.",
        -1204412,
    ),
    "MyGain": object_of(
        {"entry": ref("Gain"), "above": ABOVE},
        {"entry": _GAIN_EXAMPLE, "above": None},
        description="A player's own entry, and the one a position higher.",
    ),
    "Gains": object_of(
        {
            "kingdom": KINGDOM,
            "metric": METRIC,
            "from": ref("Head"),
            "to": ref("Head"),
            "days": {"type": "integer", "minimum": 1, "description": "Between the two dates."},
            "total": {**COUNT, "description": "How many players are ranked."},
            "unknown": {
                **COUNT,
                "description": "How many players of both snapshots are not known in one of them.",
            },
            "limit": LIMIT,
            "offset": COUNT,
            "next": NEXT,
            "dkp": ref("Dkp"),
            "me": or_null("MyGain"),
            "entries": list_of("Gain"),
            "suspects": {
                **list_of("PlayerSuspect"),
                "description": "Who is not ranked since the counter fell, and who is zero in one "
                "of the two scans.",
            },
            "unreliable_columns": list_of("UnreliableColumn"),
        },
        _GAINS_EXAMPLE,
        optional=("me",),
    ),
}
