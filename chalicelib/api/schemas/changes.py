"""What happened between two snapshots."""

from typing import Any, Final

from chalicelib.api.schemas.between import (
    JUMP_EXAMPLE,
    NEWER_EXAMPLE,
    OLDER_EXAMPLE,
    PLAYER,
    TEXT,
    UNRELIABLE_EXAMPLE,
)
from chalicelib.api.schemas.parts import COUNT, KINGDOM, Schema, list_of, object_of, ref

_ADA: Final[dict[str, Any]] = {"id": 51234567, "name": "Ada", "alliance": "[RS!] Rising Sun"}
_BEA: Final[dict[str, Any]] = {"id": 61234568, "name": "Béa", "alliance": None}
_PERSON_EXAMPLE: Final[dict[str, Any]] = {**_ADA, "power": 48120334}
_RENAMING_EXAMPLE: Final[dict[str, Any]] = {**_BEA, "before": "Bea of Kent"}
_CHANGES_EXAMPLE: Final[dict[str, Any]] = {
    "kingdom": 51,
    "from": OLDER_EXAMPLE,
    "to": NEWER_EXAMPLE,
    "records": {"added": 239, "removed": 2, "changed": 871, "unchanged": 127},
    "joined": [_PERSON_EXAMPLE],
    "came_into_view": [{"id": 71234569, "name": "Cem", "alliance": None, "power": 11800412}],
    "returned": [],
    "left": [{"id": 81234560, "name": None, "alliance": None, "power": None}],
    "below_cut": [],
    "renamed": [_RENAMING_EXAMPLE],
    "changed_alliance": [{**_BEA, "before": "[RS!] Rising Sun"}],
    "suspects": [{**_ADA, **JUMP_EXAMPLE}],
    "unreliable_columns": [UNRELIABLE_EXAMPLE],
}


def _list(name: str, description: str) -> Schema:
    return {**list_of(name), "description": description}


CHANGES: Final[dict[str, Schema]] = {
    "Person": object_of(
        {**PLAYER, "power": {"type": ["integer", "null"], "minimum": 0}},
        _PERSON_EXAMPLE,
        description="A player who is in one of the two snapshots only, as in that one.",
    ),
    "Renaming": object_of(
        {**PLAYER, "before": {**TEXT, "description": "The older name, or the older alliance."}},
        _RENAMING_EXAMPLE,
        description="A player whose name or alliance is another one in the newer snapshot.",
    ),
    "RecordCounts": object_of(
        dict.fromkeys(("added", "removed", "changed", "unchanged"), COUNT),
        _CHANGES_EXAMPLE["records"],
        description="How many players' records, compared by id and record hash.",
    ),
    "Changes": object_of(
        {
            "kingdom": KINGDOM,
            "from": ref("Head"),
            "to": ref("Head"),
            "records": ref("RecordCounts"),
            "joined": _list("Person", "New in the kingdom."),
            "came_into_view": _list(
                "Person",
                "In the newer only, and weaker than the older scan's floor.",
            ),
            "returned": _list("Person", "Not in the older one, but seen before it."),
            "left": _list("Person", "No longer there."),
            "below_cut": _list(
                "Person", "In the older only, and weaker than the newer scan's floor."
            ),
            "renamed": list_of("Renaming"),
            "changed_alliance": list_of("Renaming"),
            "suspects": _list(
                "PlayerSuspect",
                "Values that are likely wrong, those of unreliable columns too.",
            ),
            "unreliable_columns": list_of("UnreliableColumn"),
        },
        _CHANGES_EXAMPLE,
    ),
}
