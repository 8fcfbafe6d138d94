"""Delete the parts of the table that no kingdom's item names any more (docs/adr/0030).

Of each kingdom, whose item is replaced by compare-and-swap only:

1. what it does not name and nobody began to write for `GRACE` goes into `dropping`, by a swap;
2. the items of these parts are deleted, then their marks;
3. they leave `dropping`, by a swap.

A writer that would name a part in `dropping` fails, and its event is retried. One that looked
before the first swap loses its own swap, looks again, and writes the part anew after the last. So
what is named is never deleted. Readers have `GRACE` to read what they saw named.

A sweep that died leaves its parts in `dropping`; after `GRACE` another one takes them over, for no
function runs that long (a process that slept gives up, see `_MOST`). If a writer that looked before
step 1 writes between the deletions of step 2 and then dies for good, its items stay without a mark
until their part is written once more: nobody reads them.
"""

import math
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from chalicelib.errors import PreconditionFailedError, StoreError, StoreUnavailableError
from chalicelib.items.keys import KINGDOMS, kingdom_key, mark_key
from chalicelib.items.kingdom import KingdomItem, decode_kingdom, kingdom_item, named_parts
from chalicelib.items.parts import marks, part_keys
from chalicelib.items.store import LakeWithTable, kingdom_of, new_revision
from chalicelib.lake.dynamodb.table import REVISION, Item, Table
from chalicelib.lake.store import Store
from chalicelib.views.reconcile import MAX_SWAPS

GRACE: Final = timedelta(hours=1)
"""How long a part stays that is named no more, or was written and never named."""
SECONDS_FOR_ONE: Final = 30.0
"""What must be left of a function's time for another kingdom to begin."""

_MOST: Final = GRACE / 3


class _Held(NamedTuple):
    """The parts that this sweep is deleting.

    Attributes:
        kingdom: theirs.
        parts: their names.
        since: when it took them, as the item says.
    """

    kingdom: int
    parts: Collection[str]
    since: datetime


class _GoneError(StoreError):
    """Raised when a kingdom has no item any more: the table was dropped, and all parts with it."""


