"""What the API must say between snapshots, of the uploads that an answer is made of.

Each function makes the document of one route from the rows of given uploads, by the independent
calculations of `tests.between.reference` and `tests.roster.oracle`. Which uploads those are is told
by whoever asks: in the end the model, before that the answer itself.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

from tests.between import reference
from tests.torture.catalogs import facts_of, version_of
from tests.torture.rosters import rows_of
from tests.torture.uploads import Upload

Document = dict[str, Any]
Query = Mapping[str, str]

_LIMIT: Final = 100
KEPT: Final = ("with", "alliance", "weights")
"""The parameters that `next` repeats."""


class RefusedError(Exception):
    """The contract has a 400 for what is asked of these uploads."""


def day_of(upload: Upload) -> str:
    """An upload's date."""
    assert upload.partition is not None
    return upload.partition[1]


def head_of(upload: Upload) -> Document:
    """How answers name one of two snapshots."""
    rows = rows_of(upload)
    return {**named(upload), "players": len(rows), "floor": reference.floor(rows)}


def changes(older: Upload, newer: Upload, before: Upload | None, seen: Collection[int]) -> Document:
    """What happened between two snapshots.

    Args:
        older: the snapshot `from`.
        newer: the snapshot `to`.
        before: the one before `older`.
        seen: who is in any snapshot before `older`.
    """
    told = reference.changes(rows_of(older), rows_of(newer), _rows(before), {*seen})
    return {"kingdom": kingdom_of(newer), "from": head_of(older), "to": head_of(newer), **told}


def gains(
    metric: str, query: Query, older: Upload, newer: Upload, before: Upload | None
) -> Document:
    """A page of a board of gains.

    Raises:
        RefusedError: their `dkp` is of two kinds, or a counter is known of nobody.
    """
    old, new = rows_of(older), rows_of(newer)
    weights = weights_of(query)
    if weights is not None and any(_knows_nobody(one, weights) for one in (old, new)):
        raise RefusedError
    if metric == "dkp" and weights is None and not of_one_kind(older, newer):
        raise RefusedError
    formula = weights or (formula_of(newer) if metric == "dkp" else None)
    beside = {name: formula_of(newer) if name == "dkp" else None for name in beside_of(query)}
    alliance = query.get("alliance")
    unknown, entries = reference.gains(old, new, reference.Asked(metric, formula, beside, alliance))
    found, unreliable = reference.suspects(old, new, _rows(before))
    for entry in entries:
        if "dkp" in beside and not of_one_kind(older, newer):
            entry["values"]["dkp"] = None
        entry["suspects"] = reference.of_player(found, unreliable, entry["id"])
    told = reference.beside(found, unreliable, [*formula] if formula else [metric])
    if alliance is not None:
        told = [one for one in told if one["alliance"] == alliance]
    days = date.fromisoformat(day_of(newer)) - date.fromisoformat(day_of(older))
    asked = {
        "from": day_of(older),
        "to": day_of(newer),
        **{name: query[name] for name in KEPT if name in query},
        "version": version_of(newer),
        "from_version": version_of(older),
    }
    return {
        "kingdom": kingdom_of(newer),
        "metric": metric,
        "from": head_of(older),
        "to": head_of(newer),
        "days": days.days,
        "unknown": unknown,
        **page_of(query, entries, "entries", asked),
        "dkp": _dkp(newer, weights),
        "suspects": told,
        "unreliable_columns": unreliable,
    }


