"""Rebuilding (contract, sections 3 and 6): views follow from raw, byte for byte."""

import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import config
from chalicelib.boards.document import BoardsHead, decode_head
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.catalog.snapshots_document import Line, SnapshotsDocument, encode, encode_line
from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.pipeline import IngestResult
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.target_groups import RebuildResult, touched
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import (
    KINGDOMS_KEY,
    boards_key,
    changes_key,
    changes_table_key,
    curated_key,
    roster_key,
    snapshots_key,
    summary_key,
)
from chalicelib.views.reconcile import MAX_SWAPS, reconcile
from tests.engines.support import NoMaker
from tests.ingest.races import MOST_CALLS, accept, interrupted, state, watched
from tests.ingest.support import (
    BAD_SCAN,
    BOARDS,
    CURATED,
    FOLDER,
    KEY,
    MOMENT,
    PARTITION,
    SETTINGS,
    contents,
    csv_of,
    curated,
    ingest,
    names,
    put,
)

DAYS = [Partition(51, date(2026, 1, 19)), Partition(51, date(2026, 1, 26))]
DAYS += [Partition(52, date(2026, 1, 26))]
OF_UPLOADS = [make(day) for day in DAYS for make in (curated_key, boards_key)]
OF_PLAYERS = [make(day) for day in DAYS for make in (changes_key, summary_key, changes_table_key)]
VIEWS = [*OF_UPLOADS, *OF_PLAYERS]
CATALOG = [snapshots_key(51), snapshots_key(52), KINGDOMS_KEY]
ROSTERS = [roster_key(51), roster_key(52)]
OBJECTS = [*VIEWS, *ROSTERS, *CATALOG]
LATER = MOMENT + timedelta(hours=1)
WEIGHTY = config.load({"DKP_WEIGHTS": '{"t4_kills": 1, "deaths": 2}'})


def scan(*players: str) -> bytes:
    headers = ["ID", "Name", "Power", "T4 Kills", "T5 Kills", "Deaths"]
    return csv_of(headers, [[n, name, n, 30, 40, 50] for n, name in enumerate(players, 1)])


