"""What happened between two snapshots (contract, section 9)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib.api.conflicts import check_version
from chalicelib.api.named import Named, answer_of
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.declared import FROM, FROM_VERSION, KINGDOM, TO, VERSION
from chalicelib.api.table import Column, Table, keys
from chalicelib.catalog.entries import Catalog
from chalicelib.changes.summary import Person, Renaming, Summary

LISTS: Final = (
    "joined",
    "came_into_view",
    "returned",
    "left",
    "below_cut",
    "renamed",
    "changed_alliance",
    "suspects",
    "unreliable_columns",
)
"""The lists of an answer, in its order."""

_COLUMNS: Final = (
    *("id", "name", "alliance", "power", "before"),
    *("kind", "column", "from", "to", "ref", "fault"),
    *("fell", "players"),
)


def changes(
    backend: Backend,
    *,
    kingdom: int,
    from_: date | None,
    to: date | None,
    version: str | None,
    from_version: str | None,
) -> Answer:
    """What happened between two snapshots; without dates between the two newest.

    Raises:
        NotFoundError: a snapshot is not there, or there is one only.
        BadParameterError: `from` is not before `to`.
        ConflictError: a version is given, and the snapshot is of another one by now.
        WithdrawnError: the uploads of a snapshot are being withdrawn.
    """
    from chalicelib.catalog.select_span import select_span
    from chalicelib.changes.findings import version_of

    catalog = backend.catalog()
    listed = catalog.snapshots(kingdom)
    span = select_span(listed.entries, from_, to)
    # All before these two: faults and who returned follow from them.
    first = span.older.snapshot_date
    earlier = [version for day, version in reversed([*listed.versions.items()]) if day < first]

    def make() -> Content:
        from chalicelib.engines.between import read_summary

        found = read_summary(backend.store(), span)
        newer, older = found.newer.snapshot, found.older.snapshot
        check_version(newer, version)
        check_version(older, from_version, "from_version")
        before = found.findings.before_version(span.before)
        arrived = _arrived(catalog, found)
        # A roster may be ahead of the catalog, and behind it.
        seen = earlier if arrived.earlier is None else arrived.earlier
        return Content(_document(found, arrived), (newer.version, older.version, before, *seen))

    newer, older = span.newer.version, span.older.version
    named = [Named(version, newer), Named(from_version, older)]
    return answer_of(named, (newer, older, version_of(span.before), *earlier), make)


class _Arrived(NamedTuple):
    """Who arrived.

    Attributes:
        joined: who was never seen before.
        returned: who was.
        earlier: the versions of the older snapshots that say so, oldest first; None if nobody
            arrived, and they were not asked.
    """

    joined: Sequence[Person]
    returned: Sequence[Person]
    earlier: Sequence[str | None] | None


def _document(found: Summary, arrived: _Arrived) -> dict[str, Any]:
    """The answer's JSON, in the contract's order."""
    persons: dict[str, Sequence[Person | Renaming]] = {
        "joined": arrived.joined,
        "came_into_view": found.came_into_view,
        "returned": arrived.returned,
        "left": found.left,
        "below_cut": found.below_cut,
        "renamed": found.renamed,
        "changed_alliance": found.changed_alliance,
    }
    return {
        "kingdom": found.newer.snapshot.kingdom,
        "from": found.older.as_json(),
        "to": found.newer.as_json(),
        "records": found.records._asdict(),
        **{name: [one._asdict() for one in listed] for name, listed in persons.items()},
        "suspects": [one.as_json(with_player=True) for one in found.findings.suspects],
        "unreliable_columns": [one._asdict() for one in found.findings.unreliable],
    }


def _arrived(catalog: Catalog, found: Summary) -> _Arrived:
    """Who joined and who returned; the roster is read only if somebody arrived."""
    if not found.arrived:
        return _Arrived([], [], None)
    older = found.older.snapshot
    roster = catalog.roster(older.kingdom)
    back = roster.seen_before([one.id for one in found.arrived], older.snapshot_date)
    joined = [one for one in found.arrived if one.id not in back]
    returned = [one for one in found.arrived if one.id in back]
    return _Arrived(joined, returned, roster.versions_before(older.snapshot_date))


def _columns(_: Mapping[str, Any]) -> list[Column]:
    return keys(*_COLUMNS)


CHANGES = Operation(
    "getChanges",
    "/v1/kingdoms/{kingdom}/changes",
    "What happened between two snapshots",
    "Who joined, came into view, returned, left or is below the cut; who was renamed or changed "
    "the alliance; which values are likely wrong, and in which of the two scans. Everybody who is "
    "in one of the two only is in just one list. Without dates it is between the two newest "
    "snapshots. Each list is ordered by power, the suspects by kind, column and id.",
    changes,
    "Changes",
    (KINGDOM, FROM, TO, VERSION, FROM_VERSION),
    (404, 409, 503, 504),
    table=Table(LISTS, _columns),
)
