"""The table of changes: one row a change (`changes.parquet`, contract, section 9).

With its heads, which stand in the file's key-value metadata, it is all that a summary is made of.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, get_args

import pyarrow as pa

from chalicelib import kernels
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.compare import changed_rows
from chalicelib.changes.findings import UNKNOWN, Findings, Kind, Suspect, UnreliableColumn
from chalicelib.changes.pair import Pair, column_of
from chalicelib.changes.summary import Head, Person, Records, Renaming, Summary, damaged

HEADS_KEY: Final = b"rok_changes"
"""The key-value metadata of a changes file that holds its heads as JSON."""

BEFORE: Final = "before"
"""The head that older versions of this software did not write: `Findings.before` of a pair."""

CHANGES_SCHEMA: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.int64()),
        ("name", pa.string()),
        ("alliance", pa.string()),
        ("power", pa.int64()),
        ("before", pa.string()),
        ("column", pa.string()),
        ("from_value", pa.int64()),
        ("to_value", pa.int64()),
        ("ref", pa.int64()),
        ("fault", pa.string()),
        ("hash_before", pa.string()),
        ("hash_after", pa.string()),
        ("from_date", pa.date32()),
        ("from_run_id", pa.string()),
        ("snapshot_date", pa.date32()),
        ("run_id", pa.string()),
        ("kingdom", pa.int32()),
    ]
)


_FACTS: Final = ("from_date", "from_run_id", "snapshot_date", "run_id", "kingdom")
_BY_ID: Final = [("", "ascending")]
_PERSONS: Final = {
    "joined": "arrived",
    "came_into_view": "came_into_view",
    "left": "left",
    "below_cut": "below_cut",
}
"""The lists of players: a row's kind, and its list in a summary."""

_RENAMINGS: Final = ("renamed", "changed_alliance")
_SUSPECT: Final = ("id", "name", "alliance", "column", "from_value", "to_value", "ref", "fault")
_UNRELIABLE: Final = ("column", "from_value", "to_value")
SUMMARISED: Final = {
    field.name: field.type
    for field in CHANGES_SCHEMA
    if field.name not in (*_FACTS, "hash_before", "hash_after")
}
"""The columns that a summary is made of, and their types."""

_NAME: Final = "the file of changes"


class Changes(NamedTuple):
    """What `changes.parquet` holds.

    Attributes:
        rows: by `CHANGES_SCHEMA`.
        heads: JSON: both snapshots' facts and floors, `Findings.before`, and the records' counts.
    """

    rows: pa.Table
    heads: str


class _Part(NamedTuple):
    """Some rows; columns that are not given are null."""

    length: int
    columns: Mapping[str, pa.Array]


def changes_of(pair: Pair, summary: Summary) -> Changes:
    """The changes of a pair.

    Args:
        pair: two scans with the columns of `chalicelib.changes.compare`.
        summary: what `summary_of_pair` says of them.
    """
    parts = [*_records(pair), _listed(summary)]
    rows = _assemble(parts, pair.older.snapshot, pair.newer.snapshot)
    return Changes(rows, _heads(summary))


def no_changes(newer: Head | None) -> Changes:
    """The changes of a date that has no snapshot before it.

    Args:
        newer: the date's snapshot; None where it is withdrawn.
    """
    heads = {"from": None, "to": newer and newer.stored()}
    heads["records"] = None
    return Changes(CHANGES_SCHEMA.empty_table(), json.dumps(heads, separators=(",", ":")))


def _records(pair: Pair) -> Iterator[_Part]:
    """The records that were added, removed, changed; each by id."""
    both = changed_rows(pair)
    sides: tuple[tuple[str, Callable[[str], pa.Array], pa.Array], ...] = (
        ("added", pair.now, pair.arrived),
        ("removed", pair.old, pair.missing),
        ("changed", pair.now, both),
    )
    for kind, column, rows in sides:
        if not len(rows):
            continue
        order = kernels.sort_indices(kernels.take(column("id"), rows), _BY_ID)
        ordered = kernels.take(rows, order)
        columns = {name: kernels.take(column(name), ordered) for name in Person._fields}
        columns["kind"] = pa.repeat(kind, len(rows))
        if kind != "added":
            side = pair.old if kind == "removed" else pair.was
            columns["hash_before"] = kernels.take(side("record_hash"), ordered)
        if kind != "removed":
            columns["hash_after"] = kernels.take(pair.now("record_hash"), ordered)
        yield _Part(len(rows), columns)