def fill(store: Store) -> None:
    """Three dates of two kingdoms: one with a correction, one with an older upload come late."""
    for day in DAYS:
        folder = f"inbox/{day.path}"
        ingest(store, accept(store, f"{folder}/new.csv", scan("Ana", "Bo"), LATER))
        ingest(
            store, accept(store, f"{folder}/old.jsonl", b'{"id":1,"name":"x","power":1}', MOMENT)
        )
        ingest(store, accept(store, f"{folder}/bad.csv", BAD_SCAN, LATER))
    even_later = LATER + timedelta(hours=1)
    ingest(store, accept(store, f"{FOLDER}/new.csv", scan("Ana", "Bo", "Cy"), even_later))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lake that is filled."""
    folder = tmp_path_factory.mktemp("filled") / "lake"
    fill(DirectoryStore(str(folder)))
    return folder


@pytest.fixture
def lake(filled: Path, tmp_path: Path) -> DirectoryStore:
    """A copy of it, for one test."""
    return DirectoryStore(str(shutil.copytree(filled, tmp_path / "lake")))


def remove(store: Store, keys: Iterable[str]) -> None:
    """Delete objects as an operator would; no store can."""
    for key in keys:
        if isinstance(store, DirectoryStore):
            (vars(store)["_root"] / key).unlink()
        else:
            vars(store)["_boto"].get().delete_object(Bucket=vars(store)["_bucket"], Key=key)


def statuses(outcomes: Iterable[RebuildResult]) -> list[str]:
    return [one.status for one in outcomes]


class TestRebuild:
    def test_views_that_were_deleted_come_back_byte_for_byte_from_raw(self, store: Store) -> None:
        fill(store)
        before = contents(store)
        remove(store, OBJECTS)
        assert before.keys() - contents(store).keys() == set(OBJECTS)
        outcomes = list(rebuild(store, SETTINGS))
        snapshots = [(one.kingdom, one.snapshot_date) for one in outcomes if one.snapshot_date]
        assert snapshots == [(day.kingdom, day.snapshot_date) for day in DAYS]
        assert sorted(key for one in outcomes for key in one.keys) == sorted(OBJECTS)
        assert all(one.ok and one.status == "written" for one in outcomes)
        assert contents(store) == before

    def test_a_lake_of_nothing_but_raw_is_enough(self, lake: DirectoryStore) -> None:
        before = contents(lake)
        remove(lake, [key for key in before if not key.startswith("raw/")])
        assert {*statuses(rebuild(lake, SETTINGS))} == {"written"}
        assert contents(lake) == {
            key: body for key, body in before.items() if key.startswith("raw/") or key in OBJECTS
        }

    def test_what_is_right_is_not_written_again(self, store: Store) -> None:
        fill(store)
        before = state(store)
        assert statuses(rebuild(store, SETTINGS)) == ["unchanged"] * 3
        assert state(store) == before

    @pytest.mark.parametrize("damage", [b"", b"PAR1", b"x" * 100_000])
    @pytest.mark.parametrize("key", [CURATED, BOARDS])
    def test_a_damaged_view_is_mended_and_nothing_is_deleted(
        self, lake: DirectoryStore, key: str, damage: bytes
    ) -> None:
        before = contents(lake)
        strays = {f"{CURATED}.bak": b"1", "curated/notes.txt": b"2", "boards/x/y.json": b"3"}
        for stray, body in strays.items():
            put(lake, stray, body)
        put(lake, key, damage)
        assert statuses(rebuild(lake, SETTINGS)) == ["unchanged", "written", "unchanged"]
        assert contents(lake) == before | strays

    def test_views_of_an_older_run_give_way_to_the_newest(self, lake: DirectoryStore) -> None:
        right = contents(lake)
        for view in ("curated", "boards"):
            body = next(
                value for key, value in right.items() if key.startswith(f"{view}/{DAYS[0].path}")
            )
            put(lake, CURATED if view == "curated" else BOARDS, body)
        outcome = list(rebuild(lake, SETTINGS))[1]
        assert contents(lake) == right
        assert curated(lake)["run_id"][0].as_py() == outcome.run_id
        assert names(lake) == ["Ana", "Bo", "Cy"]

    def test_new_weights_reach_old_snapshots_and_reports_stay(self, lake: DirectoryStore) -> None:
        before = contents(lake)
        assert curated(lake)["dkp"].unique().to_pylist() == [30 * 10 + 40 * 20 + 50 * 40]
        assert {*statuses(rebuild(lake, WEIGHTY))} == {"written"}
        assert curated(lake)["dkp"].unique().to_pylist() == [30 * 1 + 50 * 2]
        changed = {key for key, body in contents(lake).items() if body != before[key]}
        # kingdoms.json says only which dates are the newest, and a kingdom's first date has no
        # summary.
        first = {summary_key(DAYS[0]), summary_key(DAYS[2])}
        # A roster names the versions of its snapshots, and weights are part of these.
        named = {of(kingdom) for of in (snapshots_key, roster_key) for kingdom in (51, 52)}
        assert changed == {*VIEWS, *named} - first

    @pytest.mark.slow
    def test_a_run_that_is_published_meanwhile_is_not_undone(self, tmp_path: Path) -> None:
        came: list[IngestResult] = []
        before = DirectoryStore(str(tmp_path / "before"))
        ingest(before, accept(before, KEY, scan("Ana"), MOMENT))
        remove(before, [CURATED])
        newest = accept(before, f"{FOLDER}/newest.csv", scan("Zoe"), LATER)
        for at in range(1, MOST_CALLS):
            folder = shutil.copytree(tmp_path / "before", tmp_path / f"{at}")
            store = DirectoryStore(str(folder))
            disturbed = interrupted(store, at, lambda: came.append(ingest(store, newest)))  # noqa: B023
            assert statuses(rebuild(disturbed, SETTINGS)) in (["written"], ["unchanged"])
            if len(came) < at:
                break
            assert names(store) == ["Zoe"]
            assert statuses(verify(store, SETTINGS)) == ["same"]
        assert 8 < len(came) < MOST_CALLS - 1

    def test_a_raw_object_that_is_refused_by_now_is_named_and_its_views_stay(
        self, lake: DirectoryStore
    ) -> None:
        views = contents(lake, *VIEWS)
        raw = f"raw/{PARTITION}/run_ts=20990101T000000Z/x.csv"
        put(lake, raw, BAD_SCAN)
        outcome = list(rebuild(lake, SETTINGS))[1]
        assert (outcome.ok, outcome.status, outcome.keys) == (False, "differs", (raw,))
        assert outcome.problems[0].startswith(f"{raw} is refused now: 'many' is not a whole number")
        assert contents(lake, *VIEWS) == views


class TestVerify:
    def test_a_sound_lake_is_the_same_and_untouched(self, lake: DirectoryStore) -> None:
        before = state(lake)
        outcomes = list(verify(lake, SETTINGS))
        assert statuses(outcomes) == ["same"] * 3
        assert all(one.ok and one.run_id and not one.keys for one in outcomes)
        assert state(lake) == before

    @pytest.mark.parametrize(
        ("key", "body", "how"),
        [
            (CURATED, None, "is missing"),
            (BOARDS, None, "is missing"),
            (CURATED, b"", "differs"),
            (BOARDS, b"{}", "differs"),
            (f"{CURATED}.bak", b"", "is not made of any upload"),
            (f"boards/{PARTITION}/more/x.json", b"", "is not made of any upload"),
        ],
    )
    def test_a_difference_is_named_and_nothing_is_changed(
        self, lake: DirectoryStore, key: str, body: bytes | None, how: str
    ) -> None:
        if body is None:
            remove(lake, [key])
        else:
            put(lake, key, body)
        before = state(lake)
        outcomes = list(verify(lake, SETTINGS))
        assert [one.status for one in outcomes if one.snapshot_date] == ["same", "differs", "same"]
        assert (outcomes[1].keys, outcomes[1].problems) == ((key,), (f"{key} {how}",))
        assert not outcomes[1].ok
        # Not the catalog, which is what it was when the boards could be read.
        assert all(one.snapshot_date for one in outcomes)
        assert state(lake) == before

    @pytest.mark.parametrize("key", [CURATED, BOARDS])
    @pytest.mark.parametrize("change", ["cut", "longer", "flipped"])
    def test_one_byte_is_a_difference(self, lake: DirectoryStore, key: str, change: str) -> None:
        body = contents(lake, key)[key]
        changed = {
            "cut": body[:-1],
            "longer": body + b"\n",
            "flipped": body[:-9] + bytes([body[-9] ^ 1]) + body[-8:],
        }
        put(lake, key, changed[change])
        assert [one.keys for one in verify(lake, SETTINGS)] == [(), (key,), ()]

    def test_views_of_a_date_without_an_upload_are_named(self, lake: DirectoryStore) -> None:
        remove(lake, contents(lake, f"raw/{DAYS[2].path}/", f"reports/{DAYS[2].path}/"))
        remove(lake, contents(lake, f"rejected/{DAYS[2].path}/", f"inbox/{DAYS[2].path}/"))
        outcome = list(verify(lake, SETTINGS))[2]
        assert (outcome.run_id, outcome.status, outcome.keys) == (
            None,
            "differs",
            (*OF_UPLOADS[4:],),
        )

    def test_new_weights_are_a_difference(self, lake: DirectoryStore) -> None:
        found = {key for one in verify(lake, WEIGHTY) for key in one.keys}
        assert found == {*OF_UPLOADS}, "what is made of these is what they say"

    @pytest.mark.parametrize(
        ("kingdom", "day", "expected"),
        [(51, None, DAYS[:2]), (None, DAYS[1].snapshot_date, DAYS[1:]), (53, None, [])],
    )
    def test_only_what_is_asked_for_is_read(
        self, lake: DirectoryStore, kingdom: int | None, day: date | None, expected: list[Partition]
    ) -> None:
        opened: list[str] = []
        seen = watched(lake, lambda method, key: opened.append(key) if method == "open" else None)
        assert len(list(verify(seen, SETTINGS, kingdom, day))) == len(expected)
        whole = [key(51) for key in (snapshots_key, roster_key)] if day is None else []
        # A date's changes are made of the snapshot before it too.
        wanted = [*(part.path for part in expected), *whole, curated_key(DAYS[0])]
        assert all(any(path in key for path in wanted) for key in opened)
        assert bool(opened) is bool(expected)


def test_a_lake_that_others_never_leave_alone_is_an_error(
    lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.views.reconcile._LONGEST_PAUSE", 0.0)
    remove(lake, [CURATED])
    changes = iter(range(10 * MAX_SWAPS))

    def write_too(method: str, key: str) -> None:
        if method in ("create", "replace") and key == CURATED:
            put(lake, key, b"theirs %d" % next(changes), None)

    with pytest.raises(StoreUnavailableError, match="too many writers"):
        list(rebuild(watched(lake, write_too), SETTINGS))


def test_what_older_software_wrote_into_the_catalog_is_named_and_healed(
    lake: DirectoryStore,
) -> None:
    """Its notes say that the sources are the same: rebuilding does not believe them."""
    key = snapshots_key(52)
    with lake.open(key) as reader:
        body = reader.read()
    day = DAYS[2].snapshot_date
    line = SnapshotsDocument(body, 52).lines()[day]
    head = facts_of(lake, DAYS[2])
    older = {day: Line(encode_line(head.snapshot, {"dkp": 1}), line.source)}
    put(lake, key, encode(52, older))
    assert [one.keys for one in verify(lake, SETTINGS) if one.keys] == [(key,)]
    assert [one.keys for one in rebuild(lake, SETTINGS) if one.keys] == [(key,)]
    assert {*statuses(verify(lake, SETTINGS))} == {"same"}


def facts_of(lake: DirectoryStore, partition: Partition) -> BoardsHead:
    with lake.open(boards_key(partition)) as reader:
        return decode_head(reader.read(), partition.kingdom, partition.snapshot_date)


def test_a_kingdom_of_which_nothing_is_left_has_an_empty_catalog_that_is_no_stray(
    lake: DirectoryStore,
) -> None:
    kept = ("catalog/", "rejected/")
    remove(lake, [key for key in contents(lake) if "=52/" in key and not key.startswith(kept)])
    store_keys = [key for one in verify(lake, SETTINGS) for key in one.keys]
    assert snapshots_key(52) in store_keys, "it still lists what is gone"
    for view, target in touched(lake, DAYS[2]):
        if target.day is None:
            reconcile(lake, view, target, NoMaker())
    assert LakeCatalog(lake).kingdoms().latest.keys() == {51}
    assert snapshots_key(52) not in [key for one in verify(lake, SETTINGS) for key in one.keys]


@pytest.mark.slow
class TestManyKingdoms:
    @pytest.fixture
    def wide(self, directory_store: DirectoryStore) -> DirectoryStore:
        for kingdom in range(1, 13):
            ingest(
                directory_store,
                accept(
                    directory_store,
                    f"inbox/{Partition(kingdom, DAYS[0].snapshot_date).path}/a.csv",
                    scan("Ana"),
                    MOMENT,
                ),
            )
        return directory_store

    @pytest.mark.parametrize("work", [rebuild, verify])
    def test_in_threads_the_results_are_the_same_in_the_same_order(
        self, wide: DirectoryStore, work: Any
    ) -> None:
        put(wide, curated_key(Partition(7, DAYS[0].snapshot_date)), b"x", None)
        if work is rebuild:
            assert [one.kingdom for one in rebuild(wide, SETTINGS, threads=4) if one.keys] == [7]
        expected = list(work(wide, SETTINGS))
        assert list(work(wide, SETTINGS, threads=4)) == expected
        assert [one.kingdom for one in expected if one.snapshot_date] == [*range(1, 13)]

    def test_damage_in_many_kingdoms_at_once_is_named_as_one_after_the_other(
        self, wide: DirectoryStore
    ) -> None:
        """Each kingdom's catalog is judged by that kingdom's own damage."""
        damaged = [boards_key(Partition(number, DAYS[0].snapshot_date)) for number in range(1, 13)]
        for key in damaged:
            put(wide, key, b"{}", None)
        expected = list(verify(wide, SETTINGS))
        assert [key for one in expected for key in one.keys] == damaged
        for _ in range(3):
            assert list(verify(wide, SETTINGS, threads=8)) == expected

    @pytest.mark.parametrize("work", [rebuild, verify])
    def test_it_goes_on_where_it_was_stopped(self, wide: DirectoryStore, work: Any) -> None:
        found = [one.kingdom for one in work(wide, SETTINGS, first=9) if one.snapshot_date]
        assert found == [9, 10, 11, 12]

    @pytest.mark.parametrize("work", [rebuild, verify])
    def test_one_kingdom_costs_the_same_however_many_others_there_are(
        self, wide: DirectoryStore, work: Any, tmp_path: Path
    ) -> None:
        alone = DirectoryStore(str(tmp_path / "alone"))
        key = f"inbox/{Partition(7, DAYS[0].snapshot_date).path}/a.csv"
        ingest(alone, accept(alone, key, scan("Ana"), MOMENT))
        counts = []
        for lake in (alone, wide):
            counted = CountingStore(lake)
            outcomes = list(work(counted, SETTINGS, 7))
            assert [one.ok for one in outcomes] == [True]
            counts.append(counted.calls)
        assert counts[0] == counts[1]


class CountingStore:
    """A lake whose calls are counted by method."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._store, name)
