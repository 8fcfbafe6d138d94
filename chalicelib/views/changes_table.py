"""The view over which the Athena table of changes is: `changes.parquet` in a folder of its own.

Athena takes every file in a partition's folder for one of the table's, and beside
`changes.parquet` lies `summary.json` (contract, section 3), which would fail each query.
"""

from chalicelib.engines.athena.tables import CHANGES_TABLE, GlueTable
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectReader
from chalicelib.lake.view_keys import changes_table_key
from chalicelib.views.changes_file import decode_summary
from chalicelib.views.summary import OfChanges
from chalicelib.views.view import NotMadeError, Target


class ChangesTableView(OfChanges):
    """`table/changes.parquet` of each date."""

    table: GlueTable | None = CHANGES_TABLE

    def key(self, partition: Partition) -> str:
        """See `OfChanges.key`."""
        return changes_table_key(partition)

    def of(self, reader: ObjectReader, _: Partition) -> bytes:
        """See `OfChanges.of`: the same bytes, whatever they are worth."""
        return reader.read()

    def is_sound(self, body: bytes, target: Target) -> bool:
        """See `View.is_sound`."""
        try:
            decode_summary(body, target.partition)
        except NotMadeError:
            return False
        return True
