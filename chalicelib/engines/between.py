"""What is likely wrong in a pair of snapshots."""

from typing import NamedTuple

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import Findings
from chalicelib.changes.span import Span
from chalicelib.changes.suspects import COLUMNS, find_suspects
from chalicelib.engines.pair import read_before, read_pair
from chalicelib.lake.store import Store


class FoundBetween(NamedTuple):
    older: Snapshot
    newer: Snapshot
    findings: Findings


def read_findings(store: Store, span: Span) -> FoundBetween:
    older, newer = read_pair(store, span, COLUMNS)
    found = find_suspects(older, newer, read_before(store, span))
    return FoundBetween(older.snapshot, newer.snapshot, found)
