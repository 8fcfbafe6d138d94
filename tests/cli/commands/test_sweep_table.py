"""`sweep` of a lake with a table: what nothing names any more is deleted."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.cli import old_parts
from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.sweeping import parts
from chalicelib.items.keys import kingdom_key
from chalicelib.items.kingdom import decode_kingdom, named_parts
from chalicelib.items.parts import marks
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.dynamodb.client import DynamoTable
from tests.cli.conftest import GOOD, Run

KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(
    lake: DirectoryStore,
    table: DynamoTable,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> DynamoTable:
    """A table with an upload and its correction."""
    monkeypatch.setenv("QUERY_ENGINE", "dynamodb")
    monkeypatch.setenv("DYNAMODB_TABLE", table.name)
    now = time.time()
    for name, text, age in (("a.csv", GOOD, 60), ("b.csv", GOOD.replace("1000", "1001"), 30)):
        key = KEY.replace("players.csv", name)
        lake.create(key, text.encode())
        os.utime(tmp_path / "lake" / key, (now - age, now - age))
        assert run("sweep")[0] == 0
    return table


def named(table: DynamoTable) -> frozenset[str]:
    item = table.get(kingdom_key(51), consistent=True)
    assert item is not None
    return named_parts(decode_kingdom(item.body, 51))


def test_what_is_superseded_for_long_enough_is_deleted_and_nothing_else(
    filled: DynamoTable, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = marks(filled, 51)
    assert run("sweep", "--json") == (0, "", "")
    assert marks(filled, 51) == before
    monkeypatch.setattr(parts, "GRACE", timedelta(0))
    monkeypatch.setattr(parts, "_MOST", timedelta(hours=1))
    code, out, err = run("sweep", "--json")
    assert (code, out) == (0, "")
    assert err == "Deleted from the table: 2 parts that nothing names now.\n"
    assert {*marks(filled, 51)} == named(filled) < {*before}


def test_a_watch_goes_on_when_the_table_fails_and_says_so_once(
    lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise StoreUnavailableError("table rok: it is throttled")

    clock = [0.0]
    monkeypatch.setattr(old_parts, "drop_old_parts", fail)
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    check: Callable[[], None] = old_parts.DropNowAndThen(lake)
    for _ in range(3):
        check()
        clock[0] += old_parts.WATCH_SECONDS
    assert capfd.readouterr().err == "error: table rok: it is throttled\n"
