"""A flipped byte, a missing object and an extra one, anywhere in any view: found, named, healed."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from tests.ingest.support import BOARDS, CURATED, PARTITION, SETTINGS, SLOW, contents, put
from tests.ingest.test_rebuild import DAYS, OBJECTS, fill, remove, statuses

pytestmark = [pytest.mark.slow, pytest.mark.long]

EXTRA = (("curated", "parquet"), ("boards", "json"))


@pytest.fixture(scope="module")
def damageable(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[DirectoryStore, dict[str, bytes]]:
    """A lake that is put right again after each damage, and what is in it."""
    lake = DirectoryStore(str(tmp_path_factory.mktemp("damageable")))
    fill(lake)
    return lake, contents(lake)


@pytest.mark.parametrize("key", [CURATED, BOARDS])
def test_a_flipped_byte_is_found_at_any_position_named_and_healed(store: Store, key: str) -> None:
    fill(store)
    sound = contents(store)
    size = len(sound[key])
    # Both ends, where formats keep what they are, and positions all over.
    dice = Random(key)
    positions = {0, 1, 7, size // 2, size - 8, size - 1, *dice.sample(range(size), 6)}
    day = 1
    for position in sorted(positions):
        body = bytearray(sound[key])
        body[position] ^= dice.randint(1, 255)
        put(store, key, bytes(body), None)
        outcome = list(verify(store, SETTINGS, DAYS[day].kingdom, DAYS[day].snapshot_date))
        assert [one.problems for one in outcome] == [(f"{key} differs",)], position
    assert [one.keys for one in rebuild(store, SETTINGS) if one.keys] == [(key,)]
    assert contents(store) == sound


@given(data=st.data())
@settings(SLOW, max_examples=60)
def test_any_damage_at_any_place_is_found_by_name(
    damageable: tuple[DirectoryStore, dict[str, bytes]], data: st.DataObject
) -> None:
    lake, sound = damageable
    key = data.draw(st.sampled_from(OBJECTS))
    body = sound[key]
    at = data.draw(st.integers(0, len(body) - 1))
    damaged = data.draw(
        st.sampled_from(
            (
                body[:at] + bytes([body[at] ^ (1 << (at % 8))]) + body[at + 1 :],
                body[:at],
                body[:at] + b"\0" + body[at:],
                body[at + 1 :],
            )
        )
    )
    put(lake, key, damaged)
    found = named(lake)
    put(lake, key, body)
    assert found == [f"{key} differs"]


@pytest.mark.parametrize("key", OBJECTS)
def test_a_missing_object_is_named_and_comes_back(store: Store, key: str) -> None:
    fill(store)
    sound = contents(store)
    remove(store, [key])
    assert named(store) == [f"{key} is missing"]
    assert [one.keys for one in rebuild(store, SETTINGS) if one.keys] == [(key,)]
    assert contents(store) == sound


def named(store: Store) -> list[str]:
    """What is wrong, but for what follows from it: a catalog is not what its sources say."""
    problems = [problem for one in verify(store, SETTINGS) for problem in one.problems]
    first = [problem for problem in problems if not problem.startswith("catalog/")]
    catalogs = [problem for problem in problems if problem.startswith("catalog/")]
    return first or catalogs[:1]


def test_objects_that_do_not_belong_are_named_wherever_they_are_and_left_alone(
    store: Store,
) -> None:
    fill(store)
    extra = [
        *(f"{view}/{PARTITION}/more.{kind}" for view, kind in EXTRA),
        *(f"{view}/{PARTITION}/deep/er/players.parquet" for view, _ in EXTRA),
        *(f"{view}/{PARTITION}/{view}.parquet" for view, _ in EXTRA),
        *(f"{view}/{PARTITION.replace('51', '53')}/players.parquet" for view, _ in EXTRA),
    ]
    strays = [
        *(f"{view}/source=rok_players/kingdom=51/notes.txt" for view, _ in EXTRA),
        *(f"{view}/{PARTITION.replace('51', '051')}/players.parquet" for view, _ in EXTRA),
        *(f"{view}/source=rok_players/kingdom=51/dt=2026-02-30/x" for view, _ in EXTRA),
        *(f"{view}/source=other/kingdom=51/dt=2026-01-26/players.parquet" for view, _ in EXTRA),
        *(f"{view}/x\u202e\x1b.txt" for view, _ in EXTRA),
    ]
    for key in (*extra, *strays):
        put(store, key, b"extra", None)
    before = contents(store)
    outcomes = list(verify(store, SETTINGS))
    assert {key for one in outcomes for key in one.keys} == {*extra, *strays}
    problems = {problem for one in outcomes for problem in one.problems}
    assert problems == {
        *(f"{key} is not made of any upload" for key in extra),
        *(f"{key} is in no snapshot's folder" for key in strays),
    }
    assert all(one.status == "unchanged" for one in rebuild(store, SETTINGS))
    assert contents(store) == before
    remove(store, (*extra, *strays))
    assert statuses(verify(store, SETTINGS)) == ["same"] * 3
