"""Lakes with all that is derived of several snapshots, for tests of the API."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.boards.snapshot import Snapshot
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key, curated_key
from chalicelib.views.reconcile import reconcile
from chalicelib.views.registry import VIEWS
from chalicelib.views.sources import CuratedDates
from tests.engines.support import DAY, NoMaker, Player, boards_bytes, curated_bytes, facts, put

WEEK: Final = timedelta(weeks=1)
OLDER: Final = DAY - WEEK
OLDEST: Final = DAY - 2 * WEEK


def publish_all(
    store: Store,
    players: Sequence[Player],
    day: date = DAY,
    *,
    kingdom: int = 51,
    run: int = 1,
    until: str = "catalog/",
    **more: Any,
) -> Snapshot:
    """Publish a snapshot, and bring up to date whatever follows from it, in the registry's order.

    Args:
        store: the lake.
        players: the snapshot's; nobody, as where its uploads are withdrawn.
        day: its date.
        kingdom: its kingdom.
        run: the number of its run.
        until: the folder of the last view that is written.
        more: other facts.
    """
    snapshot = facts(len(players), day, kingdom, run)._replace(**more)
    partition = Partition(kingdom, day)
    put(store, curated_key(partition), curated_bytes(snapshot, players))
    if until == "curated/":
        return snapshot
    put(store, boards_key(partition), boards_bytes(snapshot, players))
    dates = CuratedDates(store, kingdom)
    for view in VIEWS[2:]:
        if view.folder == "catalog/" and until != "catalog/":
            break
        for target in view.targets(partition, dates):
            reconcile(store, view, target, NoMaker())
    return snapshot


class Reading(DirectoryStore):
    """A store that notes what is read."""

    def __init__(self, root: str) -> None:
        """Note nothing yet."""
        super().__init__(root)
        self.read: list[str] = []

    def open(self, key: str, **how: Any) -> Any:
        """See `Store.open`."""
        self.read.append(key)
        return super().open(key, **how)
