"""The view `boards/`: a date's precomputed leaderboards (`chalicelib.boards.document`)."""

from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import BOARDS
from chalicelib.lake.view_keys import boards_key
from chalicelib.views.dated import DatedView
from chalicelib.views.view import Body, SnapshotObjects


class BoardsView(DatedView):
    """`leaderboards.json` of each date."""

    folder = BOARDS

    def key(self, partition: Partition) -> str:
        """See `DatedView.key`."""
        return boards_key(partition)

    def of(self, objects: SnapshotObjects) -> Body:
        """See `DatedView.of`."""
        return objects.boards
