"""What an operator does in a walk: rebuild everything, or only the rosters; verify."""

from collections.abc import Iterable, Mapping
from typing import BinaryIO, Final

from chalicelib import config
from chalicelib.ingest import rebuild, verify
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import roster_key
from chalicelib.views.registry import VIEWS
from chalicelib.views.roster import RosterView
from chalicelib.views.view import Target
from tests.views.walk_uploads import Scan

SETTINGS: Final = config.load({})


class Archive:
    """What `ArchivedSnapshots` is, of uploads that are known."""

    run: Run | None = None

    def __init__(self, scans: Mapping[str, Scan], *_: object) -> None:
        """Of these uploads, by the key of their bytes."""
        self._scans = scans

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def curated(self, event: ArchiveKey) -> BinaryIO:
        """What stands for the Parquet file of an upload."""
        return self._scans[event.key].objects().curated

    def boards(self, event: ArchiveKey) -> BinaryIO:
        """The boards of an upload."""
        return self._scans[event.key].objects().boards


def rebuild_all(store: Store) -> None:
    """What an operator does."""
    for _ in rebuild.rebuild(store, SETTINGS):
        pass


def rebuild_rosters(kingdoms: Iterable[int], store: Store) -> None:
    """What an operator's rebuilding does when it comes to the rosters."""
    (view,) = (one for one in VIEWS if isinstance(one, RosterView))
    for kingdom in kingdoms:
        target = Target(roster_key(kingdom), kingdom)
        vars(rebuild)["reconcile"](store, view, target, Archive({}), afresh=True)


def verify_all(store: Store) -> list[str]:
    """What is wrong, in the product's own eyes."""
    return [one for result in verify.verify(store, SETTINGS) for one in result.problems]
