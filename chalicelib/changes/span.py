"""A span: the two snapshots that are compared, and the one before the older of them."""

from typing import NamedTuple

from chalicelib.boards.snapshot import Snapshot


class Span(NamedTuple):
    """Which snapshots of a kingdom are compared.

    Attributes:
        older: `from` in answers.
        newer: `to` in answers.
        before: the snapshot right before `older`, which settles faults; None if there is none.
        adjacent: whether `newer` is the snapshot right after `older`; only of such a pair there is
            an object in `changes/`.
    """

    older: Snapshot
    newer: Snapshot
    before: Snapshot | None
    adjacent: bool
