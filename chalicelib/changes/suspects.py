"""Find values that are likely wrong (docs/between.md: one rule)."""

from chalicelib.changes.findings import Findings
from chalicelib.changes.pair import Before, Scan

COLUMNS = ()


def find_suspects(older: Scan, newer: Scan, before: Before) -> Findings:
    """The suspects and unreliable columns of a pair.

    Args:
        older: the snapshot `from`, with the columns `COLUMNS`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.
    """
    raise NotImplementedError
