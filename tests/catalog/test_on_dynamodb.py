"""The catalog in a table of a real server answers as the lake's does."""

import pytest

from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.catalog.table_catalog import TableCatalog
from chalicelib.items import pieces
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.client import DynamoTable
from tests.api.between_lake import OLDER, publish_all
from tests.engines.support import player
from tests.items.filled import fill


@pytest.mark.slow
def test_items_of_a_server_say_what_the_lake_says(
    table: DynamoTable, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 1000)
    publish_all(directory_store, [player(1), player(2)], OLDER)
    publish_all(directory_store, [player(1), player(3)], run=2)
    publish_all(directory_store, [player(7)], kingdom=4)
    publish_all(directory_store, [], kingdom=4, run=2)
    fill(table, directory_store, 4, 51)
    ours, theirs = TableCatalog(table, directory_store), LakeCatalog(directory_store)
    assert ours.kingdoms() == theirs.kingdoms()
    assert ours.snapshot(51, OLDER) == theirs.snapshot(51, OLDER)
    assert ours.snapshots(51).version == theirs.snapshots(51).version
    assert [ours.member(51, one) for one in (1, 2, 4)] == [
        theirs.member(51, one) for one in (1, 2, 4)
    ]
    assert ours.roster(51).version == theirs.roster(51).version
    found = [one.roster(51).search("a", None, 9, 0) for one in (ours, theirs)]
    assert found[0] == found[1]
