"""Two scans of a kingdom side by side: their players joined by id."""

from collections.abc import Callable, Collection
from typing import NamedTuple

import pyarrow as pa

from chalicelib.boards.snapshot import Snapshot

Before = Callable[[Collection[str]], pa.Table | None]
"""Reads these columns, and id, of the snapshot before the older one; None when there is none.

Called only when a fault depends on it, at most once.
"""


class Scan(NamedTuple):
    """One snapshot's players.

    Attributes:
        snapshot: the facts of the file that was read.
        players: columns id, name, alliance, and those counters that are needed (int64, nullable),
            and `record_hash` where records are compared; in any order, ids unique.
    """

    snapshot: Snapshot
    players: pa.Table
