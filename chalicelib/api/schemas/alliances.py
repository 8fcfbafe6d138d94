"""A kingdom's alliances."""

from typing import Any, Final

from chalicelib.api.schemas.between import OLDER_EXAMPLE, TEXT, UNRELIABLE_EXAMPLE
from chalicelib.api.schemas.parts import (
    COUNT,
    DATE,
    KINGDOM,
    RUN_ID,
    VERSION,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)
from chalicelib.boards.metrics import METRIC_NAMES

_SUM: Final[Schema] = {"type": ["integer", "null"]}
_TOTAL_EXAMPLE: Final[dict[str, Any]] = {"sum": 6120334918, "known": 90}
_GAIN_EXAMPLE: Final[dict[str, Any]] = {"sum": 41203349, "known": 88, "suspects": 1}
_ALLIANCE_EXAMPLE: Final[dict[str, Any]] = {
    "alliance": "[RS!] Rising Sun",
    "members": 90,
    "metrics": dict.fromkeys(METRIC_NAMES, _TOTAL_EXAMPLE),
}
_GAINED_EXAMPLE: Final[dict[str, Any]] = {
    **_ALLIANCE_EXAMPLE,
    "gains": dict.fromkeys(METRIC_NAMES, _GAIN_EXAMPLE),
}
_OLDER: Final = {name: OLDER_EXAMPLE[name] for name in ("snapshot_date", "run_id", "version")}
_FACTS: Final = {
    "kingdom": 51,
    "snapshot_date": "2026-01-26",
    "run_id": RUN_ID["examples"][0],
    "version": VERSION["examples"][0],
}

ALLIANCES: Final[dict[str, Schema]] = {
    "AllianceInfo": object_of(
        {
            "alliance": {**TEXT, "description": "As scanned; null for players without one."},
            "members": {**COUNT, "minimum": 1, "description": "How many players."},
            "metrics": ref("AllianceSums"),
            "gains": {**ref("AllianceGains"), "description": "Only with `since`."},
        },
        _GAINED_EXAMPLE,
        _ALLIANCE_EXAMPLE,
        optional=("gains",),
    ),
    "AllianceSum": object_of(
        {
            "sum": {**_SUM, "description": "Null where it is known of nobody."},
            "known": {**COUNT, "description": "Of how many members it is known."},
        },
        _TOTAL_EXAMPLE,
    ),
    "AllianceSums": object_of(
        dict.fromkeys(METRIC_NAMES, ref("AllianceSum")),
        _ALLIANCE_EXAMPLE["metrics"],
        description="What the members have together.",
    ),
    "AllianceGain": object_of(
        {
            "sum": {**_SUM, "description": "Null where nobody's gain is known."},
            "known": {**COUNT, "description": "Of how many members it is."},
            "suspects": {
                **COUNT,
                "description": "How many members have a gain that is likely a fault of a scan, in "
                "the sum or not.",
            },
        },
        _GAIN_EXAMPLE,
    ),
    "AllianceGains": object_of(
        dict.fromkeys(METRIC_NAMES, ref("AllianceGain")),
        _GAINED_EXAMPLE["gains"],
        description="What the members have gained together.",
    ),
    "AllianceList": object_of(
        {
            "kingdom": KINGDOM,
            "snapshot_date": DATE,
            "run_id": RUN_ID,
            "version": VERSION,
            "since": {
                **or_null("OlderSnapshot"),
                "description": "The older snapshot, if `since` is given; null where there is none "
                "before.",
            },
            "alliances": list_of("AllianceInfo"),
            "unreliable_columns": list_of("UnreliableColumn"),
        },
        {
            **_FACTS,
            "since": _OLDER,
            "alliances": [_GAINED_EXAMPLE],
            "unreliable_columns": [UNRELIABLE_EXAMPLE],
        },
        {**_FACTS, "alliances": [_ALLIANCE_EXAMPLE]},
        optional=("since", "unreliable_columns"),
    ),
}
