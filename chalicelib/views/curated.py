"""The view `curated/`: a date's players as Parquet (contract, section 4)."""

from chalicelib.engines.athena.tables import PLAYERS
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import CURATED
from chalicelib.lake.view_keys import curated_key
from chalicelib.views.dated import DatedView
from chalicelib.views.view import Body, SnapshotMaker


class CuratedView(DatedView):
    """`players.parquet` of each date."""

    folder = CURATED
    table = PLAYERS

    def key(self, partition: Partition) -> str:
        """See `DatedView.key`."""
        return curated_key(partition)

    def made(self, maker: SnapshotMaker, event: ArchiveKey) -> Body | None:
        """See `DatedView.made`."""
        return maker.curated(event)
