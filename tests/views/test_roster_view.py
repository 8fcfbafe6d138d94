"""The roster's object (`chalicelib.views.roster`): the same whatever came when, at what cost."""

import io
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import RosterMissingError, StoreError
from chalicelib.roster.document import decode, encode
from chalicelib.roster.gaps import NEAR
from chalicelib.roster.note import take_apart
from chalicelib.views.making.same_rows import has_same_rows
from chalicelib.views.reconcile import Outcome, reconcile
from chalicelib.views.view import NotMadeError
from tests.roster import oracle
from tests.roster.lake import NOBODY, TARGET, VIEW, Lake, curated, day
from tests.roster.oracle import Rows

IDS = (1, 2, 3, 2**53 - 1)
DAYS = tuple(day(number) for number in range(5))
# More than one name folds to one text; a former one may be had again.
NAMES = st.sampled_from([None, "Ada", "ADA", "Bob", "Ädä", ""])
ROW = st.fixed_dictionaries(
    {
        "name": NAMES,
        "alliance": st.sampled_from([None, "A", "B"]),
        "power": st.sampled_from([None, 0, 5, 2**53 - 1]),
        "kills": st.sampled_from([None, 0, 1, 2**53 - 1]),
    },
    optional={"deaths": st.sampled_from([None, 1, 2])},
)
ROWS = st.dictionaries(st.sampled_from(IDS), ROW, max_size=len(IDS))
STEPS = st.lists(st.tuples(st.sampled_from(DAYS), ROWS), min_size=1, max_size=9)


def check(steps: list[tuple[date, Rows]]) -> None:
    """Publish one file after another; each time the roster is what all of them say."""
    lake = Lake()
    snapshots: dict[date, Rows] = {}
    for when, rows in steps:
        # No rows: the date is withdrawn.
        lake.put_scan(when, curated(rows))
        snapshots[when] = rows
        lake.bring_up()
        assert VIEW.content(lake.body()) == lake.made_anew()
        judge(lake, snapshots)


def judge(lake: Lake, snapshots: dict[date, Rows]) -> None:
    """Hold all that a roster answers against the second calculation."""
    roster, known = lake.roster(), oracle.known_of(snapshots)
    for player in IDS:
        assert roster.member(player) == (known[player].member if player in known else None)
    first = {player: one.member.first_seen for player, one in known.items()}
    assert roster.first_seen([*IDS, 7]) == first
    for text in ("a", "ada", "Äda", "b", "3"):
        for alliance, limit, offset in ((None, 9, 0), ("A", 2, 1)):
            expected = oracle.search(known, text, alliance, limit, offset)
            assert roster.search(text, alliance, limit, offset) == expected
    for when in DAYS:
        expected = oracle.idle_since(known, when, None, 2, 1)
        assert roster.idle_since(when, None, 2, 1) == expected


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_whatever_came_when_the_roster_is_what_its_snapshots_say(
    steps: list[tuple[date, Rows]],
) -> None:
    check(steps)


A, B, C = ({"name": name, "power": 1, "kills": 1} for name in ("Ada", "Bob", "Cleo"))
MORE = {**A, "kills": 2}
UNNAMED = {**A, "name": None}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(0, {1: A}), (1, {1: B}), (2, {1: A})], id="a-former-name-again"),
        pytest.param([(0, {1: A}), (1, {1: UNNAMED}), (2, {1: A})], id="a-name-not-known-between"),
        pytest.param([(0, {1: A}), (2, {1: MORE}), (1, {1: B})], id="late"),
        pytest.param([(0, {1: A}), (1, {2: A}), (2, {1: MORE}), (2, {1: A})], id="corrected"),
        pytest.param([(0, {1: A}), (1, {1: B}), (2, {1: C}), (1, {}), (2, {})], id="withdrawn"),
        pytest.param([(2, {1: A}), (1, {1: B}), (0, {2: C}), (0, {1: A})], id="backwards"),
        pytest.param([(0, {1: A}), (0, {}), (0, {2: A})], id="the-only-one-withdrawn"),
        pytest.param([(0, {3: A, 1: B}), (1, {2: A, 1: B}), (0, {1: A})], id="who-is-gone"),
    ],
)
def test_what_may_come_in_any_order(steps: list[tuple[int, Rows]]) -> None:
    check([(day(number), rows) for number, rows in steps])


def reads(lake: Lake) -> list[str]:
    """Which dates' files the next bringing up reads; `roster` for the roster itself."""
    lake.opened.clear()
    lake.bring_up()
    return [key.split("/")[3] if "/dt=" in key else "roster" for key in lake.opened]


def folder(number: int) -> str:
    return f"dt={day(number)}"


def test_the_newest_snapshot_is_added_from_the_roster_and_one_file() -> None:
    lake = Lake()
    lake.publish({day(number): {1: A, number: B} for number in range(2, 8)})
    lake.put_scan(day(8), curated({1: MORE, 4: A, 9: C}))
    assert reads(lake) == ["roster", folder(8)]
    assert reads(lake) == ["roster"]


