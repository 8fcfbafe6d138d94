"""What the API must say of alliances, kingdoms and players; see `tests.torture.between`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from tests.between import reference
from tests.roster import oracle
from tests.torture.between import (
    KEPT,
    Document,
    Query,
    beside_of,
    day_of,
    formula_of,
    kingdom_of,
    named,
    of_one_kind,
    page_of,
    values_of,
)
from tests.torture.catalogs import facts_of
from tests.torture.rosters import rows_of
from tests.torture.uploads import METRICS, Upload


def alliances(older: Upload | None, newer: Upload, *, since: bool) -> Document:
    """A kingdom's alliances; with `since` and no `older` there is no snapshot before."""
    new = rows_of(newer)
    gained = {} if older is None else {name: _gains(older, newer, name) for name in METRICS}
    rows: list[Document] = []
    for name in dict.fromkeys(row["alliance"] for row in new.values()):
        members = [row for row in new.values() if row["alliance"] == name]
        row = {
            "alliance": name,
            "members": len(members),
            "metrics": {one: _total([row[one] for row in members]) for one in METRICS},
        }
        if older is not None:
            row["gains"] = {
                metric: {
                    **_total([of[row["id"]] for row in members if row["id"] in of]),
                    "suspects": sum(row["id"] in flagged for row in members),
                }
                for metric, (of, flagged) in gained.items()
            }
        rows.append(row)
    rows.sort(key=_place_of_alliance)
    document: Document = {"kingdom": kingdom_of(newer), **named(newer), "alliances": rows}
    if since:
        document["since"] = older and named(older)
    if older is not None:
        _, document["unreliable_columns"] = reference.suspects(rows_of(older), new, None)
    return document


def across(metric: str, query: Query, newest: Sequence[Upload]) -> Document:
    """A board across kingdoms, but for its version; `newest` by the kingdoms' numbers."""
    entries = [
        {**entry, "kingdom": kingdom_of(upload), **values_of(upload, entry["id"], beside_of(query))}
        for upload in newest
        for entry in upload.ranking(metric)
    ]
    entries.sort(key=lambda entry: (-entry["value"], entry["id"], entry["kingdom"]))
    values = [entry["value"] for entry in entries]
    for position, entry in enumerate(entries, 1):
        entry |= {"position": position, "rank": 1 + values.index(entry["value"])}
    kingdoms = [{"kingdom": kingdom_of(one), **named(one)} for one in newest]
    for one in kingdoms:
        del one["version"]
    asked = {"kingdoms": ",".join(str(kingdom_of(one)) for one in newest)}
    asked |= {name: query[name] for name in KEPT if name in query}
    page = page_of(query, entries, "entries", asked)
    return {"metric": metric, "kingdoms": kingdoms, **page}


def players(query: Query, kingdom: int, known: Mapping[int, oracle.Known]) -> Document:
    """Who is found, or idle, by a roster of these players."""
    alliance = query.get("alliance")
    everything = (alliance, 10**6, 0)
    if "search" in query:
        found = oracle.search(known, query["search"], *everything)
    else:
        found = oracle.idle_since(known, date.fromisoformat(query["idle_since"]), *everything)
    asked = {name: query[name] for name in ("search", "idle_since", "alliance") if name in query}
    rows = [{name: _text(value) for name, value in one._asdict().items()} for one in found.players]
    return {"kingdom": kingdom, **page_of(query, rows, "players", asked)}


def person(kingdom: int, known: oracle.Known) -> Document:
    """What a player's history says of the player."""
    member = known.member
    spans = [
        {"name": one.name, "from": f"{one.first}", "to": f"{one.last}"} for one in member.names
    ]
    shown = ("id", "name", "alliance", "first_seen", "last_seen", "last_changed")
    told = {name: _text(getattr(member, name)) for name in shown}
    return {"kingdom": kingdom, **told, "names": spans}


def appearance(upload: Upload, player: int, columns: Collection[str]) -> Document | None:
    """What a player's history says of a snapshot; None where the player is not in it.

    Args:
        upload: the snapshot.
        player: who.
        columns: all counters.
    """
    row = rows_of(upload).get(player)
    if row is None:
        return None
    ranks: Document = {}
    for metric in METRICS:
        ranking = upload.ranking(metric)
        rank = next((one["rank"] for one in ranking if one["id"] == player), None)
        ranks[metric] = None if rank is None else {"rank": rank, "of": len(ranking)}
    return {
        "snapshot_date": day_of(upload),
        "run_id": upload.run_id,
        **{name: row[name] for name in ("record_hash", "name", "alliance")},
        "values": {name: row[name] for name in columns},
        "ranks": ranks,
    }


def _gains(older: Upload, newer: Upload, metric: str) -> tuple[dict[int, int], set[int]]:
    """Everybody's gain, and whose is flagged."""
    if metric == "dkp" and not of_one_kind(older, newer):
        return {}, set()
    formula = formula_of(newer) if metric == "dkp" else None
    old, new = rows_of(older), rows_of(newer)
    _, entries = reference.gains(old, new, reference.Asked(metric, formula, {}))
    found, unreliable = reference.suspects(old, new, None)
    columns: set[str | None] = {*(formula or [metric])}
    if metric == "dkp":
        if formula is None and facts_of(newer)["dkp"]["basis"] == "none":
            return {}, set()
        columns.add(None)
    elif metric in reference.GROWING:
        columns.add(None)
    bad = {one["column"] for one in unreliable}
    flagged = {one["id"] for one in found if one["column"] in columns - bad and one["id"] in old}
    return {entry["id"]: entry["value"] for entry in entries}, flagged


def _total(values: Sequence[int | None]) -> Document:
    known = [value for value in values if value is not None]
    return {"sum": sum(known) if known else None, "known": len(known)}


def _place_of_alliance(row: Document) -> tuple[bool, int, bool, str]:
    power, name = row["metrics"]["power"]["sum"], row["alliance"]
    return power is None, -(power or 0), name is None, name or ""


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