class PartsSweep:
    """One sweep over the parts of all kingdoms.

    Attributes:
        dropped: how many parts it deleted.
    """

    def __init__(
        self,
        table: Table,
        seconds_left: Callable[[], float] = lambda: math.inf,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Set up a sweep.

        Args:
            table: the table.
            seconds_left: until it must have ended; it begins no kingdom that could take longer.
            now: tells the time.
        """
        self._table = table
        self._seconds_left = seconds_left
        self._now = now
        self.dropped = 0

    def run(self) -> None:
        """Delete what is due, as far as there is time; one kingdom's failure stops no other.

        One query of all kingdoms, and more of those alone whose item notes parts that are due.
        What was written and never named is found with these.

        Raises:
            StoreError: that of the first kingdom that failed.
        """
        failed: StoreError | None = None
        for kingdom in self._due():
            if self._seconds_left() < SECONDS_FOR_ONE:
                break
            try:
                self.sweep_kingdom(kingdom)
            except _GoneError:
                continue  # who fills the table again begins without old parts
            except StoreError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def sweep_kingdom(self, kingdom: int) -> None:
        """Delete the parts of a kingdom that are due.

        Where another writer wins the first swap they are left to the next sweep.

        Raises:
            StoreError: the table failed, or the kingdom's item is damaged.
        """
        held = self._take(kingdom)
        if held is None:
            return
        for part in held.parts:
            self._check_time(held)
            self._table.delete_many(part_keys(self._table, kingdom, part))
        self._check_time(held)
        self._table.delete_many(mark_key(kingdom, part) for part in held.parts)
        self._let_go(held)
        self.dropped += len(held.parts)

    def _due(self) -> Iterator[int]:
        """The kingdoms whose item notes parts that are due, as an inconsistent read shows them."""
        for item in self._table.query(KINGDOMS):
            kingdom = kingdom_of(item)
            try:
                said = decode_kingdom(item.body, kingdom)
            except StoreError:
                yield kingdom  # it is named when it is swept
                continue
            noted = (*said.superseded.values(), *said.dropping.values())
            if any(self._is_over(at) for at in noted):
                yield kingdom

    def _take(self, kingdom: int) -> _Held | None:
        """Put the parts that are due into `dropping`; None where there are none to be had."""
        said, revision = self._kingdom(kingdom)
        parts = self._candidates(said)
        if not parts:
            return None
        since = self._now()
        superseded = {part: at for part, at in said.superseded.items() if part not in parts}
        dropping = {**said.dropping, **dict.fromkeys(parts, _text(since))}
        taken = said._replace(superseded=superseded, dropping=dropping)
        return _Held(kingdom, parts, since) if self._swap(taken, revision) else None

    def _candidates(self, said: KingdomItem) -> list[str]:
        named = named_parts(said)
        marked = marks(self._table, said.kingdom)
        found = []
        for part in sorted({*marked, *said.superseded, *said.dropping} - named):
            if part in said.dropping:
                is_due = self._is_over(said.dropping[part])
            else:
                times = (said.superseded.get(part), marked.get(part))
                is_due = all(self._is_over(at) for at in times if at is not None)
            if is_due:
                found.append(part)
        return found

    def _let_go(self, held: _Held) -> None:
        """Take the parts out of `dropping`, whoever else writes the item meanwhile."""
        mine = _text(held.since)
        for _ in range(MAX_SWAPS):
            said, revision = self._kingdom(held.kingdom)
            kept = {
                part: at
                for part, at in said.dropping.items()
                if not (part in held.parts and at == mine)
            }
            if kept == said.dropping or self._swap(said._replace(dropping=kept), revision):
                return
        raise StoreUnavailableError(f"too many writers of kingdom {held.kingdom}'s item at once")

    def _kingdom(self, kingdom: int) -> tuple[KingdomItem, str]:
        """What a kingdom's item says, and its revision."""
        item = self._table.get(kingdom_key(kingdom), consistent=True)
        if item is None:
            raise _GoneError(f"the table's item of kingdom {kingdom} is gone")
        return decode_kingdom(item.body, kingdom), item.facts.get(REVISION, "")

    def _swap(self, said: KingdomItem, revision: str) -> bool:
        """Replace a kingdom's item; whether it is this sweep's now, also if the answer was lost."""
        item: Item = kingdom_item(said, new_revision())
        try:
            self._table.replace(item, revision)
        except PreconditionFailedError:
            found = self._table.get(item.key, consistent=True)
            return found is not None and found.facts.get(REVISION) == item.facts[REVISION]
        return True

    def _is_over(self, at: str) -> bool:
        """Whether a moment is longer ago than the grace; one that cannot be read is."""
        try:
            return self._now() - datetime.fromisoformat(at) > GRACE
        except (ValueError, TypeError):
            return True

    def _check_time(self, held: _Held) -> None:
        """Delete nothing that another sweep may have taken over by now.

        Raises:
            StoreUnavailableError: too much time went by.
        """
        if self._now() - held.since > _MOST:
            raise StoreUnavailableError(
                f"kingdom {held.kingdom}: the table's old parts were held too long, the next sweep "
                "goes on"
            )


def drop_parts(store: Store, seconds_left: Callable[[], float]) -> int:
    """Sweep the table beside a lake; how many parts were deleted.

    Args:
        store: the lake, with its table (`chalicelib.items.open.open_lake`).
        seconds_left: until the function must have ended.

    Raises:
        StoreError: the table failed; the next sweep goes on.
    """
    assert isinstance(store, LakeWithTable)
    sweep = PartsSweep(store.table, seconds_left)
    sweep.run()
    return sweep.dropped


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
