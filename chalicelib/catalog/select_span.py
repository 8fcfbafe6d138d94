"""Which two snapshots of a kingdom are compared (contract, sections 8 and 9)."""

from collections.abc import Sequence
from datetime import date

from chalicelib.catalog.entries import CatalogEntry
from chalicelib.changes.span import Span
from chalicelib.errors import BadParameterError, NotFoundError


def select_span(
    entries: Sequence[CatalogEntry], older: date | None = None, newer: date | None = None
) -> Span:
    """The snapshots `from` and `to` of an answer.

    Neither given: the two newest; `to` alone: from the one before it; `from` alone: to the newest.

    Args:
        entries: the kingdom's snapshots, newest first; at least one.
        older: the date `from`, if given.
        newer: the date `to`, if given.

    Raises:
        NotFoundError: one of the dates has no snapshot, there is none before `to`, or there is
            one snapshot only.
        BadParameterError: `from` is not before `to`.
    """
    if older is not None and newer is not None and older >= newer:
        raise BadParameterError(f"from must be before to: {older} is not before {newer}")
    last = 0 if newer is None else _index(entries, newer)
    first = last + 1 if older is None else _index(entries, older)
    if first == len(entries):
        snapshot = entries[last].snapshot
        raise NotFoundError(
            f"kingdom {snapshot.kingdom} has no snapshot before {snapshot.snapshot_date}; "
            "two are needed"
        )
    if first <= last:
        # `from` is the newest snapshot, and no `to` is given.
        if len(entries) == 1:
            raise NotFoundError(
                f"kingdom {entries[0].snapshot.kingdom} has one snapshot only, of {older}; "
                "two are needed"
            )
        raise BadParameterError(f"from must be before the newest snapshot, which is of {older}")
    return _span(entries, first, last)


def span_before(entries: Sequence[CatalogEntry], newer: date) -> Span | None:
    """From the snapshot right before a date's to it; None when there is none before.

    Raises:
        NotFoundError: the date has no snapshot.
    """
    last = _index(entries, newer)
    return _span(entries, last + 1, last) if last + 1 < len(entries) else None


def find_entry(entries: Sequence[CatalogEntry], day: date) -> CatalogEntry:
    """The entry of a date.

    Raises:
        NotFoundError: it has no snapshot.
    """
    return entries[_index(entries, day)]


def _span(entries: Sequence[CatalogEntry], first: int, last: int) -> Span:
    before = entries[first + 1].snapshot if first + 1 < len(entries) else None
    return Span(entries[first].snapshot, entries[last].snapshot, before, first == last + 1)


def _index(entries: Sequence[CatalogEntry], day: date) -> int:
    for index, entry in enumerate(entries):
        if entry.snapshot.snapshot_date == day:
            return index
    newest = entries[0].snapshot
    raise NotFoundError(
        f"kingdom {newest.kingdom} has no snapshot of {day}; its latest is of "
        f"{newest.snapshot_date}"
    )
