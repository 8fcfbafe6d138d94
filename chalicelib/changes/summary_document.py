"""`summary.json`: a summary as an object of the lake, read without pyarrow.

One JSON document of two lines: the first has the heads, the records' counts and the SHA-256 of the
second, which detects damage; its `check` is the same for the line itself. Players stand in it as
arrays, since a name of a column in each would be most of the object.

    {"kingdom":51,"from":{…},"to":{…},"records":[1,1,1,1],"sha256":"…", "check": "…",
    "lists":{"arrived":[[1,"…","…",1],…],…}}
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from chalicelib.changes.findings import Findings, Suspect, UnreliableColumn
from chalicelib.changes.summary import Head, Person, Records, Renaming, Summary, damaged

_NAME: Final = "summary.json"
_PERSONS: Final = ("arrived", "came_into_view", "left", "below_cut")
_RENAMINGS: Final = ("renamed", "changed_alliance")
_CHECK: Final = b', "check": "'
_LISTS: Final = b'"lists":'


def encode(kingdom: int, summary: Summary | None) -> bytes:
    """The bytes of `summary.json`.

    Args:
        kingdom: the key's.
        summary: None where the date has no pair: it is withdrawn, or the kingdom's first.
    """
    lists: dict[str, Sequence[Any]] = {}
    heads: dict[str, Any] = {"kingdom": kingdom, "from": None, "to": None, "records": None}
    if summary is not None:
        heads["from"], heads["to"] = summary.older.stored(), summary.newer.stored()
        heads["records"] = summary.records
        lists = {name: getattr(summary, name) for name in (*_PERSONS, *_RENAMINGS)}
        lists["suspects"], lists["unreliable"] = summary.findings
    rest = _LISTS + _json(lists) + b"}\n"
    line = _json({**heads, "sha256": _digest(rest)})[:-1]
    return line + _CHECK + _digest(line).encode() + b'",\n' + rest


def decode(body: bytes, kingdom: int, day: date) -> Summary | None:
    """The inverse of `encode`; the kingdom and the date are those of the object's key.

    Raises:
        StoreError: the bytes are damaged, or of another kingdom or date.
    """
    line, _, rest = body.partition(b"\n")
    text, _, check = line.rpartition(_CHECK)
    if check != _digest(text).encode() + b'",':
        raise damaged(kingdom, day, _NAME, "its first line")
    try:
        heads = json.loads(text + b"}")
        if heads["kingdom"] != kingdom:
            raise damaged(kingdom, day, _NAME, "it is of another kingdom")
        if heads["sha256"] != _digest(rest):
            raise damaged(kingdom, day, _NAME, "its bytes are not those that it was made of")
        if heads["from"] is None:
            return None
        return _summary(heads, json.loads(rest[len(_LISTS) : -2]), day)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise damaged(kingdom, day, _NAME, "its lines are of another date or form") from None


def _summary(heads: dict[str, Any], lists: dict[str, Any], day: date) -> Summary:
    kingdom = heads["kingdom"]
    found: dict[str, Any] = {
        **{name: [Person(*one) for one in lists[name]] for name in _PERSONS},
        **{name: [Renaming(*one) for one in lists[name]] for name in _RENAMINGS},
    }
    suspects = [Suspect(*one) for one in lists["suspects"]]
    unreliable = [UnreliableColumn(*one) for one in lists["unreliable"]]
    return Summary(
        Head.from_stored(heads["from"], kingdom, _NAME),
        Head.from_stored(heads["to"], kingdom, _NAME, day),
        Records(*heads["records"]),
        findings=Findings(suspects, unreliable),
        **found,
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
