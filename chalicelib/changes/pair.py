"""Two scans of a kingdom side by side: their players joined by id.

Everything is aligned to the rows of the newer scan: what is older is null for who was not in it. A
column that a table lacks is null for everybody.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

import pyarrow as pa

from chalicelib import kernels, limits
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.floor import value_at
from chalicelib.changes.growing import ZERO_COLUMNS
from chalicelib.changes.identity import IDENTITY, differences
from chalicelib.changes.summary import Head
from chalicelib.errors import TooManyChangesError

_TEXTS = ("name", "alliance", "record_hash")


class Scan(NamedTuple):
    """One snapshot's players.

    Attributes:
        snapshot: the facts of the file that was read.
        players: columns id, name, alliance, and those counters that are needed (int64, nullable),
            and `record_hash` where records are compared; in any order, ids unique.
    """

    snapshot: Snapshot
    players: pa.Table

    @property
    def head(self) -> Head:
        """The facts, and how deep the kingdom was scanned; needs the column power."""
        power = column_of(self.players, "power")
        known = kernels.drop_null(power) if power.null_count else power
        return Head(self.snapshot, value_at(known, 2))


Before = Callable[[Collection[str]], Scan | None]
"""Reads these columns, and id, of the snapshot before the older one; None when there is none.

Called only when a fault depends on it, at most once.
"""


class Pair:
    """Two scans joined by id; what is asked for twice is calculated once.

    Attributes:
        older: the snapshot `from`.
        newer: the snapshot `to`.
        rows: for each row of `newer` that player's row in `older`; null for who is not in it.
        both: how many players are in both.
    """

    def __init__(self, older: Scan, newer: Scan) -> None:
        """Join the two."""
        self.older = older
        self.newer = newer
        self._made: dict[tuple[str, str], pa.Array] = {}
        self.rows: pa.Array = kernels.index_in(self.now("id"), self.old("id"))
        self.both: int = len(self.rows) - self.rows.null_count
        self._zeros: tuple[pa.Array, pa.Array] | None = None
        self._live: pa.Array | None = None

    def now(self, name: str) -> pa.Array:
        """A column of the newer scan."""
        return self._once("now", name, lambda: column_of(self.newer.players, name))

    def old(self, name: str) -> pa.Array:
        """A column of the older scan, by its own rows."""
        return self._once("old", name, lambda: column_of(self.older.players, name))

    def was(self, name: str) -> pa.Array:
        """A column of the older scan, by the rows of the newer one."""
        return self._once("was", name, lambda: kernels.take(self.old(name), self.rows))

    def live(self, name: str) -> pa.Array:
        """As `was`, and null for players who are all-zero in either scan."""
        if self.live_rows is self.rows:
            return self.was(name)
        return self._once("live", name, lambda: kernels.take(self.old(name), self.live_rows))

    def gain(self, name: str) -> pa.Array:
        """What a counter grew by, null where `live` or the newer value is null."""
        return self._once("gain", name, lambda: kernels.subtract(self.now(name), self.live(name)))

    def knows(self, name: str) -> bool:
        """Whether both scans know a column of somebody."""
        return all(one.null_count < len(one) for one in (self.old(name), self.now(name)))

    @property
    def zeros(self) -> tuple[pa.Array, pa.Array]:
        """Who is all-zero in the older, and who in the newer scan; both false for newcomers."""
        if self._zeros is None:
            old = kernels.take(all_zero(self.older.players), self.rows)
            new = all_zero(self.newer.players)
            known = kernels.is_valid(self.rows)
            self._zeros = kernels.fill_null(old, False), kernels.and_(new, known)
        return self._zeros

    @property
    def live_rows(self) -> pa.Array:
        """As `rows`, and null for players who are all-zero in either scan."""
        if self._live is None:
            either = kernels.or_(*self.zeros)
            nobody = pa.scalar(None, self.rows.type)
            self._live = (
                kernels.if_else(either, nobody, self.rows) if either.true_count else self.rows
            )
        return self._live

    @property
    def off_now(self) -> pa.Array:
        """How far the newer scan's kill points are off those of the tiers (`differences`)."""
        return self._once(
            "now", "", lambda: differences({name: self.now(name) for name in IDENTITY})
        )

    @property
    def off_old(self) -> pa.Array:
        """As `off_now`, of the older scan, by its own rows."""
        return self._once(
            "old", "", lambda: differences({name: self.old(name) for name in IDENTITY})
        )

    @property
    def arrived(self) -> pa.Array:
        """The rows of the newer scan whose players are not in the older one."""
        return self._once(
            "rows", "arrived", lambda: kernels.indices_nonzero(kernels.is_null(self.rows))
        )

    @property
    def missing(self) -> pa.Array:
        """The rows of the older scan whose players are not in the newer one."""
        return self._once("rows", "missing", self._find_missing)

    def _find_missing(self) -> pa.Array:
        gone = kernels.not_among(self.rows, self.older.players.num_rows)
        return kernels.indices_nonzero(gone)

    def check_listed(self, count: int) -> None:
        """Check how many players, or suspects, are to be listed, before the lists are made.

        Raises:
            TooManyChangesError: more than a process should take into memory.
        """
        if count > limits.MAX_LISTED:
            older, newer = self.older.snapshot, self.newer.snapshot
            raise TooManyChangesError(
                f"kingdom {newer.kingdom}: {count:,} differences between the snapshots of "
                f"{older.snapshot_date} and {newer.snapshot_date} are more than can be listed "
                f"({limits.MAX_LISTED:,}): correct the scan that is wrong"
            )

    def _once(self, kind: str, name: str, make: Callable[[], pa.Array]) -> pa.Array:
        found = self._made.get((kind, name))
        if found is None:
            found = self._made[kind, name] = make()
        return found


def column_of(players: pa.Table, name: str) -> pa.Array:
    """A column in one piece; null for everybody if the table lacks it."""
    at = players.schema.get_field_index(name)
    if at < 0:
        return pa.nulls(players.num_rows, pa.string() if name in _TEXTS else pa.int64())
    column = players.column(at)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def all_zero(players: pa.Table) -> pa.Array:
    """Who is all-zero: at least one of `ZERO_COLUMNS` is known and all that are known are 0.

    Returns:
        A boolean array without nulls.
    """
    columns = [column_of(players, name) for name in ZERO_COLUMNS]
    largest = kernels.max_element_wise(*columns)
    return kernels.fill_null(kernels.equal(largest, 0), False)