def board_since(
    metric: str, query: Query, older: Upload | None, newer: Upload, before: Upload | None
) -> Document:
    """A page of a board with `since`, but for `latest`; `older` is None where there is none."""
    entries: list[Document] = [
        {**entry, **values_of(newer, entry["id"], beside_of(query))}
        for entry in newer.ranking(metric)
    ]
    since: Document = {"since": None}
    asked = {"date": day_of(newer), "since": "previous", "version": version_of(newer)}
    if older is not None:
        found, unreliable = reference.suspects(rows_of(older), rows_of(newer), _rows(before))
        then = {entry["id"]: entry for entry in older.ranking(metric)}
        comparable = metric != "dkp" or facts_of(older)["dkp"] == facts_of(newer)["dkp"]
        for entry in entries:
            player = entry["id"]
            was = then.get(player)
            entry["since"] = was and {"rank": was["rank"], "value": was["value"]}
            entry["movement"] = (
                "new"
                if player not in rows_of(older)
                else "unknown"
                if was is None or not comparable
                else _moved(was["rank"], entry["rank"])
            )
            entry["suspects"] = reference.of_player(found, unreliable, player)
        since = {"since": named(older), "unreliable_columns": unreliable}
        asked |= {"since": day_of(older), "from_version": version_of(older)}
    else:
        asked |= {"from_version": hashlib.sha256(b"").hexdigest()[:16]}
    asked |= {name: query[name] for name in KEPT if name in query}
    return {
        "kingdom": kingdom_of(newer),
        "metric": metric,
        **named(newer),
        **page_of(query, entries, "entries", asked),
        "ingested_at": newer.ingested_at,
        "dkp": _dkp(newer, None),
        **since,
    }


def difference(answer: Document, wanted: Document) -> str | None:
    """What differs in two documents, in short; `next` may spell what it asks for in any order."""
    behind = answer.get("next")
    found = {**answer, "next": dict(parse_qsl(behind[1:]))} if behind else answer
    names = [name for name in {**wanted, **found} if found.get(name) != wanted.get(name)]
    told = [f"{name}: {found.get(name)} is not {wanted.get(name)}" for name in names]
    return "; ".join(told) or None


def weights_of(query: Query) -> dict[str, int] | None:
    """A reader's own formula."""
    if "weights" not in query:
        return None
    pairs = (one.split(":") for one in query["weights"].split(","))
    return {name: int(weight) for name, weight in pairs}


def may_be_refused(query: Query, metric: str, uploads: Sequence[Upload]) -> bool:
    """Whether any two of these uploads are compared in vain."""
    weights = weights_of(query)
    if weights is not None:
        return any(_knows_nobody(rows_of(one), weights) for one in uploads)
    kinds = {facts_of(one)["dkp"]["basis"] for one in uploads}
    return metric == "dkp" and len(kinds) > 1


def named(upload: Upload) -> Document:
    """An upload as answers name a snapshot."""
    version = version_of(upload)
    return {"snapshot_date": day_of(upload), "run_id": upload.run_id, "version": version}


def kingdom_of(upload: Upload) -> int:
    """An upload's kingdom."""
    assert upload.partition is not None
    return upload.partition[0]


def _rows(upload: Upload | None) -> reference.Rows | None:
    return None if upload is None else rows_of(upload)


def _knows_nobody(rows: reference.Rows, columns: Collection[str]) -> bool:
    return any(all(row[name] is None for row in rows.values()) for name in columns)


def of_one_kind(older: Upload, newer: Upload) -> bool:
    """Whether the `dkp` of two uploads comes from the same."""
    return bool(facts_of(older)["dkp"]["basis"] == facts_of(newer)["dkp"]["basis"])


def formula_of(newer: Upload) -> Mapping[str, int] | None:
    """The weights of an upload's `dkp`, if it is calculated."""
    found: Mapping[str, int] | None = facts_of(newer)["dkp"].get("weights")
    return found


def _dkp(newer: Upload, weights: Mapping[str, int] | None) -> Document:
    return {"basis": "formula", "weights": weights} if weights else {**facts_of(newer)["dkp"]}


def beside_of(query: Query) -> list[str]:
    """The metrics of `with`."""
    return query["with"].split(",") if "with" in query else []


def values_of(upload: Upload, player: int, names: Sequence[str]) -> Document:
    """What stands beside an entry, of these metrics."""
    row = rows_of(upload)[player]
    return {"values": {name: row[name] for name in names}} if names else {}


def _moved(was: int, now: int) -> str:
    return "same" if now == was else "up" if now < was else "down"


def page_of(query: Query, rows: list[Any], name: str, asked: Mapping[str, str]) -> Document:
    """The page that is asked for of all rows, and what is behind it."""
    limit, offset = int(query.get("limit", _LIMIT)), int(query.get("offset", 0))
    after = {"limit": str(limit), "offset": str(offset + limit)}
    return {
        "total": len(rows),
        "limit": limit,
        "offset": offset,
        "next": {**asked, **after} if offset + limit < len(rows) else None,
        name: rows[offset : offset + limit],
    }
