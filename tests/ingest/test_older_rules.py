"""A lake that older rules filled: nothing of it is called damage, and `rebuild` brings it up.

Contract, section 3: a snapshot's version changes with the rules, since its rows may.
"""

import io
from datetime import date

import pyarrow.parquet as pq
import pytest

from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import FIRST_RULES, RULES, Snapshot
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.boards import BoardsEngine
from chalicelib.ingest import report
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.trace import trace
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.reports.sound import REPORT_RULES
from chalicelib.players import headers
from chalicelib.players.fold import fold
from chalicelib.threads.deadline import Deadline
from tests.ingest.support import BOARDS, CURATED, KEY, SETTINGS, ingest, put

DEATHS = [f"t{tier}_deaths" for tier in range(1, 6)]
DAY = date(2026, 1, 26)


@pytest.fixture
def lake(directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> DirectoryStore:
    """With one snapshot of the first rules, which did not know a column of it."""
    put(directory_store, KEY, b"ID,Name,Power,T4 Deaths,Current Power Rank\n1,Ana,5,6,1\n")
    with monkeypatch.context() as before:
        before.setattr(Snapshot.__new__, "__defaults__", (FIRST_RULES,))
        before.setattr(report, "REPORT_RULES", REPORT_RULES - 1)
        before.delitem(headers._MEANINGS, fold("T4 Deaths"))
        ingest(directory_store)
    return directory_store


def overwrite(lake: DirectoryStore, key: str, body: bytes) -> None:
    (vars(lake)["_root"] / key).write_bytes(body)


def read(lake: DirectoryStore, key: str) -> bytes:
    with lake.open(key) as reader:
        return reader.read()


def without_deaths(lake: DirectoryStore) -> None:
    """Make the curated file one from before deaths by tier were columns."""
    table = pq.read_table(io.BytesIO(read(lake, CURATED))).drop_columns(DEATHS)
    sink = io.BytesIO()
    pq.write_table(table, sink)
    overwrite(lake, CURATED, sink.getvalue())


def test_its_views_are_told_from_damage_and_rebuild_changes_the_version(
    lake: DirectoryStore,
) -> None:
    (found,) = [one for one in verify(lake, SETTINGS) if not one.ok]
    assert (found.status, found.keys) == ("other_writer", (CURATED, BOARDS))
    said = f"was made by rules {FIRST_RULES}, today's are {RULES}: `rebuild` brings it up to date"
    assert list(found.problems) == [f"{key} {said}" for key in (CURATED, BOARDS)]
    before = LakeCatalog(lake).snapshot(51, None).entry
    list(rebuild(lake, SETTINGS))
    after = LakeCatalog(lake).snapshot(51, None).entry
    assert after.snapshot.run_id == before.snapshot.run_id
    assert after.version != before.version
    assert all(one.ok for one in verify(lake, SETTINGS))


@pytest.mark.parametrize("key", [CURATED, BOARDS])
def test_damage_of_its_views_is_damage(lake: DirectoryStore, key: str) -> None:
    body = bytearray(read(lake, key))
    body[body.index(b"Ana")] ^= 1
    overwrite(lake, key, bytes(body))
    (found,) = [one for one in verify(lake, SETTINGS) if one.status == "differs"]
    assert f"{key} differs" in found.problems


def test_its_boards_are_answered_until_it_is_rebuilt(lake: DirectoryStore) -> None:
    without_deaths(lake)
    entry = LakeCatalog(lake).snapshot(51, None).entry
    pages = [
        engine.board(entry.snapshot, BoardRequest("power", 10), Deadline.after(5))
        for engine in (ArrowEngine(lake), BoardsEngine(lake))
    ]
    assert pages[0] == pages[1]
    assert pages[0].snapshot.version == entry.version
    assert [one["value"] for one in pages[0].board.entries] == [5]


def test_a_trace_says_what_the_older_rules_did_not_read(lake: DirectoryStore) -> None:
    without_deaths(lake)
    found = trace(lake, SETTINGS, 51, DAY, 1)
    assert found["record"]["t4_deaths"] is None
    assert found["ok"] is False
    assert "`rebuild`" in found["problems"][-1]
    list(rebuild(lake, SETTINGS))
    assert trace(lake, SETTINGS, 51, DAY, 1)["problems"] == []