def _listed(summary: Summary) -> _Part:
    """The rows of a summary's lists, in their order."""
    rows = [*_rows(summary)]
    columns = zip(*rows, strict=True) if rows else [()] * len(SUMMARISED)
    named = zip(SUMMARISED.items(), columns, strict=True)
    return _Part(len(rows), {name: pa.array(column, kind) for (name, kind), column in named})


def _rows(summary: Summary) -> Iterator[tuple[Any, ...]]:
    """The same, row by row: the values of `SUMMARISED`."""
    for kind, name in _PERSONS.items():
        for person in getattr(summary, name):
            yield kind, *person, None, None, None, None, None, None
    for kind in _RENAMINGS:
        for player, name, alliance, before in getattr(summary, kind):
            yield kind, player, name, alliance, None, before, None, None, None, None, None
    for one in summary.findings.suspects:
        values = one.column, one.before, one.after, one.ref, one.fault
        yield one.kind, one.id, one.name, one.alliance, None, None, *values
    for column, fell, players in summary.findings.unreliable:
        yield "unreliable", None, None, None, None, None, column, fell, players, None, None


def _assemble(parts: Sequence[_Part], older: Snapshot, newer: Snapshot) -> pa.Table:
    facts = (
        older.snapshot_date,
        older.run_id,
        newer.snapshot_date,
        newer.run_id,
        newer.kingdom,
    )
    rows = sum(part.length for part in parts)
    columns = []
    for field in CHANGES_SCHEMA:
        if field.name in _FACTS:
            value = pa.scalar(facts[_FACTS.index(field.name)], field.type)
            columns.append(pa.repeat(value, rows))
        else:
            columns.append(pa.concat_arrays([_cells(part, field) for part in parts]))
    return pa.table(columns, schema=CHANGES_SCHEMA)


def _cells(part: _Part, field: pa.Field) -> pa.Array:
    found = part.columns.get(field.name)
    return pa.nulls(part.length, field.type) if found is None else found


def _heads(summary: Summary) -> str:
    heads = {
        "from": summary.older.stored(),
        "to": summary.newer.stored(),
        "records": list(summary.records),
        BEFORE: summary.findings.before,
    }
    return json.dumps(heads, separators=(",", ":"))


def summary_of(changes: Changes, kingdom: int, day: date) -> Summary | None:
    """The summary that a table of changes holds; None where there is no pair.

    Args:
        changes: the table and its heads, as they were read; the hashes, and what all rows have in
            common, are not needed.
        kingdom: the key's.
        day: the key's.

    Raises:
        StoreError: the rows or the heads are not those of a table of changes.
    """
    rows = changes.rows
    try:
        heads = json.loads(changes.heads)
        if heads["from"] is None:
            return None
        if not all(rows.schema.field(name).type == kind for name, kind in SUMMARISED.items()):
            raise TypeError
        return Summary(
            Head.from_stored(heads["from"], kingdom, _NAME),
            Head.from_stored(heads["to"], kingdom, _NAME, day),
            Records(*heads["records"]),
            **_lists(rows, heads.get(BEFORE, UNKNOWN)),
        )
    except (ValueError, TypeError, KeyError, RecursionError, pa.ArrowException):
        raise damaged(kingdom, day, _NAME, "its rows or heads") from None


def _lists(rows: pa.Table, before: str | None) -> dict[str, Any]:
    parts = _by_kind(rows)

    def listed(kind: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        if kind not in parts:
            return iter(())
        return zip(*(parts[kind][name].to_pylist() for name in columns), strict=True)

    found: dict[str, Any] = {
        name: [Person(*one) for one in listed(kind, Person._fields)]
        for kind, name in _PERSONS.items()
    }
    for kind in _RENAMINGS:
        found[kind] = [Renaming(*one) for one in listed(kind, Renaming._fields)]
    suspects = [
        Suspect._make((*one[:3], kind, *one[3:]))
        for kind in sorted(get_args(Kind))
        for one in listed(kind, _SUSPECT)
    ]
    unreliable = [UnreliableColumn(*one) for one in listed("unreliable", _UNRELIABLE)]
    return {**found, "findings": Findings(suspects, unreliable, before)}


def _by_kind(rows: pa.Table) -> dict[str, pa.Table]:
    """The rows of each kind; they are written one kind after the other.

    Raises:
        ValueError: they are not.
    """
    names = column_of(rows, "kind")
    counted = kernels.value_counts(names)  # in the order of their first rows
    kinds, counts = (counted.field(name).to_pylist() for name in ("values", "counts"))
    found: dict[str, pa.Table] = {}
    start = 0
    for kind, count in zip(kinds, counts, strict=True):
        if kernels.equal(names.slice(start, count), kind).true_count != count:
            raise ValueError
        found[kind] = rows.slice(start, count)
        start += count
    return found
