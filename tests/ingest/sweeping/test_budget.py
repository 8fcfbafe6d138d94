"""A sweep's time and its order: nobody's upload keeps another's waiting, whatever it does."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.pipeline import IngestResult
from chalicelib.ingest.sweep import (
    SECONDS_FOR_LARGE,
    SECONDS_FOR_ONE,
    Sweep,
    SweepFailure,
    SweepResult,
)
from chalicelib.ingest.sweeping import agenda
from chalicelib.ingest.sweeping.memory import STATE_KEY, LakeMemory, SweepMemory
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from tests.ingest.races import watched
from tests.ingest.support import MOMENT, SCAN, SETTINGS, ingest, put
from tests.torture.memory_store import MemoryStore

LONG = SCAN + b"".join(b"%d,Cy,%d\n" % (number, number) for number in range(2, 400))


class Lake:
    """A lake, a clock that its calls move on, and the sweeps over it."""

    def __init__(self) -> None:
        self.store = MemoryStore(lambda: self.now)
        self.now = MOMENT
        self.seconds = 0.0
        self.calls: list[tuple[str, str]] = []
        self.costs: dict[str, float] = {}
        self.deadly: set[str] = set()
        self.failing: set[str] = set()

    def put(self, *keys: str, body: bytes = SCAN, minutes: int = 0) -> None:
        self.now = MOMENT + timedelta(minutes=minutes)
        for key in keys:
            self.store.put(key, body)

    def watched(self) -> Store:
        def call(method: str, key: str) -> None:
            self.calls.append((method, key))
            if method == "open" and key.startswith("inbox/"):
                self.seconds += self.costs.get(key, 0.0)
                if key in self.deadly:
                    raise Killed
                if key in self.failing:
                    raise StoreUnavailableError("throttled")
            if method == "list_objects":
                self.seconds += self.costs.get(key, 0.0)

        return watched(self.store, call)

    def sweep(
        self, budget: float = 300, memory: SweepMemory | None = None
    ) -> tuple[Sweep, Iterator[SweepResult]]:
        end = self.seconds + budget
        made = Sweep(self.watched(), SETTINGS, lambda: end - self.seconds, memory)
        return made, made.results()

    def scheduled(self, budget: float = 300) -> list[str]:
        """The keys that a scheduled sweep ingests, until it ends or is killed."""
        _, results = self.sweep(budget, LakeMemory(self.watched(), lambda: self.now))
        done: list[str] = []
        try:
            for one in results:
                done += [one.key] if isinstance(one, IngestResult) else []
        except Killed:
            done.append("killed")
        return done

    def later(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


class Killed(BaseException):
    """The process is ended from outside."""


def key(kingdom: int, day: int = 26, name: str = "players.csv") -> str:
    return f"inbox/source=rok_players/kingdom={kingdom}/dt=2026-01-{day:02}/{name}"


@pytest.fixture
def lake() -> Lake:
    return Lake()


def keys_of(results: Iterator[SweepResult]) -> list[str]:
    return [one.key for one in results]


class TestOrder:
    def test_newer_uploads_come_before_older_ones(self, lake: Lake) -> None:
        for minutes, kingdom in ((3, 51), (1, 52), (2, 53)):
            lake.put(key(kingdom), minutes=minutes)
        assert keys_of(lake.sweep()[1]) == [key(51), key(53), key(52)]

    def test_of_each_uploader_one_comes_in_turn(self, lake: Lake) -> None:
        lake.put(*(key(51, day) for day in range(1, 5)), minutes=9)
        lake.put(key(52), "inbox/notes.txt", minutes=1)
        assert keys_of(lake.sweep()[1]) == [
            key(51, 1),
            "inbox/notes.txt",
            key(52),
            key(51, 2),
            key(51, 3),
            key(51, 4),
        ]

    def test_large_ones_come_after_all_small_ones(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(agenda, "LARGE", len(SCAN))
        lake.put(key(51), body=LONG, minutes=9)
        lake.put(key(51, 20), key(52), minutes=1)
        assert keys_of(lake.sweep()[1]) == [key(51, 20), key(52), key(51)]

    def test_a_packed_file_counts_as_what_may_be_in_it(self, lake: Lake) -> None:
        size = agenda.LARGE // agenda.UNPACKED
        packed = [key(51, name=name) for name in ("a.csv.gz", "b.json.GZ")]
        lake.put(*packed, body=b"x" * (size + 1), minutes=9)
        lake.put(key(52, name="c.csv.gz"), body=b"x" * size, minutes=5)
        lake.put(key(51), minutes=1)
        assert keys_of(lake.sweep()[1]) == [key(52, name="c.csv.gz"), key(51), *packed]

    def test_a_dead_run_in_the_archive_comes_after_its_uploaders_new_ones(self, lake: Lake) -> None:
        raw = "raw/source=rok_players/kingdom=51/dt=2026-01-20/run_ts=20260126T153012Z/a.csv"
        lake.put(raw, key(51), key(51, 21))
        found = keys_of(lake.sweep()[1])
        assert found == [
            key(51, 21),
            key(51),
            raw.replace("raw/", "inbox/").replace("run_ts=20260126T153012Z/", ""),
        ]

    def test_of_an_uploader_with_very_many_all_are_taken_in_the_end(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(agenda, "MOST_OF_AN_UPLOADER", 2)
        days = [key(51, day) for day in range(1, 8)]
        lake.put(*days, key(52))
        lake.failing = {days[0], days[6]}
        made, results = lake.sweep()
        found = [*results]
        assert sorted(one.key for one in found) == sorted([*days, key(52)])
        failed = {one.key for one in found if isinstance(one, SweepFailure)}
        assert (failed, made.is_complete, made.left) == (lake.failing, True, 0)


class TestBudget:
    def test_what_is_ingested_fits_into_the_time_and_the_next_sweep_goes_on(
        self, lake: Lake
    ) -> None:
        uploads = [key(kingdom) for kingdom in range(51, 71)]
        lake.put(*uploads)
        lake.costs = dict.fromkeys(uploads, 50.0)
        done: list[str] = []
        for left in (14, 8, 2, 0):
            before = lake.seconds
            made, results = lake.sweep(300)
            done += keys_of(results)
            assert lake.seconds - before <= 300
            assert made.left == left
        assert sorted(done) == uploads

    def test_nothing_begins_that_could_outlast_the_time(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(agenda, "LARGE", len(SCAN))
        lake.put(key(51), key(52))
        for budget, taken, left in ((SECONDS_FOR_ONE - 1, 0, 2), (SECONDS_FOR_ONE, 2, 0)):
            made, results = lake.sweep(budget)
            assert (len(keys_of(results)), made.left) == (taken, left)
        lake.put(key(53), body=LONG)
        lake.put(key(54))
        lake.costs = {key(54): 300 - SECONDS_FOR_LARGE + 1}
        made, results = lake.sweep(300)
        assert (keys_of(results), made.left) == ([key(54)], 1)
        assert keys_of(lake.sweep(300)[1]) == [key(53)]

    def test_a_function_with_a_short_limit_takes_large_ones_when_it_has_nothing_else(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(agenda, "LARGE", len(SCAN))
        lake.put(key(53), body=LONG)
        assert keys_of(lake.sweep(60)[1]) == [key(53)]

    def test_a_listing_that_takes_too_long_goes_on_where_it_was_and_then_from_the_start(
        self, lake: Lake
    ) -> None:
        uploads = [key(kingdom) for kingdom in range(51, 60)]
        lake.put(*uploads)
        memory = SweepMemory(lambda: lake.now)
        looks = itertools.count(1)
        # It looks at the time at its beginning, twice, and after each folder: half is over at 54.
        made = Sweep(lake.store, SETTINGS, lambda: 300 if next(looks) < 6 else 149, memory)
        found = keys_of(made.results())
        assert found == uploads[:4]
        assert (made.is_complete, memory.start) == (False, key(54)[6:-11])
        lake.put(key(51, name="new.csv"))
        made, results = lake.sweep(300, memory)
        found += keys_of(results)
        assert (made.is_complete, memory.start) == (True, "")
        assert found == [*uploads, key(51, name="new.csv")]

    def test_without_a_limit_everything_is_done(self, lake: Lake) -> None:
        uploads = [key(kingdom) for kingdom in range(51, 60)]
        lake.put(*uploads)
        lake.costs = dict.fromkeys(uploads, 1000.0)
        made = Sweep(lake.watched(), SETTINGS)
        assert sorted(keys_of(made.results())) == uploads
        assert made.left == 0


class TestFailures:
    def test_what_failed_is_put_off_twice_as_long_each_time_and_others_are_not(
        self, lake: Lake
    ) -> None:
        lake.put(key(51))
        lake.failing = {key(51)}
        tried = []
        for quarter in range(40):
            lake.calls.clear()
            lake.put(key(52, name=f"{quarter}.csv"), minutes=15 * quarter)
            assert lake.scheduled() == [key(52, name=f"{quarter}.csv")]
            tried += [quarter] if ("open", key(51)) in lake.calls else []
        # Of a store that fails all fail: not longer than an hour.
        assert tried == [0, 1, 3, 7, 11, 15, 19, 23, 27, 31, 35, 39]
        lake.failing.clear()
        lake.later(hours=1)
        assert lake.scheduled() == [key(51)]

    def test_an_upload_that_kills_the_process_is_put_off_and_comes_last(self, lake: Lake) -> None:
        others = [key(kingdom) for kingdom in range(52, 60)]
        lake.put(*others)
        lake.put(key(51), minutes=1)
        lake.deadly = {key(51)}
        assert lake.scheduled() == ["killed"]
        assert sorted(lake.scheduled()) == others
        lake.later(minutes=14)
        lake.put(key(60), minutes=15)
        assert lake.scheduled() == [key(60), "killed"]
        lake.later(minutes=15)
        assert lake.scheduled() == []

    def test_a_new_upload_under_the_key_is_tried_at_once(self, lake: Lake) -> None:
        lake.put(key(51))
        lake.deadly = {key(51)}
        assert lake.scheduled() == ["killed"]
        lake.deadly.clear()
        assert lake.scheduled() == []
        lake.put(key(51), body=SCAN + b"3,Cy,9\n", minutes=1)
        assert lake.scheduled() == [key(51)]

    def test_what_only_looks_unprocessed_is_put_off_too(self, lake: Lake) -> None:
        lake.put(key(51))
        ingest(lake.store, key(51))
        (report,) = [one for one in lake.store.contents() if one.startswith("reports/")]
        # The ETags of an encrypted lake are no MD5 sums, and look like them.
        info, body = vars(lake.store)["_objects"][key(51)]
        other = info._replace(etag='"0123456789abcdef0123456789abcdef"')
        vars(lake.store)["_objects"][key(51)] = (other, body)
        reads = []
        for quarter in range(16):
            lake.now = MOMENT + timedelta(minutes=15 * quarter)
            lake.calls.clear()
            assert lake.scheduled() == []
            reads += [quarter] if ("open", key(51)) in lake.calls else []
        assert reads == [0, 1, 3, 7, 15]
        assert report in lake.store.contents()

    def test_a_sweep_by_hand_tries_everything(self, lake: Lake) -> None:
        lake.put(key(51))
        lake.failing = {key(51)}
        assert lake.scheduled() == []
        lake.failing.clear()
        assert lake.scheduled() == []
        assert keys_of(Sweep(lake.store, SETTINGS).results()) == [key(51)]

    def test_how_many_are_put_off_is_told(self, lake: Lake) -> None:
        lake.put(key(51), key(52))
        lake.failing = {key(51), key(52)}
        memory = SweepMemory(lambda: lake.now)
        for put_off in (0, 2):
            made, results = lake.sweep(300, memory)
            assert len([*results]) == 2 - put_off
            assert made.put_off == put_off

    def test_an_upload_whose_second_is_not_over_is_not_taken_for_one_that_killed(
        self, directory_store: DirectoryStore
    ) -> None:
        put(directory_store, key(51), SCAN, datetime.now(UTC))
        for _ in range(3):
            memory = LakeMemory(directory_store)
            assert memory.tries(next(directory_store.list_objects(key(51)))) == 0
            [*Sweep(directory_store, SETTINGS, memory=memory).results()]
            with directory_store.open(STATE_KEY) as reader:
                assert json.loads(reader.read()) == {"trying": None, "start": "", "put_off": {}}