@pytest.mark.slow
@pytest.mark.parametrize("snapshots", [4, 30, 60])
def test_any_other_change_reads_a_few_files_whatever_there_is(snapshots: int) -> None:
    lake = Lake()
    for number in range(snapshots):
        lake.put_scan(day(2 * number), curated(of_depth(number)))
    lake.bring_up()
    for number in (0, 1, snapshots // 2, snapshots - 1):
        for at, rows in ((2 * number, of_depth(number + 1)), (2 * number - 1, of_depth(0))):
            # Corrected, or late; then withdrawn.
            for body in (curated(rows, f"another {at}"), curated({}, f"withdrawn {at}")):
                lake.put_scan(day(at), body)
                found = reads(lake)
                assert found.pop(0) == "roster"
                assert len(found) == len({*found}) <= 1 + 2 * (NEAR + 1)
    assert VIEW.content(lake.body()) == lake.made_anew()


def of_depth(number: int) -> Rows:
    """A scan: some players are in all, some in every second, third, … one; all grow."""
    return {
        player: {"name": f"{player} {number // 9}", "power": 1, "kills": number}
        for player in range(1, 9)
        if number % player == 0 or player == number // 3
    }


def test_the_newest_corrected_reads_it_and_the_one_before() -> None:
    lake = Lake()
    lake.publish({day(number): {1: A, 2: B} for number in range(5)})
    lake.put_scan(day(4), curated({1: MORE, 2: B}))
    assert reads(lake) == ["roster", folder(4), folder(3)]


def test_dates_that_changed_at_once_read_each_file_once() -> None:
    lake = Lake()
    lake.publish({day(number): {1: A, 2: B} for number in range(9)})
    for number in (2, 3, 4, 9):
        lake.put_scan(day(number), curated({1: MORE, 2: C}, "another"))
    found = reads(lake)
    assert sorted(found) == sorted(["roster", *map(folder, (1, 2, 3, 4, 5, 9))])
    assert VIEW.content(lake.body()) == lake.made_anew()


def test_neighbours_that_lost_players_at_once_make_it_anew() -> None:
    lake = Lake()
    lake.publish({day(number): {1: A, 2: B} for number in range(4)})
    lake.put_scan(day(1), curated({1: B, 2: C}, "another"))
    lake.put_scan(day(2), curated({1: MORE}, "another"))
    assert lake.bring_up() is Outcome.WRITTEN
    assert VIEW.content(lake.body()) == lake.made_anew()


def test_damage_of_what_it_remembers_of_gaps_is_seen_and_healed() -> None:
    lake = Lake()
    lake.publish(
        {day(2 * number): {1: A, **({2: B} if number in (0, 4) else {})} for number in range(5)}
    )
    sound = lake.body()
    extra = bytes(take_apart(sound).extra)
    broken = bytearray(sound)
    broken[sound.index(extra) + len(extra) // 2] ^= 1
    assert extra
    assert not VIEW.is_sound(bytes(broken), TARGET)
    info = lake.head(TARGET.key)
    assert info is not None
    lake.replace(TARGET.key, bytes(broken), info.etag)
    lake.put_scan(day(5), curated({1: A, 2: MORE}))
    lake.bring_up()
    assert VIEW.content(lake.body()) == lake.made_anew()
    assert VIEW.is_sound(lake.body(), TARGET)


def test_a_date_beside_a_damaged_file_waits_and_others_do_not() -> None:
    lake = Lake()
    lake.publish({day(number): {1: A} for number in range(4)})
    lake.put_scan(day(1), b"no Parquet file")
    with pytest.raises(NotMadeError, match=str(day(1))):
        lake.bring_up()
    lake.put_scan(day(2), curated({1: MORE | {"name": "Zoe"}}))
    lake.put_scan(day(4), curated({1: C}))
    lake.bring_up()
    found = lake.roster().member(1)
    assert found is not None
    assert [span.name for span in found.names] == ["Cleo", "Ada"]
    lake.put_scan(day(1), curated({1: A}))
    lake.bring_up()
    assert VIEW.content(lake.body()) == lake.made_anew()


FIRST_SHAPE = (Path(__file__).parents[1] / "roster" / "first_shape.parquet").read_bytes()
"""A roster as the first version of this software made it."""


def test_a_roster_of_an_older_shape_is_said_to_be_one_and_made_anew() -> None:
    lake = Lake()
    lake.publish({day(0): {1: A, 2: B}, day(1): {1: B, 3: C}})
    made = lake.body()
    info = lake.head(TARGET.key)
    assert info is not None
    lake.replace(TARGET.key, FIRST_SHAPE, info.etag)
    with pytest.raises(RosterMissingError, match=r"another version of this software: .* rebuilt"):
        lake.roster()
    assert has_same_rows(FIRST_SHAPE, made)
    broken = bytearray(FIRST_SHAPE)
    broken[len(broken) // 4] ^= 1
    assert not has_same_rows(bytes(broken), made)
    lake.publish({day(2): {1: C}})
    assert VIEW.content(lake.body()) == lake.made_anew()
    assert not has_same_rows(FIRST_SHAPE, lake.body())


def test_a_withdrawn_date_that_was_no_snapshot_changes_nothing() -> None:
    lake = Lake()
    lake.publish({day(0): {1: A}, day(2): {1: B}})
    before = VIEW.content(lake.body())
    lake.put_scan(day(1), curated({}, "a withdrawal"))
    assert lake.bring_up() is Outcome.UNCHANGED
    assert VIEW.content(lake.body()) == before == lake.made_anew()


@pytest.mark.parametrize("at", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_damaged_roster_is_made_anew_of_all_files(at: float) -> None:
    lake = Lake()
    lake.publish({day(0): {1: A}, day(1): {1: B}})
    sound = lake.body()
    broken = bytearray(sound)
    broken[int(len(sound) * at)] ^= 1
    assert VIEW.is_sound(sound, TARGET)
    assert not VIEW.is_sound(bytes(broken), TARGET)
    for body in (bytes(broken), sound[:-9], b"", b"PAR1"):
        info = lake.head(TARGET.key)
        assert info is not None
        lake.replace(TARGET.key, body, info.etag)
        assert lake.bring_up() is Outcome.WRITTEN
        assert lake.body() == sound


def test_reading_a_damaged_roster_names_it_and_says_to_rebuild() -> None:
    lake = Lake()
    lake.publish({day(0): {1: A}})
    info = lake.head(TARGET.key)
    assert info is not None
    lake.replace(TARGET.key, lake.body()[:-1] + b"X", info.etag)
    with pytest.raises(StoreError, match=rf"{TARGET.key} is damaged: .*; rebuild it"):
        lake.roster()


def test_a_damaged_file_keeps_no_newer_one_out() -> None:
    lake = Lake()
    lake.publish({day(0): {1: A}, day(1): {1: B}})
    lake.put_scan(day(0), b"no Parquet file")
    with pytest.raises(NotMadeError, match=str(day(0))):
        lake.bring_up()
    lake.put_scan(day(2), curated({1: C}))
    lake.bring_up()
    found = lake.roster().member(1)
    assert found is not None
    assert [span.name for span in found.names] == ["Cleo", "Bob", "Ada"]
    # Once it is repaired, what it says counts.
    lake.put_scan(day(0), curated({2: A, 1: MORE | {"name": "Zoe"}}))
    lake.bring_up()
    assert VIEW.content(lake.body()) == lake.made_anew()
    found = lake.roster().member(1)
    assert found is not None
    assert [span.name for span in found.names] == ["Cleo", "Bob", "Zoe"]


def test_made_afresh_it_believes_nothing_of_what_is_noted() -> None:
    lake = Lake()
    lake.publish({day(0): {1: A}, day(1): {1: B}})
    right = lake.body()
    lie = Lake()
    lie.publish({day(0): {1: C}, day(1): {1: B}})
    sources = decode(right).sources
    info = lake.head(TARGET.key)
    assert info is not None
    lake.replace(TARGET.key, encode(decode(lie.body()).ledger, sources), info.etag)
    assert lake.bring_up() is Outcome.UNCHANGED
    assert reconcile(lake, VIEW, TARGET, NOBODY, afresh=True) is Outcome.WRITTEN
    assert lake.body() == right


def test_it_names_the_versions_of_its_snapshots_as_far_as_they_were_read() -> None:
    lake = Lake()
    lake.publish({day(0): {1: A}, day(1): {1: B}})
    first = decode(lake.body()).versions
    assert list(first) == [day(0), day(1)]
    lake.put_scan(day(1), curated({1: B}, "another run"))
    lake.bring_up()
    second = decode(lake.body()).versions
    assert second[day(0)] == first[day(0)]
    assert second[day(1)] != first[day(1)]
    assert lake.roster().versions_before(day(1)) == [first[day(0)]]
    # A date whose file is damaged stays, with its version; a withdrawn one has none.
    lake.put_scan(day(0), b"no Parquet file")
    lake.put_scan(day(2), curated({1: C}))
    lake.put_scan(day(3), curated({}))
    lake.bring_up()
    third = decode(lake.body()).versions
    assert list(third) == [day(0), day(1), day(2)]
    assert {**third, **second} == third
    # What another version wrote names none, until its files are read.
    roll = decode(lake.body())
    info = lake.head(TARGET.key)
    assert info is not None
    lake.replace(TARGET.key, encode(roll.ledger, roll.sources), info.etag)
    assert lake.roster().versions_before(day(2)) == [None, None]


def test_any_reader_of_parquet_reads_it(tmp_path: Path) -> None:
    lake = Lake()
    lake.publish({day(0): {1: A, 2: B}, day(1): {1: B}})
    table = pq.read_table(io.BytesIO(lake.body()))
    assert table.num_rows == 2
    path = tmp_path / "players.parquet"
    path.write_bytes(lake.body())
    found = duckdb.sql(
        f"SELECT id, name, former[1].name, former[1].since, marks FROM '{path}' ORDER BY id"
    )
    assert found is not None
    rows = found.fetchall()
    assert rows == [(1, "Bob", "Ada", day(0), "ss"), (2, "Bob", None, None, "s")]
