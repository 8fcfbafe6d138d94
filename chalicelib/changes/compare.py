"""Everything that happened between two snapshots (contract, section 9)."""

from chalicelib.changes.pair import Before, Scan
from chalicelib.changes.summary import Summary

COLUMNS = ()


def compare(older: Scan, newer: Scan, before: Before) -> Summary:
    """The summary of a pair.

    Args:
        older: the snapshot `from`, with the columns `COLUMNS`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.
    """
    raise NotImplementedError
