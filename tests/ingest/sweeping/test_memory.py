"""What a sweep remembers in the lake: written by compare-and-swap, and worth no failure at all."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import StoreDeniedError, StoreError, StoreUnavailableError
from chalicelib.ingest.sweeping.memory import (
    DIED,
    FIRST_PAUSE,
    MAX_ENTRIES,
    MAX_PAUSE,
    MAX_PAUSE_OF_STORE,
    STATE_KEY,
    LakeMemory,
    SweepMemory,
)
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import ObjectInfo, Store
from tests.ingest.races import watched
from tests.ingest.support import KEY, MOMENT, SETTINGS, put

UPLOAD = ObjectInfo(KEY, 5, '"one"', MOMENT)
OTHER = ObjectInfo(KEY.replace("51", "52"), 5, '"two"', MOMENT)
BUG = RuntimeError("a bug")


def at(minutes: float = 0) -> Callable[[], Any]:
    return lambda: MOMENT + timedelta(minutes=minutes)


def said(store: Store) -> Any:
    with store.open(STATE_KEY) as reader:
        return json.loads(reader.read())


@pytest.mark.parametrize(
    ("error", "longest"), [(BUG, MAX_PAUSE), (StoreUnavailableError("x"), MAX_PAUSE_OF_STORE)]
)
def test_pauses_grow_up_to_a_day_and_for_a_failing_store_up_to_an_hour(
    error: Exception, longest: timedelta
) -> None:
    minutes = 0
    memory = SweepMemory(lambda: MOMENT + timedelta(minutes=minutes))
    pauses = []
    for _ in range(12):
        memory.failed(UPLOAD, error)
        start = minutes
        while memory.is_put_off(UPLOAD):
            minutes += 1
        pauses.append(timedelta(minutes=minutes - start))
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses == sorted(pauses)
    assert pauses[-1] == longest


def test_nothing_is_written_while_there_is_nothing_to_remember(store: Store) -> None:
    memory = LakeMemory(store)
    memory.done(UPLOAD)
    memory.keep()
    assert [*store.list_objects("")] == []


def test_the_next_process_knows_what_failed_and_where_the_listing_ended(store: Store) -> None:
    memory = LakeMemory(store, at())
    memory.attempt(UPLOAD)
    memory.failed(UPLOAD, BUG)
    memory.start = "source=rok_players/kingdom=7/dt=2026-01-26/"
    memory.keep()
    again = LakeMemory(store, at(13))
    assert (again.is_put_off(UPLOAD), again.tries(UPLOAD)) == (True, 1)
    assert again.start == memory.start
    assert not again.is_put_off(UPLOAD._replace(etag='"another"'))
    assert not LakeMemory(store, at(14)).is_put_off(UPLOAD)
    entry = said(store)["put_off"][KEY]
    assert (entry["why"], entry["tries"], entry["etag"]) == ("RuntimeError", 1, '"one"')


def test_what_was_being_tried_when_the_process_died_has_failed(store: Store) -> None:
    LakeMemory(store, at()).attempt(UPLOAD)
    again = LakeMemory(store, at(1))
    assert again.is_put_off(UPLOAD)
    again.keep()
    assert said(store)["put_off"][KEY]["why"] == DIED
    assert said(store)["trying"] is None


def test_what_succeeded_is_forgotten(store: Store) -> None:
    memory = LakeMemory(store, at())
    memory.attempt(UPLOAD)
    memory.failed(UPLOAD, BUG)
    memory.attempt(UPLOAD)
    memory.done(UPLOAD)
    memory.keep()
    assert said(store) == {"trying": None, "start": "", "put_off": {}}


def test_unchanged_it_is_not_written_again(store: Store) -> None:
    memory = LakeMemory(store, at())
    memory.failed(UPLOAD, BUG)
    memory.keep()
    before = store.head(STATE_KEY)
    memory.keep()
    LakeMemory(store, at(1)).keep()
    assert store.head(STATE_KEY) == before


def test_two_sweeps_at_once_keep_what_both_know(store: Store) -> None:
    first, second = LakeMemory(store, at()), LakeMemory(store, at())
    first.failed(UPLOAD, BUG)
    second.failed(OTHER, BUG)
    first.keep()
    second.keep()
    assert said(store)["put_off"].keys() == {KEY, OTHER.key}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b'{"trying": 5, "start": "", "put_off": {}}',
        b'{"trying": ["a"], "start": "", "put_off": {}}',
        b'{"trying": null, "start": "", "put_off": []}',
        b'{"trying": null, "start": "", "put_off": {"a": {}}}',
        b'{"trying": null, "start": "", "put_off": {"a": null}}',
        b'{"trying": null, "start": "", "put_off": {"a": {"etag": 1, "tries": "x", "until": 3}}}',
        b"[" * 100_000,
    ],
)
def test_damaged_it_is_as_good_as_none_and_is_written_anew(
    directory_store: DirectoryStore, body: bytes
) -> None:
    put(directory_store, STATE_KEY, body)
    memory = LakeMemory(directory_store, at())
    assert (memory.start, memory.is_put_off(UPLOAD)) == ("", False)
    memory.attempt(UPLOAD)
    memory.failed(UPLOAD, BUG)
    memory.keep()
    assert LakeMemory(directory_store, at(1)).is_put_off(UPLOAD)


@pytest.mark.parametrize("error", [StoreUnavailableError("x"), StoreDeniedError("no")])
@pytest.mark.parametrize("method", ["open", "create", "replace"])
def test_no_failure_of_its_object_is_told(
    directory_store: DirectoryStore, error: StoreError, method: str
) -> None:
    LakeMemory(directory_store, at()).attempt(OTHER)

    def fail(called: str, key: str) -> None:
        if (called, key) == (method, STATE_KEY):
            raise error

    memory = LakeMemory(watched(directory_store, fail), at())
    memory.attempt(UPLOAD)
    memory.failed(UPLOAD, BUG)
    memory.keep()
    assert memory.is_put_off(UPLOAD)


def test_it_stays_small_and_forgets_what_is_long_over(directory_store: DirectoryStore) -> None:
    memory = LakeMemory(directory_store, at())
    for number in range(MAX_ENTRIES + 10):
        memory.settled(UPLOAD._replace(key=f"inbox/{number}"), at(number)())
    memory.keep()
    assert [*said(directory_store)["put_off"]][-1] == "inbox/10"
    assert len(said(directory_store)["put_off"]) == MAX_ENTRIES
    later = LakeMemory(directory_store, at(60 * 24 * 30))
    later.keep()
    assert said(directory_store)["put_off"] == {}


def test_it_is_no_stray_in_the_lake(store: Store) -> None:
    LakeMemory(store, at()).attempt(UPLOAD)
    assert store.head(STATE_KEY) is not None
    assert [one.problems for one in verify(store, SETTINGS) if one.problems] == []
