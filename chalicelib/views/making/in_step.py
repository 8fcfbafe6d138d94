"""A maker for whoever writes: boards are written of that event alone that `curated/` is of."""

from typing import BinaryIO

from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.views.view import SnapshotMaker


class InStep:
    """Leaves boards to their event's own process if that came after the curated file was made.

    The catalog follows from the boards. If this process wrote newer ones and died, the catalog
    would name a run whose players are not in `curated/` yet. A `SnapshotMaker` of one date.
    """

    def __init__(self, maker: SnapshotMaker) -> None:
        """Make what another maker makes."""
        self._maker = maker
        self._curated: ArchiveKey | None = None

    def curated(self, event: ArchiveKey) -> BinaryIO | None:
        """See `SnapshotMaker.curated`."""
        self._curated = event
        return self._maker.curated(event)

    def boards(self, event: ArchiveKey) -> BinaryIO | None:
        """See `SnapshotMaker.boards`."""
        # Asked in any case: an upload's own maker notes that its upload is not the newest.
        made = self._maker.boards(event)
        return made if event == self._curated else None
