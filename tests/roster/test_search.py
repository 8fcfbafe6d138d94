"""Who is found by what (`chalicelib.roster.search`), in which order."""

import time
import unicodedata
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.errors import BadParameterError
from chalicelib.lake.view_keys import roster_key
from chalicelib.roster.document import encode
from chalicelib.roster.ledger import COUNTERS, EMPTY, append
from chalicelib.roster.names import BEFORE_EACH, fold, fold_names
from chalicelib.roster.roster import Roster, read_roster
from tests.roster import oracle
from tests.roster.lake import KINGDOM, Lake, curated, day


def roster_of(*scans: dict[int, dict[str, Any]]) -> Roster:
    lake = Lake()
    lake.publish({day(number): rows for number, rows in enumerate(scans)})
    return lake.roster()


def ids(roster: Roster, text: str) -> list[int]:
    return [one.id for one in roster.search(text, None, 100, 0).players]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Çağla", "CAGLA"),
        ("Straße", "STRASSE"),
        ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
        ("龍王", "龍"),
        ("ﾄﾞﾗｺﾞﾝ", "ドラゴン"),
        ("대한민국", "한민"),
        ("Ελλάς", "ΕΛΛΆΣ"),
        ("Владимир", "ВЛАДИ"),
        ("مُحَمَّد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("हिन्दी", "हिन्दी"),
        ("İstanbul", "istanbul"),
        ("★King★", "★k"),
        ("x👑\ufe0fy", "👑y"),
        ("𝕯𝖗𝖆𝖌𝖔𝖓", "dragon"),
        ("100%_a\\b", "%_A\\"),
        (" .* ", ".*"),
    ],
)
def test_a_name_in_any_script_is_found_by_a_part_of_it(name: str, text: str) -> None:
    roster = roster_of({1: {"name": name}, 2: {"name": "Other"}, 3: {"name": None}})
    if name == "İstanbul":
        assert fold(name) == "istanbul"
    assert ids(roster, text) == [1]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("O'Brien", "o’brien"),
        ("O’Brien", "o'brien"),
        ("Oʼbrien", "O‘B"),
        ("Ki\u200dng", "king"),
        ("King", "ki\u200bng\ufeff"),
        ("\u202eevil\u202c\u2066", "evil"),
        ("so\u00adft", "SOFT"),
    ],
)
def test_a_name_is_found_by_what_one_sees_and_a_keyboard_writes(name: str, text: str) -> None:
    """A phone writes ’ for ', and a scanner gives letters that nobody sees."""
    roster = roster_of({1: {"name": "Wolf"}, 2: {"name": f"x{text}"}}, {1: {"name": name}})
    # An exact name comes first, though what it is made of differs.
    assert ids(roster, text) == [1, 2]
    renamed = roster_of({1: {"name": name}, 2: {"name": "Bear"}}, {1: {"name": "Wolf"}})
    assert [one.matched for one in renamed.search(text, None, 9, 0).players] == [name]


def test_a_renamed_player_is_found_by_any_name_and_it_is_said_which() -> None:
    roster = roster_of({1: {"name": "Wolf One"}}, {1: {"name": "Wolf Two"}}, {1: {"name": "Bear"}})
    (found,) = roster.search("wolf", None, 1, 0).players
    assert (found.name, found.matched) == ("Bear", "Wolf Two")
    (found,) = roster.search("one", None, 1, 0).players
    assert found.matched == "Wolf One"
    (found,) = roster.search("bea", None, 1, 0).players
    assert found.matched is None


def test_an_exact_name_comes_first_then_one_that_starts_so_then_by_power() -> None:
    roster = roster_of(
        {7: {"name": "Max", "power": 1}},
        {
            1: {"name": "xMax", "power": 90},
            2: {"name": "Maxi", "power": None},
            3: {"name": "Maxim", "power": 5},
            4: {"name": "MAX", "power": 2},
            5: {"name": "Máx", "power": 3},
            6: {"name": "Maxx", "power": 5},
            7: {"name": "To the max", "power": 4},
        },
    )
    # Player 7 was called just so; the best of a player's names counts.
    assert ids(roster, "max") == [7, 5, 4, 3, 6, 2, 1]
    pages = [
        one.id for offset in range(0, 9, 2) for one in roster.search("max", None, 2, offset).players
    ]
    assert pages == [7, 5, 4, 3, 6, 2, 1]


def test_digits_are_a_whole_id_or_a_part_of_a_name() -> None:
    roster = roster_of(
        {
            77: {"name": "Ann", "power": 9},
            177: {"name": "Bob", "power": 8},
            3: {"name": "Agent 77", "power": 1},
            2**53 - 1: {"name": None},
        }
    )
    assert ids(roster, "77") == [77, 3]
    assert ids(roster, "７７") == [77, 3]
    assert ids(roster, "077") == []
    assert ids(roster, str(2**53 - 1)) == [2**53 - 1]
    assert ids(roster, "9" * 5000) == []


@pytest.mark.parametrize("text", ["", "\u0301", "\ufe0f", "\u200b", "\ufeff\u00ad"])
def test_a_text_that_is_nothing_when_folded_is_refused(text: str) -> None:
    with pytest.raises(BadParameterError):
        roster_of({1: {"name": "A"}}).search(text, None, 1, 0)


def test_an_alliance_is_just_that_alliance() -> None:
    rows = {1: {"name": "Aa", "alliance": "X"}, 2: {"name": "Ab", "alliance": "x"}}
    roster = roster_of({**rows, 3: {"name": "Ac", "alliance": None}})
    found = roster.search("a", "X", 10, 0)
    assert (found.total, [one.id for one in found.players]) == (1, [1])
    assert roster.idle_since(day(0), "X", 10, 0).total == 1
    assert roster.search("a", "nobody's", 10, 0) == (0, [])


