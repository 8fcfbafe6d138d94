"""Which snapshots there are, from a listing of `curated/` or of `boards/`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from chalicelib.errors import NotFoundError
from chalicelib.lake.keys import (
    Partition,
    boards_key,
    curated_key,
    date_folder,
    dates_prefix,
    kingdoms_prefix,
    parse_date_folder,
    parse_kingdom_folder,
)
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.threads.pool import map_in_threads

RECENT: Final = timedelta(days=45)
"""How far back the newest snapshot is looked for at first: a kingdom is scanned more often."""

_KEYS: dict[str, Callable[[Partition], str]] = {"curated": curated_key, "boards": boards_key}


class Catalog:
    """The published snapshots in one view of the lake.

    Only the very object that the view keeps of a partition makes a snapshot; whatever else lies
    there is not seen.
    """

    def __init__(self, store: Store, view: Literal["curated", "boards"]) -> None:
        """Look at `view` of the lake in `store`; nothing is read yet."""
        self._store = store
        self._view: Literal["curated", "boards"] = view
        self._key = _KEYS[view]

    def key(self, kingdom: int, day: date) -> str:
        """The key of a partition's object."""
        return self._key(Partition(kingdom, day))

    def kingdoms(self) -> dict[int, date]:
        """The kingdoms that have a snapshot, ascending, each with its newest date."""
        folders = self._store.list_folders(kingdoms_prefix(self._view))
        numbers = sorted(
            kingdom for folder in folders if (kingdom := parse_kingdom_folder(folder)) is not None
        )
        found = zip(numbers, map_in_threads(self.latest, numbers), strict=True)
        return {kingdom: newest for kingdom, newest in found if newest is not None}

    def latest(self, kingdom: int) -> date | None:
        """The date of a kingdom's newest snapshot; None when there is no such kingdom.

        It is looked for among the last weeks first: the work then does not grow with the number
        of snapshots. The clock is only a hint, the answer does not depend on it.
        """
        recent = datetime.now(UTC).date() - RECENT
        return next(iter(self.objects(kingdom, recent) or self.objects(kingdom)), None)

    def objects(self, kingdom: int, since: date = date.min) -> dict[date, ObjectInfo]:
        """A kingdom's objects by date, newest first; empty when there is no such kingdom.

        Args:
            kingdom: its number.
            since: the first date that is wanted.
        """
        prefix = dates_prefix(self._view, kingdom)
        found: dict[date, ObjectInfo] = {}
        for info in self._store.list_objects(prefix, after=f"{prefix}{date_folder(since)}"):
            day = parse_date_folder(info.key.removeprefix(prefix).partition("/")[0])
            if day is not None and info.key == self.key(kingdom, day):
                found[day] = info
        return dict(sorted(found.items(), reverse=True))

    def missing(self, kingdom: int, day: date) -> NotFoundError:
        """The error for a snapshot that is not there: it says what there is instead."""
        newest = self.latest(kingdom)
        if newest is None:
            return no_kingdom(kingdom)
        return NotFoundError(
            f"kingdom {kingdom} has no snapshot of {day}; its latest is of {newest}"
        )


def no_kingdom(kingdom: int) -> NotFoundError:
    """The error for a kingdom of which nothing was ever published."""
    return NotFoundError(f"there is no kingdom {kingdom}")
