"""Tracing (contract, section 6): from a published row to its bytes, every step taken again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.errors import NotFoundError
from chalicelib.ingest.trace import trace
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.players.schema import COLUMN_NAMES
from tests.ingest.support import (
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    SETTINGS,
    ingest,
    put,
)

DAY = date(2026, 1, 26)
RAW = f"raw/{PARTITION}/run_ts={RUN_TS}/players.csv"
SCAN = (
    b'Governor ID;Name;Power;T4 Kills;T5 Kills;Deads;Extra\n7;"A\nna";5;1;2;3;x\n8;Bo;-1;4;5;6;y\n'
    b"9;Cy;5;1;2;3;z\n"
)


def origin(store: DirectoryStore, player: int) -> Mapping[str, Any]:
    return trace(store, SETTINGS, 51, DAY, player)


@pytest.fixture
def lake(directory_store: DirectoryStore) -> DirectoryStore:
    put(directory_store, KEY, SCAN)
    ingest(directory_store)
    return directory_store


def overwrite(lake: DirectoryStore, key: str, body: bytes) -> None:
    (vars(lake)["_root"] / key).write_bytes(body)


def test_a_row_is_followed_to_its_line_and_cells(lake: DirectoryStore) -> None:
    found = origin(lake, 8)
    assert (found["ok"], found["problems"]) == (True, [])
    assert (found["row"], found["line"]) == (2, 4)
    assert found["cells"] == {
        "Governor ID": "8",
        "Name": "Bo",
        "Power": "-1",
        "T4 Kills": "4",
        "T5 Kills": "5",
        "Deads": "6",
    }
    sha256 = hashlib.sha256(SCAN).hexdigest()
    assert found["raw"] == {"key": RAW, "sha256": sha256, "report_sha256": sha256}
    assert found["ranks"]["dkp"] == {"rank": 1, "position": 1, "of": 3, "value": 380}
    assert found["ranks"]["power"] is None
    assert origin(lake, 9)["ranks"]["deaths"] == {"rank": 2, "position": 3, "of": 3, "value": 3}


def test_the_hash_is_what_anyone_calculates(lake: DirectoryStore) -> None:
    found = origin(lake, 7)
    texts = [
        "" if (value := found["record"][name]) is None else str(value) for name in COLUMN_NAMES
    ]
    text = "\x1f".join(texts).rstrip("\x1f")
    expected = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert found["record_hash"] == {"published": expected, "calculated": expected}


@pytest.mark.parametrize("name", ["players.json", "players.jsonl"])
def test_json_is_traced_too(directory_store: DirectoryStore, name: str) -> None:
    rows = [{"id": 1, "name": "Ana", "power": 5}, {"id": 2, "name": "Bo", "power": 7.0}]
    lines = "\n".join(json.dumps(row) for row in rows)
    body = lines if name.endswith("l") else json.dumps(rows, indent=1)
    key = f"{FOLDER}/{name}"
    put(directory_store, key, body.encode())
    ingest(directory_store, key)
    found = origin(directory_store, 2)
    assert (found["ok"], found["row"]) == (True, 2)
    assert found["cells"] == {"id": "2", "name": "Bo", "power": "7.0"}
    assert found["line"] == (2 if name.endswith("l") else 7)


def test_the_newest_upload_of_the_date_is_the_origin(lake: DirectoryStore) -> None:
    put(lake, KEY, SCAN.replace(b"Bo", b"Bob"), MOMENT + timedelta(hours=1))
    ingest(lake)
    assert origin(lake, 8)["cells"]["Name"] == "Bob"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"Bo", b"Bx", "name is 'Bo'"),
        (b"8;", b"5;", "gives no player 8"),
        (b"9;", b"1;", "SHA-256"),
    ],
)
def test_damaged_raw_is_told(lake: DirectoryStore, old: bytes, new: bytes, words: str) -> None:
    overwrite(lake, RAW, SCAN.replace(old, new))
    found = origin(lake, 8)
    assert not found["ok"]
    assert "SHA-256" in found["problems"][0]
    assert any(words in problem for problem in found["problems"])


def test_a_row_of_another_run_is_told(lake: DirectoryStore) -> None:
    before = (vars(lake)["_root"] / CURATED).read_bytes()
    put(lake, KEY, SCAN + b"10;Di;1;1;1;1;\n", MOMENT + timedelta(hours=1))
    ingest(lake)
    overwrite(lake, CURATED, before)
    found = origin(lake, 8)
    assert not found["ok"]
    assert "the published row is of the run" in found["problems"][0]


def test_bytes_without_a_report_are_told(lake: DirectoryStore) -> None:
    (vars(lake)["_root"] / f"reports/{PARTITION}/run_ts={RUN_TS}/players.csv.json").unlink()
    found = origin(lake, 8)
    assert not found["ok"]
    assert "not proved" in found["problems"][0]


def test_what_is_not_there_is_not_found(lake: DirectoryStore) -> None:
    with pytest.raises(NotFoundError, match="no player 1"):
        origin(lake, 1)
    with pytest.raises(NotFoundError, match="no kingdom 52"):
        trace(lake, SETTINGS, 52, DAY, 8)
    with pytest.raises(NotFoundError, match="no snapshot of 2026-01-19"):
        trace(lake, SETTINGS, 51, date(2026, 1, 19), 8)


def test_columns_that_appear_late_are_traced(directory_store: DirectoryStore) -> None:
    rows = [{"id": 1, "name": "x", "power": 3}, {"id": 2, "power": 3, "deaths": 2, "name": "y"}]
    key = f"{FOLDER}/players.json"
    put(directory_store, key, json.dumps(rows).encode())
    ingest(directory_store, key)
    found = origin(directory_store, 2)
    assert (found["ok"], found["row"]) == (True, 2)
    assert found["cells"] == {"id": "2", "name": "y", "power": "3", "deaths": "2"}


def test_settings_of_today_change_no_trace(lake: DirectoryStore) -> None:
    today = SETTINGS._replace(dkp_weights=(("deaths", 1),), max_upload_bytes=10)
    assert trace(lake, today, 51, DAY, 8)["ok"]
