"""A roster object that is read again is decoded again only if it is another one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.errors import StoreError
from chalicelib.lake.view_keys import roster_key
from chalicelib.roster.file import RosterFile, open_file
from tests.roster.lake import KINGDOM, Lake, day

KEY = roster_key(KINGDOM)


def test_the_same_bytes_are_decoded_once_from_whichever_store() -> None:
    lakes = [Lake(), Lake()]
    for lake in lakes:
        lake.publish({day(0): {1: {"name": "Ada"}}})
        lake.opened.clear()
    first, second = (open_file(lake, KEY) for lake in lakes)
    assert first is second
    # What there is is asked all the same.
    assert [lake.opened for lake in lakes] == [[KEY], [KEY]]


def test_what_is_published_meanwhile_is_told() -> None:
    lake = Lake()
    lake.publish({day(0): {1: {"name": "Ada"}}})
    before = open_file(lake, KEY)
    lake.publish({day(1): {1: {"name": "Eve"}}})
    assert open_file(lake, KEY).read("name")[0].to_pylist() == ["Eve"]
    assert before.read("name")[0].to_pylist() == ["Ada"]


def test_damage_is_told_though_the_bytes_were_sound_before() -> None:
    lake = Lake()
    lake.publish({day(0): {1: {"name": "Ada"}}})
    assert open_file(lake, KEY).players == 1
    body = bytearray(lake.body())
    body[len(body) // 2] ^= 1
    info = lake.head(KEY)
    assert info is not None
    lake.replace(KEY, bytes(body), info.etag)
    with pytest.raises(StoreError, match="damaged"):
        open_file(lake, KEY).read(*("id", "name", "folded", "power", "former", "marks"))


def test_threads_that_read_at_once_get_the_same() -> None:
    lake = Lake()
    lake.publish({day(0): {number: {"name": f"P{number}"} for number in range(1, 500)}})
    names = ("id", "name", "folded", "power", "first_seen", "former", "marks")
    for _ in range(20):
        file = RosterFile(KEY, lake.body())
        with ThreadPoolExecutor(8) as pool:
            found = [*pool.map(lambda _: file.read(*names), range(16))]  # noqa: B023
        assert all(one == found[0] for one in found)
