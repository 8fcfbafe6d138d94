"""Withdrawing a date's uploads (contract, section 3): what counts, in whatever order it comes."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.errors import NotFoundError
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.sweep import sweep
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from tests.ingest.support import (
    BOARDS,
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    SCAN,
    SETTINGS,
    contents,
    curated,
    ingest,
    names,
    put,
)

OLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-19/players.csv"
WITHDRAWAL = f"{FOLDER}/withdraw.txt"


def accept(store: Store, key: str, body: bytes, seconds: int = 0) -> dict[str, Any]:
    put(store, key, body, MOMENT + timedelta(seconds=seconds))
    return ingest(store, key).answer(store)


def latest(store: Store, kingdom: int = 51) -> str | None:
    found = LakeCatalog(store).kingdoms().latest.get(kingdom)
    return None if found is None else found.isoformat()


def test_a_withdrawal_takes_its_date_out_of_the_catalog_and_latest_moves_back(
    directory_store: DirectoryStore,
) -> None:
    accept(directory_store, OLDER, SCAN)
    taken = accept(directory_store, KEY, SCAN)
    assert latest(directory_store) == "2026-01-26"
    answer = accept(directory_store, WITHDRAWAL, b"wrong date, sorry", 60)
    assert answer == {
        "status": "withdrawn",
        "run_id": answer["run_id"],
        "run_ts": "20260126T153112Z",
        "inbox_key": WITHDRAWAL,
        "source": "rok_players",
        "kingdom": 51,
        "snapshot_date": "2026-01-26",
        "rules": 3,
        "written": {"withdrawn": f"withdrawn/{PARTITION}/run_ts=20260126T153112Z/withdraw.txt"},
        "published": False,
        "place": {
            "replaces": {"run_id": taken["run_id"], "players": 2},
            "latest": "2026-01-19",
            "warnings": [],
        },
    }
    assert latest(directory_store) == "2026-01-19"
    days = [
        one.snapshot.snapshot_date for one in LakeCatalog(directory_store).snapshots(51).entries
    ]
    assert [str(day) for day in days] == ["2026-01-19"]
    assert curated(directory_store).num_rows == 0
    assert curated(directory_store).schema.names[:2] == ["id", "name"]
    kept = contents(directory_store)
    assert kept[f"raw/{PARTITION}/run_ts={RUN_TS}/players.csv"] == SCAN
    assert kept[answer["written"]["withdrawn"]] == b"wrong date, sorry"
    assert all(one.ok for one in verify(directory_store, SETTINGS))


def test_a_kingdom_with_nothing_left_is_no_kingdom(directory_store: DirectoryStore) -> None:
    accept(directory_store, KEY, SCAN)
    accept(directory_store, WITHDRAWAL, b"")
    assert latest(directory_store) is None
    with pytest.raises(NotFoundError):
        LakeCatalog(directory_store).snapshots(51)
    with pytest.raises(NotFoundError):
        LakeCatalog(directory_store).snapshot(51, None)


def test_a_later_upload_counts_and_one_of_the_same_second_does_not(
    directory_store: DirectoryStore,
) -> None:
    accept(directory_store, WITHDRAWAL, b"", 5)
    assert accept(directory_store, f"{FOLDER}/a.csv", SCAN, 5)["published"] is False
    assert curated(directory_store).num_rows == 0
    assert accept(directory_store, f"{FOLDER}/b.csv", SCAN, 6)["published"] is True
    assert names(directory_store) == ["Ana", "Bo"]
    assert accept(directory_store, f"{FOLDER}/c.csv", SCAN, 4)["published"] is False
    assert ingest(directory_store, f"{FOLDER}/a.csv").published is False


def test_a_withdrawal_of_nothing_makes_no_views(directory_store: DirectoryStore) -> None:
    assert accept(directory_store, WITHDRAWAL, b"")["status"] == "withdrawn"
    assert not contents(directory_store, "curated/", "boards/", "catalog/")
    assert list(rebuild(directory_store, SETTINGS)) == []
    assert all(one.ok for one in verify(directory_store, SETTINGS))


@pytest.mark.slow
def test_the_end_does_not_depend_on_the_order(tmp_path_factory: pytest.TempPathFactory) -> None:
    moments = {f"{FOLDER}/a.csv": 0, WITHDRAWAL: 1, f"{FOLDER}/b.csv": 1, f"{FOLDER}/c.csv": 2}
    for keys in (list(moments)[:3], list(moments)):
        ends = []
        for order in permutations(keys):
            store = DirectoryStore(str(tmp_path_factory.mktemp("lake")))
            for key in keys:
                put(store, key, SCAN + key.encode(), MOMENT + timedelta(seconds=moments[key]))
            for key in order:
                ingest(store, key)
            ends.append(contents(store))
            assert all(one.status == "unchanged" for one in rebuild(store, SETTINGS))
        assert all(end == ends[0] for end in ends)


def test_rebuild_comes_to_the_same_state(directory_store: DirectoryStore) -> None:
    accept(directory_store, KEY, SCAN)
    accept(directory_store, WITHDRAWAL, b"")
    before = contents(directory_store)
    root = vars(directory_store)["_root"]
    for key in contents(directory_store, "curated/", "boards/", "catalog/"):
        (root / key).unlink()
    assert {key for one in rebuild(directory_store, SETTINGS) for key in one.keys} >= {
        CURATED,
        BOARDS,
    }
    assert contents(directory_store) == before


def test_the_sweep_ingests_a_withdrawal_whose_event_was_lost(
    directory_store: DirectoryStore,
) -> None:
    accept(directory_store, KEY, SCAN)
    put(directory_store, WITHDRAWAL, b"", MOMENT + timedelta(seconds=1))
    outcomes = list(sweep(directory_store, SETTINGS))
    assert len(outcomes) == 1
    assert latest(directory_store) is None
    assert list(sweep(directory_store, SETTINGS)) == []


def test_withdrawing_twice_in_a_second_keeps_both(directory_store: DirectoryStore) -> None:
    accept(directory_store, KEY, SCAN)
    first = accept(directory_store, WITHDRAWAL, b"one", 1)["written"]["withdrawn"]
    second = accept(directory_store, WITHDRAWAL, b"two", 1)["written"]["withdrawn"]
    assert first != second
    assert contents(directory_store, "withdrawn/") == {first: b"one", second: b"two"}
    assert all(one.ok for one in verify(directory_store, SETTINGS))


def test_a_withdrawal_of_a_date_in_the_future_is_refused(directory_store: DirectoryStore) -> None:
    key = "inbox/source=rok_players/kingdom=51/dt=2027-01-26/withdraw.txt"
    answer = accept(directory_store, key, b"")
    assert (answer["status"], answer["errors"][0]["code"]) == ("rejected", "future_date")


@pytest.mark.parametrize("name", ["Withdraw.txt", "withdraw.txt.txt", "withdraw", "withdraw.doc"])
def test_another_name_is_refused_with_the_right_one(
    directory_store: DirectoryStore, name: str
) -> None:
    answer = accept(directory_store, f"{FOLDER}/{name}", b"")
    assert answer["status"] == "rejected"
    assert "must be called just withdraw.txt" in answer["errors"][0]["hint"]


def test_a_withdrawal_that_is_too_large_is_refused(directory_store: DirectoryStore) -> None:
    put(directory_store, WITHDRAWAL, b"x" * 11, MOMENT)
    stage = SETTINGS._replace(max_upload_bytes=10)
    answer = ingest(directory_store, WITHDRAWAL, stage).answer(directory_store)
    assert (answer["status"], answer["errors"][0]["code"]) == ("rejected", "too_large")


def test_a_moment_is_what_counts_not_the_clock(directory_store: DirectoryStore) -> None:
    put(directory_store, WITHDRAWAL, b"", datetime.fromisoformat("2026-01-27T00:00:00+00:00"))
    ingest(directory_store, WITHDRAWAL)
    assert accept(directory_store, KEY, SCAN)["published"] is False
    assert latest(directory_store) is None
