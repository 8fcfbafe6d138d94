"""What views are made of, as the lake says now."""

import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.lake import keys
from chalicelib.lake.archive_keys import parse_archive_key
from chalicelib.lake.archived import original_inbox_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition, raw_key, with_hash
from chalicelib.lake.prefixes import BOARDS
from chalicelib.lake.reports.proof import prove
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key, snapshots_key
from chalicelib.views.sources import dated_objects, kingdom_catalogs, newest_event
from tests.ingest.support import FOLDER, KEY, MOMENT, RUN_TS, SCAN, SLOW, put, upload

DAY = Partition(51, date(2026, 1, 26))
RAW = raw_key(DAY, RUN_TS, "players.csv")
uploads = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(0, 2)), st.sampled_from(b"xyz"), max_size=6
)


def test_what_else_lies_in_a_view_is_not_seen(store: Store) -> None:
    days = [date(2026, 1, 26), date(2025, 12, 29)]
    root = "boards/source=rok_players"
    for key in (
        *(boards_key(Partition(51, day)) for day in days),
        f"{root}/kingdom=051/dt=2026-01-27/leaderboards.json",
        f"{root}/kingdom=51/dt=2026-02-30/leaderboards.json",
        f"{root}/kingdom=51/dt=2026-01-27/_SUCCESS",
        f"{root}/kingdom=52/notes.txt",
    ):
        put(store, key, b"x", None)
    assert list(dated_objects(store, BOARDS, 51, boards_key)) == sorted(days)


def test_kingdoms_come_in_order_of_their_numbers(store: Store) -> None:
    for key in (
        *(snapshots_key(kingdom) for kingdom in (1024, 51, 9)),
        "catalog/source=rok_players/kingdoms.json",
        "catalog/source=rok_players/kingdom=051/snapshots.json",
        "catalog/source=rok_players/kingdom=52/notes.txt",
    ):
        put(store, key, b"x", None)
    assert list(kingdom_catalogs(store)) == [9, 51, 1024]


class TestNewest:
    @settings(SLOW, max_examples=40)
    @given(kept=uploads)
    def test_the_newest_is_the_last_by_moment_and_then_by_run_id(
        self, kept: dict[tuple[str, int], int], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        store = DirectoryStore(str(tmp_path_factory.mktemp("lake")))
        put(store, f"raw/{DAY.path}/run_ts=20990101T000000Z/notes.txt", b"no upload")
        put(store, raw_key(Partition(51, date(2026, 1, 27)), "20990101T000000Z", "a.csv"), b"")
        runs: dict[str, Run] = {}
        for (name, second), byte in kept.items():
            data, moment = bytes([byte]), MOMENT + timedelta(seconds=second)
            sha256 = hashlib.sha256(data).hexdigest()
            mine = Run.of(f"{FOLDER}/{name}.csv", moment, sha256)
            runs[raw_key(DAY, mine.run_ts, f"{name}.csv")] = mine
            put(store, raw_key(DAY, mine.run_ts, f"{name}.csv"), data)
        newest = max(runs, key=lambda key: runs[key].run_id, default=None)
        found = newest_event(store, DAY)
        assert (found and found.key) == newest
        for key, mine in runs.items():
            parsed = parse_archive_key(key)
            assert parsed is not None
            assert prove(store, parsed).run == mine

    @pytest.mark.parametrize("first", [0, 1], ids=["one came first", "the other one did"])
    def test_of_two_withdrawals_of_one_second_the_same_one_counts_whichever_came_first(
        self, directory_store: DirectoryStore, first: int
    ) -> None:
        put(directory_store, RAW, SCAN)
        bodies = [b"sorry", b"wrong kingdom"]
        plain = keys.withdrawn_key(DAY, RUN_TS)
        runs = {}
        for body in (bodies[first], bodies[1 - first]):
            key = plain if body == bodies[first] else with_hash(plain, upload(body).sha256)
            put(directory_store, key, body)
            runs[key] = Run.of(f"{FOLDER}/withdraw.txt", MOMENT, upload(body).sha256).run_id
        found = newest_event(directory_store, DAY)
        assert (found and found.key) == max(runs, key=lambda key: runs[key])

    def test_a_hash_in_a_name_is_ours_only_where_the_name_without_it_is_taken(
        self, directory_store: DirectoryStore
    ) -> None:
        sha256 = upload(SCAN).sha256
        kept = parse_archive_key(with_hash(RAW, sha256))
        assert kept is not None
        put(directory_store, kept.key, SCAN)
        assert original_inbox_key(directory_store, kept, sha256) == with_hash(KEY, sha256)
        put(directory_store, RAW, b"other")
        assert original_inbox_key(directory_store, kept, sha256) == KEY
        assert original_inbox_key(directory_store, kept, "0" * 64) == with_hash(KEY, sha256)
