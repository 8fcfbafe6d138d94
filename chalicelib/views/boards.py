"""The view `boards/`: a date's precomputed leaderboards (`chalicelib.boards.document`)."""

from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import BOARDS
from chalicelib.lake.view_keys import boards_key
from chalicelib.views.dated import DatedView
from chalicelib.views.view import Body, SnapshotMaker


class BoardsView(DatedView):
    """`leaderboards.json` of each date."""

    folder = BOARDS

    def key(self, partition: Partition) -> str:
        """See `DatedView.key`."""
        return boards_key(partition)

    def made(self, maker: SnapshotMaker, event: ArchiveKey) -> Body | None:
        """See `DatedView.made`."""
        return maker.boards(event)
