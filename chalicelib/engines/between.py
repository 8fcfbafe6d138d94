"""What happened between two snapshots: from `summary.json` of neighbours, else computed.

A summary in `changes/` is used only if it is of just the two runs that are asked for, and of the
one before them if a fault follows from it. Else, and
where it is missing or damaged (which `rebuild --verify` tells of), the same is computed from the
curated files; the answer never differs.
"""

from typing import NamedTuple

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import Findings
from chalicelib.changes.span import Span
from chalicelib.changes.summary import Summary, decode
from chalicelib.errors import ObjectNotFoundError, StoreError
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import summary_key


class FindingsOf(NamedTuple):
    """What is likely wrong in a pair of snapshots.

    Attributes:
        older: the facts of the older file that was read.
        newer: those of the newer one.
        findings: the suspects.
    """

    older: Snapshot
    newer: Snapshot
    findings: Findings


def read_summary(store: Store, span: Span) -> Summary:
    """What happened between the two snapshots of a span.

    One read if `summary.json` has it; else two curated files, and the one before them if a fault
    depends on it. Heads are of the files that were read, which may be newer than the span.

    Raises:
        EngineBusyError: a file was replaced during every try.
        StoreError: a curated file is missing or damaged.
    """
    return _published(store, span) or _computed(store, span)


def read_findings(store: Store, span: Span) -> FindingsOf:
    """What is likely wrong in the two snapshots of a span; reads and raises as `read_summary`."""
    if (summary := _published(store, span)) is not None:
        return FindingsOf(summary.older.snapshot, summary.newer.snapshot, summary.findings)
    # Imported late: pyarrow is most of a cold start.
    from chalicelib.changes.suspects import COLUMNS, find_suspects
    from chalicelib.engines.pair import read_before, read_pair

    older, newer = read_pair(store, span, COLUMNS)
    found = find_suspects(older, newer, read_before(store, span))
    return FindingsOf(older.snapshot, newer.snapshot, found)


def _published(store: Store, span: Span) -> Summary | None:
    """The summary in `changes/`; None if it is not of these two runs."""
    if not span.adjacent:
        return None
    kingdom, day = span.newer.kingdom, span.newer.snapshot_date
    try:
        with store.open(summary_key(Partition(kingdom, day))) as reader:
            body = reader.read()
    except ObjectNotFoundError:
        return None
    try:
        found = decode(body, kingdom, day)
    except StoreError:
        return None
    if found is None:
        return None
    heads = (found.older.snapshot, found.newer.snapshot)
    same = heads == (span.older, span.newer) and found.findings.follow_from(span.before)
    return found if same else None


def _computed(store: Store, span: Span) -> Summary:
    from chalicelib.changes.compare import COLUMNS, compare
    from chalicelib.engines.pair import read_before, read_pair

    older, newer = read_pair(store, span, COLUMNS)
    return compare(older, newer, read_before(store, span))