def test_who_has_not_changed_since_a_date_and_is_there_still_is_idle() -> None:
    quiet, one, two = ({"name": "A", "kills": kills} for kills in (None, 1, 2))
    roster = roster_of(
        {1: one, 2: one, 3: one, 4: quiet},
        {1: two, 2: one, 4: one, 5: one},
        {1: two, 2: two, 4: one, 5: one},
    )
    # 3 has left; 2 changed in the last; 1 changed in the second; 4 was not known before.
    assert [one.id for one in roster.idle_since(day(0), None, 9, 0).players] == [4]
    assert [one.id for one in roster.idle_since(day(1), None, 9, 0).players] == [1, 4, 5]
    assert [one.id for one in roster.idle_since(day(2), None, 9, 0).players] == [1, 2, 4, 5]


def test_a_kingdom_whose_only_date_is_withdrawn_has_nobody() -> None:
    lake = Lake()
    lake.publish({day(0): {1: {"name": "A"}}})
    lake.put_scan(day(0), curated({}))
    lake.bring_up()
    roster = lake.roster()
    assert roster.search("a", None, 1, 0) == (0, [])
    assert roster.idle_since(day(0), None, 1, 0) == (0, [])
    assert roster.member(1) is None
    assert roster.first_seen([1]) == {}


def test_a_kingdom_without_a_roster_has_none() -> None:
    assert read_roster(Lake(), KINGDOM) is None


def test_the_version_changes_with_the_content_and_the_snapshots_it_is_of() -> None:
    lake = Lake()
    lake.publish({day(0): {1: {"name": "A"}}})
    before = lake.roster().version
    # A withdrawn date is no snapshot.
    lake.put_scan(day(1), curated({}))
    lake.bring_up()
    assert lake.roster().version == before
    versions = [before]
    for rows, run in (({1: {"name": "A"}}, "another run"), ({1: {"name": "B"}}, "another run")):
        lake.put_scan(day(0), curated(rows, run))
        lake.bring_up()
        versions.append(lake.roster().version)
    assert len({*versions}) == len(versions)


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)))
@example(["Abc", None, "Ünï", "", "ẞ", "ŉ", "ﬁ", "Σας", "\u1e9b\u0323", "Ⅷ", "ǅ", "İ", "ᾳ"])
@example(["é\né", "\u0301", "a"])
@example(["é", "\u0301\u0323", "\u0323é"])
def test_names_are_folded_alike_one_by_one_and_as_a_column(names: list[str | None]) -> None:
    assert fold_names(pa.array(names, pa.string())).to_pylist() == [
        None if name is None else oracle.folded(name) for name in names
    ]


def large_roster(players: int, scans: int) -> Lake:
    """A roster of so many players, half of whom have another name in each scan."""
    ledger = EMPTY
    for number in range(scans):
        names = [f"Pläyer {one + (number if one % 2 else 0)} ABC" for one in range(players)]
        columns: dict[str, pa.Array] = {
            "id": pa.array(range(1, players + 1)),
            "name": pa.array(names),
            "alliance": pa.array([f"A{one % 20}" for one in range(players)]),
            "power": pa.array([one * 7919 % 1_000_003 for one in range(players)]),
            **{name: pa.array(range(number, players + number)) for name in COUNTERS},
        }
        ledger = append(ledger, day(number), columns)
    lake = Lake()
    lake.create(roster_key(KINGDOM), encode(ledger, {}))
    return lake


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a", "pläyer 77", "5", "nobody"])
def test_searching_ten_thousand_players_takes_milliseconds(text: str) -> None:
    roster = large_roster(10_000, 4).roster()
    roster.search(text, None, 100, 0)
    took = []
    for _ in range(5):
        start = time.process_time()
        roster.search(text, None, 100, 0)
        took.append(time.process_time() - start)
    # The goal is 5 ms; a machine that is shared by others may take twice that.
    assert min(took) < 0.010


def test_a_large_roster_is_read_in_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.roster.file.SMALL_BYTES", 1000)
    monkeypatch.setattr("chalicelib.boards.parquet._TAIL_BYTES", 2000)
    lake = large_roster(500, 2)
    whole = read_roster(lake, KINGDOM)
    assert whole is not None
    found = whole.search("pläyer 77", None, 3, 0)
    assert [one.id for one in found.players] == [78]
    monkeypatch.undo()
    small = lake.roster()
    assert (small.version, small.search("pläyer 77", None, 3, 0)) == (whole.version, found)


@pytest.mark.slow
def test_no_folded_text_has_the_mark_that_stands_between_names() -> None:
    everything = map(chr, (*range(0xD800), *range(0xE000, 0x110000)))
    changed = [one for one in everything if unicodedata.normalize("NFKD", one).casefold() != one]
    assert not [one for one in fold("".join(changed)) if unicodedata.category(one)[0] == "M"]
    assert unicodedata.category(BEFORE_EACH)[0] == "M"


def test_a_name_that_has_the_mark_between_names_is_found() -> None:
    lake = Lake()
    lake.publish({day(0): {1: {"name": f"A{BEFORE_EACH}b"}}, day(1): {1: {"name": BEFORE_EACH}}})
    found = lake.roster().search("aB", None, 9, 0)
    assert [one.matched for one in found.players] == [f"A{BEFORE_EACH}b"]
    assert lake.roster().search("a", None, 9, 0).total == 1
