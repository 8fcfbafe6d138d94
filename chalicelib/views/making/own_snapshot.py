"""What an upload's own process publishes: the objects made of that upload."""

from typing import BinaryIO

from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.prefixes import WITHDRAWN
from chalicelib.lake.reports.proof import DamagedArchiveError, prove
from chalicelib.lake.store import Store
from chalicelib.views.making.withdrawn import withdrawn_objects
from chalicelib.views.view import SnapshotObjects


class OwnSnapshot:
    """Returns the objects made of one upload; a newer upload's own process publishes that one.

    A `chalicelib.views.view.SnapshotMaker`. A withdrawal's objects are made by whoever finds it to
    be the newest event: it was processed before this upload if both are of one second.

    Attributes:
        is_newest: whether the upload was the newest event of its date at every call.
    """

    def __init__(self, store: Store, archived: str, objects: SnapshotObjects | None) -> None:
        """Take the key of the upload's bytes, and the objects made of them; None: a withdrawal."""
        self._store = store
        self._archived = archived
        self._objects = objects
        self.is_newest = True

    def curated(self, event: ArchiveKey) -> BinaryIO | None:
        """See `SnapshotMaker.curated`."""
        objects = self._objects_of(event)
        return None if objects is None else objects.curated

    def boards(self, event: ArchiveKey) -> BinaryIO | None:
        """See `SnapshotMaker.boards`."""
        objects = self._objects_of(event)
        return None if objects is None else objects.boards

    def _objects_of(self, event: ArchiveKey) -> SnapshotObjects | None:
        if event.key == self._archived and self._objects is not None:
            return self._objects
        self.is_newest = False
        if not event.key.startswith(WITHDRAWN):
            return None
        try:
            return withdrawn_objects(event, prove(self._store, event).run)
        except DamagedArchiveError:
            return None  # `rebuild --verify` names it; this upload is not to wait for that
