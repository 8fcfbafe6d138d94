"""Which snapshots there are, from a listing of `curated/` or of `boards/`."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from chalicelib.boards.parallel import in_threads
from chalicelib.errors import NotFoundError
from chalicelib.lake.keys import (
    Partition,
    boards_key,
    curated_key,
    dates_prefix,
    kingdoms_prefix,
    parse_date_folder,
    parse_kingdom_folder,
)
from chalicelib.lake.store import ObjectInfo, Store

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
        found = zip(numbers, in_threads(self.objects, numbers), strict=True)
        return {kingdom: next(iter(objects)) for kingdom, objects in found if objects}

    def objects(self, kingdom: int) -> dict[date, ObjectInfo]:
        """A kingdom's objects by date, newest first; empty when there is no such kingdom."""
        prefix = dates_prefix(self._view, kingdom)
        found: dict[date, ObjectInfo] = {}
        for info in self._store.list_objects(prefix):
            day = parse_date_folder(info.key.removeprefix(prefix).partition("/")[0])
            if day is not None and info.key == self.key(kingdom, day):
                found[day] = info
        return dict(sorted(found.items(), reverse=True))

    def missing(self, kingdom: int, day: date) -> NotFoundError:
        """The error for a snapshot that is not there: it says what there is instead."""
        newest = next(iter(self.objects(kingdom)), None)
        if newest is None:
            return no_kingdom(kingdom)
        return NotFoundError(
            f"kingdom {kingdom} has no snapshot of {day}; its latest is of {newest}"
        )


def no_kingdom(kingdom: int) -> NotFoundError:
    """The error for a kingdom of which nothing was ever published."""
    return NotFoundError(f"there is no kingdom {kingdom}")
