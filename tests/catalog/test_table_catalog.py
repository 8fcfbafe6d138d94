"""The catalog in the table answers as the lake's does, from few reads that are counted."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.catalog.entries import Catalog
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.catalog.snapshots_document import Line, encode, encode_line
from chalicelib.catalog.table_catalog import TableCatalog
from chalicelib.errors import (
    CatalogError,
    CatalogMissingError,
    NotFoundError,
    RosterMissingError,
    StoreError,
)
from chalicelib.items import pieces
from chalicelib.items.keys import bucket_of, kingdom_key, piece_key, players_key, roster_part
from chalicelib.items.kingdom import KingdomItem, decode_kingdom, kingdom_item
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.table import Item, ItemKey
from chalicelib.lake.view_keys import KINGDOMS_KEY
from tests.api.between_lake import OLDER, OLDEST, Asker, Reading, publish_all
from tests.engines.support import DAY, player
from tests.items.filled import fill
from tests.items.memory_table import Call, MemoryTable

WITHDRAWN = 53


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """Kingdoms 51, 52, and 53 whose only date is withdrawn."""
    store = Reading(tmp_path_factory.mktemp("lake"))
    publish_all(store, [player(1), player(2, name="Former")], OLDEST)
    publish_all(store, [player(1), player(258, name="Visitor")], OLDER, run=2)
    publish_all(store, [player(1, power=9), player(2), player(3)], DAY, run=3)
    publish_all(store, [player(7)], OLDER, kingdom=52)
    publish_all(store, [player(8)], kingdom=WITHDRAWN)
    publish_all(store, [], kingdom=WITHDRAWN, run=2)
    return store


@pytest.fixture
def table(lake: Reading) -> MemoryTable:
    made = MemoryTable()
    fill(made, lake, 51, 52, WITHDRAWN)
    made.calls.clear()
    return made


def roster_of(table: MemoryTable, kingdom: int = 51) -> str:
    roster = said(table, kingdom).roster
    assert roster is not None
    return roster


def said(table: MemoryTable, kingdom: int = 51) -> KingdomItem:
    return decode_kingdom(table.items[kingdom_key(kingdom)].body, kingdom)


def told(look: Callable[[], Any]) -> Any:
    """What is answered, or the error."""
    try:
        return look()
    except Exception as error:
        return type(error), str(error)


def test_it_answers_as_the_lake_does(lake: Reading, table: MemoryTable) -> None:
    def answers(catalog: Catalog) -> Iterator[Any]:
        yield (found := catalog.kingdoms()), [*found.latest]
        for kingdom in (51, 52, WITHDRAWN, 54):
            listed = told(lambda: catalog.snapshots(kingdom))  # noqa: B023
            yield listed
            if kingdom in (51, 52):
                yield [*listed.entries], [*listed.versions.items()], listed.version
            for day in (None, DAY, OLDER, OLDEST, date(2026, 2, 2)):
                yield told(lambda: catalog.snapshot(kingdom, day))  # noqa: B023
            for one in (1, 2, 3, 258, 7, 8, 514, 2**53 - 1):
                yield told(lambda: catalog.member(kingdom, one))  # noqa: B023

    def comparable(answer: Any) -> Any:
        return answer._replace(entries=[*answer.entries]) if hasattr(answer, "entries") else answer

    pairs = zip(answers(LakeCatalog(lake)), answers(TableCatalog(table, lake)), strict=True)
    for ours, theirs in pairs:
        assert comparable(ours) == comparable(theirs)


URLS = (
    "/v1/kingdoms",
    "/v1/kingdoms/51/snapshots",
    "/v1/kingdoms/52/snapshots",
    "/v1/kingdoms/53/snapshots",
    "/v1/kingdoms/54/snapshots",
    "/v1/kingdoms/51/players?search=o",
    "/v1/kingdoms/51/players?search=former",
    "/v1/kingdoms/51/players?idle_since=2026-01-20",
    "/v1/kingdoms/53/players?search=o",
    "/v1/kingdoms/54/players?search=o",
    "/v1/kingdoms/51/players/1",
    "/v1/kingdoms/51/players/2?limit=1",
    "/v1/kingdoms/51/players/4",
    "/v1/kingdoms/53/players/8",
    "/v1/kingdoms/51/changes",
    "/v1/kingdoms/51/changes?from=2026-01-12",
)


class TableAsker(Asker):
    """Asks over a table."""

    def __init__(self, store: Reading, table: MemoryTable) -> None:
        super().__init__(store, "boards")
        self._table = table

    def catalog(self) -> Catalog:
        return TableCatalog(self._table, self.store)


@pytest.mark.parametrize("url", URLS)
def test_the_api_gives_the_same_bytes_and_tags(lake: Reading, table: MemoryTable, url: str) -> None:
    reply = Asker(lake, "boards").ask(url)
    assert reply.status in (200, 404)
    assert TableAsker(lake, table).ask(url) == reply
    calls = table.counted()
    known = TableAsker(lake, table).ask(url, reply.headers.get("ETag"))
    assert known.status == (304 if reply.status == 200 else reply.status)
    # Whoever does not ask for kingdoms reads one: its item, and a part of the roster at most.
    assert calls[0] == ("query" if url == "/v1/kingdoms" else "get")
    assert len(calls) <= 2


def test_a_request_reads_a_kingdom_once_and_consistently(lake: Reading, table: MemoryTable) -> None:
    catalog = TableCatalog(table, lake)
    catalog.snapshot(51, None)
    catalog.snapshot(51, OLDEST)
    catalog.snapshots(51)
    assert table.calls == [Call("get", (kingdom_key(51),), consistent=True)]
    catalog.snapshots(52)
    assert table.counted() == ["get", "get"]
    # Another request sees what was written meanwhile.
    newest = LakeCatalog(lake).snapshot(51, DAY).entry
    text = encode(51, {DAY: Line(encode_line(newest.snapshot, newest.known), "etag")})
    table.set(kingdom_item(said(table)._replace(snapshots=text), "new"))
    assert len(catalog.snapshots(51).entries) == 3
    assert len(TableCatalog(table, lake).snapshots(51).entries) == 1


def test_kingdoms_are_one_query_without_bodies_and_the_lakes_list(
    lake: Reading, table: MemoryTable
) -> None:
    lake.read.clear()
    TableCatalog(table, lake).kingdoms()
    assert table.calls == [Call("query", (ItemKey("kingdoms", ""),), consistent=True)]
    assert lake.read == [KINGDOMS_KEY]


def test_while_a_table_is_filled_the_list_of_kingdoms_is_whole(lake: Reading) -> None:
    whole = LakeCatalog(lake).kingdoms()
    table = MemoryTable()
    assert TableCatalog(table, lake).kingdoms() == whole
    fill(table, lake, 52)
    assert TableCatalog(table, lake).kingdoms() == whole
    # What the table has of a kingdom counts: its last date was withdrawn, or another was added.
    table.set(Item(kingdom_key(51), b"", {"latest": ""}))
    table.set(Item(kingdom_key(99), b"", {"latest": "2026-02-02"}))
    newest = TableCatalog(table, lake).kingdoms().latest
    assert newest == {52: whole.latest[52], 99: date(2026, 2, 2)}


def test_a_member_is_one_item_and_a_roster_one_query(lake: Reading, table: MemoryTable) -> None:
    part = roster_part(roster_of(table))
    catalog = TableCatalog(table, lake)
    assert catalog.member(51, 1) is not None
    kingdom = Call("get", (kingdom_key(51),), consistent=True)
    assert table.calls == [kingdom, Call("get", (players_key(51, 1, part),))]
    table.calls.clear()
    catalog = TableCatalog(table, lake)
    assert catalog.roster(51).search("o", None, 9, 0).total
    group = piece_key(51, roster_of(table), 0).group
    assert table.calls == [kingdom, Call("query", (ItemKey(group, ""),))]


def test_parts_that_are_too_young_are_read_consistently(
    lake: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 500)
    table = MemoryTable()
    table.lag = True
    fill(table, lake, 51)
    table.calls.clear()
    catalog = TableCatalog(table, lake)
    assert catalog.member(51, 1) == LakeCatalog(lake).member(51, 1)
    assert catalog.roster(51).version == LakeCatalog(lake).roster(51).version
    assert table.counted() == ["get", "get", "get", "query", "query"]
    # Some of them are seen.
    table.lag = False
    roster = roster_of(table)
    late = table.items[piece_key(51, roster, 1)]
    table.remove(late.key)
    table.lag = True
    table.set(late)
    assert catalog.roster(51).version == LakeCatalog(lake).roster(51).version


def test_parts_that_are_gone_are_told(lake: Reading, table: MemoryTable) -> None:
    roster = roster_of(table)
    table.remove(players_key(51, bucket_of(1), roster_part(roster)))
    with pytest.raises(StoreError, match=r"51#players#001 roster#.* --engine dynamodb"):
        TableCatalog(table, lake).member(51, 1)
    table.remove(piece_key(51, roster, 0))
    with pytest.raises(StoreError, match=r"roster of kingdom 51 is not whole.* --engine dynamodb"):
        TableCatalog(table, lake).roster(51)


def test_a_kingdom_that_only_the_lake_has_says_how_to_fill_the_table(lake: Reading) -> None:
    table = MemoryTable()
    catalog = TableCatalog(table, lake)
    looks: list[Callable[[], Any]] = [
        lambda: catalog.snapshots(51),
        lambda: catalog.snapshot(52, DAY),
        lambda: catalog.roster(51),
        lambda: catalog.member(51, 1),
    ]
    for look in looks:
        with pytest.raises(CatalogMissingError, match=r"not in the table yet.* --engine dynamodb"):
            look()
    with pytest.raises(NotFoundError, match=r"^there is no kingdom 54$"):
        catalog.snapshots(54)


def test_an_empty_lake_and_table_have_no_kingdoms(directory_store: DirectoryStore) -> None:
    empty = TableCatalog(MemoryTable(), directory_store)
    assert empty.kingdoms() == LakeCatalog(directory_store).kingdoms()
    with pytest.raises(NotFoundError):
        empty.member(51, 1)


def test_a_kingdom_without_a_roster_is_told(lake: Reading, table: MemoryTable) -> None:
    table.set(kingdom_item(said(table)._replace(roster=None), "new"))
    catalog = TableCatalog(table, lake)
    for look in (lambda: catalog.roster(51), lambda: catalog.member(51, 1)):
        with pytest.raises(RosterMissingError, match="no list of its players"):
            look()
    assert len(catalog.snapshots(51).entries) == 3


def test_damaged_items_are_told_and_another_kingdom_is_read(
    lake: Reading, table: MemoryTable
) -> None:
    table.set(Item(kingdom_key(51), b"damaged", {"latest": "yesterday"}))
    catalog = TableCatalog(table, lake)
    for look in (catalog.kingdoms, lambda: catalog.snapshots(51), lambda: catalog.roster(51)):
        with pytest.raises(CatalogError, match="kingdom 51 is damaged"):
            look()
    assert catalog.snapshot(52, None).is_latest
    table.remove(kingdom_key(51))
    table.set(Item(ItemKey("kingdoms", "x"), b"", {"latest": ""}))
    with pytest.raises(CatalogError, match="kingdom x"):
        TableCatalog(table, lake).kingdoms()


LIGHT = """
import sys
from ast import literal_eval
from chalicelib.catalog.table_catalog import TableCatalog
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.table import Item, ItemKey
from chalicelib.lake.view_keys import KINGDOMS_KEY
from tests.items.memory_table import MemoryTable
table = MemoryTable()
for line in sys.stdin:
    group, name, body, facts = literal_eval(line)
    table.set(Item(ItemKey(group, name), body, facts))
catalog = TableCatalog(table, DirectoryStore(sys.argv[1]))
catalog.kingdoms(), catalog.snapshots(51), catalog.member(51, 1)
print(*sorted({"pyarrow", "boto3", "chalicelib.items.pieces"} & {*sys.modules}))
"""


@pytest.mark.slow
def test_kingdoms_snapshots_and_a_member_need_no_pyarrow(
    table: MemoryTable, tmp_path: Path
) -> None:
    lines = [repr((*item.key, item.body, dict(item.facts))) for item in table.items.values()]
    found = subprocess.run(
        [sys.executable, "-c", LIGHT, str(tmp_path)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert found.stdout.strip() == "", json.dumps(found.stdout)
