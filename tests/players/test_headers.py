"""Header names of real scanners; the lists are those of the facts about inputs."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.players.headers import fold, map_headers, meaning
from chalicelib.players.schema import COLUMNS, PARTS

TIERS = tuple(range(1, 6))
KILLS = {f"T{n} Kills": f"t{n}_kills" for n in TIERS}
IGNORED = None

ROK_TRACKER_5 = {
    "ID": "id",
    "Name": "name",
    "Power": "power",
    "Killpoints": "kill_points",
    "Deads": "deaths",
    **KILLS,
    "Total Kills": "kills",
    "T45 Kills": IGNORED,
    "Ranged": "ranged_points",
    "Rss Gathered": "rss_gathered",
    "Rss Assistance": "rss_assistance",
    "Helps": "helps",
    "Alliance": "alliance",
}
ROK_TRACKER_6 = {
    **dict(list(ROK_TRACKER_5.items())[:4]),
    "Acclaim": "acclaim",
    "Highest Acclaim": "highest_acclaim",
    **dict(list(ROK_TRACKER_5.items())[4:]),
}
ROK_TRACKER_1 = {
    "Governor ID": "id",
    "Governor Name": "name",
    "Power": "power",
    "Kill Points": "kill_points",
    "Deaths": "deaths",
    **{f"T{n}": f"t{n}_kills" for n in TIERS},
    "Kills": "kills",
    "Kills (T4+)": IGNORED,
    "Ranged Points": "ranged_points",
    "RSS Gathered": "rss_gathered",
    "RSS Assistance": "rss_assistance",
    "Helps": "helps",
    "Alliance": "alliance",
}
NIKOLAKIS = {
    "Governor Name": "name",
    "Governor ID": "id",
    "Power": "power",
    "Kill Points": "kill_points",
    "Deads": "deaths",
    **{f"Tier {n} Kills": f"t{n}_kills" for n in TIERS},
    "Rss Assistance": "rss_assistance",
    "Alliance Helps": "helps",
    "Alliance": "alliance",
    "KvK Kills High": IGNORED,
    "KvK Deads High": IGNORED,
    "KvK Severely Wounds High": IGNORED,
    "Aclaim": "acclaim",
    "High Aclaim": "highest_acclaim",
}
GAME_EXPORT: dict[str, str | None] = {
    "Character ID": "id",
    "Username": "name",
    "Power": "power",
    "Highest Power": "highest_power",
    **{f"T{n} Deaths": f"t{n}_deaths" for n in reversed(TIERS)},
    "Total Kill Points": "kill_points",
    **{f"T{n} Kills": f"t{n}_kills" for n in reversed(TIERS)},
    "Resources Gathered": "rss_gathered",
    "Alliance Helps": "helps",
}
HERO_SCROLLS = {
    "Kingdom": IGNORED,
    "Governor Name": "name",
    "Governor ID": "id",
    "Power": "power",
    "Domain ID": IGNORED,
    "Alliance Tag": "alliance",
    "Deads": "deaths",
    "Kill Points": "kill_points",
    "Acclaim": "acclaim",
    **KILLS,
    "Helps Given": "helps",
    "Resources Gathered": "rss_gathered",
    "Resources Given": "rss_assistance",
    "Troop Power": IGNORED,
    "Town Hall": IGNORED,
}
LOWER_CASE = {
    "governorID": "id",
    "name": "name",
    "Alliance": "alliance",
    "power": "power",
    "killpoints": "kill_points",
    "highestPower": "highest_power",
    "deads": "deaths",
    **{f"t{n}_kills": f"t{n}_kills" for n in TIERS},
    **{f"t{n}_KP": IGNORED for n in TIERS},
}
TSV = {
    "Rank": IGNORED,
    "ID": "id",
    "Name": "name",
    "Alliance": "alliance",
    "Power": "power",
    "Highest Power": "highest_power",
    **KILLS,
    "Ranged Points": "ranged_points",
    "Dead": "deaths",
    "RSS": IGNORED,
}
ORIGINS: dict[str, dict[str, str | None]] = {
    "RokTracker 5": ROK_TRACKER_5,
    "RokTracker 6": ROK_TRACKER_6,
    "RokTracker 1": ROK_TRACKER_1,
    "nikolakis1919": NIKOLAKIS,
    "the game's export": GAME_EXPORT,
    "Hero Scrolls": HERO_SCROLLS,
    "lower case": LOWER_CASE,
    "TSV": TSV,
}
SEEN_NAMES = {
    "id": "ID, Governor ID, governor_id, governorID, Gov Id, Character ID, Player ID, player_id",
    "name": "Name, Governor Name, Username, Player Name",
    "kill_points": "Killpoints, Kill Points, Total Kill Points, KP, Total KP, Kill Score",
    "deaths": "Deads, Dead, Deaths, Dead Troops, Units Lost, Troops Lost",
    "t4_kills": "T4 Kills, T4, Tier 4 Kills, t4_kills, T4-Kills, Kills Tier4",
    "kills": "Kills, Total Kills",
    "alliance": "Alliance, Alliance Tag, Alliance Name",
    "rss_gathered": "Rss Gathered, Resources Gathered",
    "rss_assistance": "Rss Assistance, Resources Given, Resource Assistance",
    "helps": "Helps, Alliance Helps, Helps Given",
    "acclaim": "Acclaim, Aclaim",
    "highest_acclaim": "Highest Acclaim, High Aclaim",
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_header_of_a_scanner_is_understood_in_any_order(origin: str) -> None:
    wanted = ORIGINS[origin]
    headers = list(wanted)
    for seed in range(3):
        found = map_headers(headers)
        assert dict(found.mapped) == {name: one for name, one in wanted.items() if one}
        assert set(found.ignored) == {name for name, one in wanted.items() if one is None}
        assert found.columns == tuple(wanted[name] for name in headers)
        assert (found.duplicates, found.missing) == ((), ())
        assert found.counters
        random.Random(seed).shuffle(headers)


@pytest.mark.parametrize(
    ("column", "name"),
    [(column, name) for column, seen in SEEN_NAMES.items() for name in seen.split(", ")],
)
def test_every_name_that_was_seen_has_its_meaning(column: str, name: str) -> None:
    assert meaning(name) == column


@pytest.mark.parametrize(
    "header",
    ["T45 Kills", "t1_KP", "T5 KP", "Kills (T4+)", "RSS", "Rank", "Troop Power", "KvK Kills High"],
)
def test_a_header_that_only_looks_like_a_column_is_ignored(header: str) -> None:
    found = map_headers(["ID", header])
    assert (found.ignored, found.columns) == ((header,), ("id", None))


KNOWN = [name for column in COLUMNS for name in (column.name, *column.aliases)]


@given(st.sampled_from(KNOWN), st.randoms(use_true_random=False))
def test_case_spaces_underscores_hyphens_and_a_bom_do_not_matter(
    name: str, chance: random.Random
) -> None:
    noisy = "".join(
        chance.choice(["", "", " ", "_", "-", "\ufeff", "\t", "\u00a0"])
        + chance.choice([character.lower(), character.upper()])
        for character in name
    )
    assert meaning(f"\ufeff {noisy} ") == meaning(name)
    assert meaning(name) is not None


@given(st.text())
def test_folding_twice_is_folding_once(header: str) -> None:
    assert fold(fold(header)) == fold(header)


def test_no_name_has_two_meanings() -> None:
    meanings: dict[str, str] = {}
    for column in (*COLUMNS, *PARTS):
        for name in (column.name, *column.aliases):
            assert meanings.setdefault(fold(name), column.name) == column.name


def test_a_header_is_reported_as_it_is_written_but_for_the_bom() -> None:
    found = map_headers(["\ufeff Governor ID ", "NAME", "power", " Odd  one "])
    assert dict(found.mapped) == {" Governor ID ": "id", "NAME": "name", "power": "power"}
    assert found.ignored == (" Odd  one ",)


def test_two_headers_of_one_meaning_are_duplicates_and_the_first_is_kept() -> None:
    found = map_headers(["ID", "Name", "Deads", "Power", "Deaths", "dead"])
    assert found.duplicates == (("Deaths", "deaths"), ("dead", "deaths"))
    assert found.columns == ("id", "name", "deaths", "power", None, None)
    assert found.ignored == ()


def test_unknown_headers_may_repeat() -> None:
    found = map_headers(["ID", "x", "x", "", ""])
    assert found.ignored == ("x", "x", "", "")
    assert found.duplicates == ()


@pytest.mark.parametrize(("headers", "missing"), [
    (["Power"], ("id", "name")),
    (["ID"], ("name",)),
    (["Name"], ("id",)),
    (["Name", "ID"], ()),
    ([], ("id", "name")),
])  # fmt: skip
def test_an_id_and_a_name_are_required(headers: list[str], missing: tuple[str, ...]) -> None:
    assert map_headers(headers).missing == missing


class TestParts:
    """Deaths by tier: read only where all five are there and the total is not."""

    DEATHS = tuple(f"T{n} Deaths" for n in TIERS)

    def test_all_five_make_the_total(self) -> None:
        found = map_headers(["ID", "Name", *self.DEATHS])
        assert found.summed == ("deaths",)
        assert found.counters == ("deaths",)
        assert found.columns[2:] == tuple(f"t{n}_deaths" for n in TIERS)

    def test_beside_the_total_they_are_ignored(self) -> None:
        found = map_headers([*self.DEATHS, "ID", "Name", "Deads"])
        assert found.ignored == self.DEATHS
        assert found.summed == ()

    @pytest.mark.parametrize("missing", DEATHS)
    def test_an_incomplete_set_is_ignored(self, missing: str) -> None:
        rest = tuple(name for name in self.DEATHS if name != missing)
        found = map_headers(["ID", "Name", *rest])
        assert (found.ignored, found.counters) == (rest, ())

    def test_a_repeated_part_is_a_duplicate_only_where_it_is_read(self) -> None:
        assert map_headers(["ID", *self.DEATHS, "t1_deaths"]).duplicates == (
            ("t1_deaths", "t1_deaths"),
        )
        assert map_headers(["ID", "Deaths", *self.DEATHS, "t1_deaths"]).duplicates == ()

    def test_tiers_of_kills_are_kept_and_make_the_total_where_it_is_missing(self) -> None:
        tiers = [f"T{n}" for n in TIERS]
        assert map_headers(["ID", "Name", *tiers]).summed == ("kills",)
        assert map_headers(["ID", "Name", *tiers, "Kills"]).summed == ()
        assert map_headers(["ID", "Name", *tiers[:4]]).summed == ()
        assert map_headers(["ID", "Name", *tiers[:4]]).ignored == ()
