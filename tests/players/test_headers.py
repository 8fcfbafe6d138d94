"""Header names of real scanners; the lists are those of the facts about inputs."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.players.fold import fold
from chalicelib.players.headers import KINGDOM, map_headers, meaning
from chalicelib.players.schema import COLUMNS

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
# The facts about inputs, then public code that reads or writes such sheets:
# * github.com: Reign3418 unity-app, the COLUMN_MAPPING of its configuration: UID, User ID,
#   Gov Name, Player, Governor, Total Power, Pwr, Tag
# * github.com: backup116 kvk-dkp-viewer, its parser of files (the game's export): Current Power
# * headers and labels that the search over public code shows in trackers for the game: Kills T4,
#   Kill T4, Tier 4, Dead T4, T4 Dead, T4 Deads, Total Deaths, Total Deads, Max Power
# * sheets of players whose names are Korean (the cases of issue 14): UID, 닉네임 (nickname), 투력
#   (short for 전투력, power), 킬포 (short for 킬포인트, kill points), 전사 (killed in action)
# Not taken: "Lord ID" (other games), "Kills" for kill points and "Macht" or "Tote" for power and
# deaths (some trackers do, no sheet shows them), "Server" and "Abbr" (nobody knows of what).
SEEN_NAMES = {
    "id": "ID, Governor ID, governor_id, governorID, Gov Id, Character ID, Player ID, player_id, "
    "Gov_ID, UID, User ID",
    "name": "Name, Governor Name, Username, Player Name, User Name, Gov_Name, 닉네임, Player, "
    "Governor, Nickname",
    "power": "Power, Current Power, Total Power, PWR, 전투력, 투력",
    "highest_power": "Highest Power, Max Power",
    "kill_points": "Killpoints, Kill Points, Total Kill Points, KP, Total KP, Kill Score, 킬포, "
    "킬포인트",
    "deaths": "Deads, Dead, Deaths, Dead Troops, Units Lost, Troops Lost, Total Deaths, "
    "Total Deads, Total Dead, 전사",
    "t4_kills": "T4 Kills, T4, Tier 4 Kills, t4_kills, T4-Kills, Kills Tier4, T4_KILLS, Kills T4, "
    "Kill T4, T4 Kill, Tier 4",
    "t5_deaths": "T5 Deaths, T5 Dead, T5_Deads, Dead T5, Tier 5 Deaths, Deaths Tier 5",
    "kills": "Kills, Total Kills",
    "alliance": "Alliance, Alliance Tag, Alliance Name, Tag",
    "rss_gathered": "Rss Gathered, Resources Gathered, Resource Gathered",
    "rss_assistance": "Rss Assistance, Resources Given, Resource Assistance, "
    "Resources Assistance, RSS Given",
    "helps": "Helps, Alliance Helps, Helps Given",
    "acclaim": "Acclaim, Aclaim",
    "highest_acclaim": "Highest Acclaim, High Aclaim, High Acclaim",
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_header_of_a_scanner_is_understood_in_any_order(origin: str) -> None:
    wanted = ORIGINS[origin]
    headers = list(wanted)
    for seed in range(3):
        found = map_headers(headers)
        assert dict(found.mapped) == {name: one for name, one in wanted.items() if one}
        assert set(found.ignored) == {name for name, one in wanted.items() if one is None}
        columns = [KINGDOM if name == "Kingdom" else wanted[name] for name in headers]
        assert found.columns == tuple(columns)
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
    [
        *("T45 Kills", "t1_KP", "T5 KP", "Kills (T4+)", "RSS", "Rank", "Troop Power"),
        *("KvK Kills High", "T4+T5 Kills", "KP Gained", "Power (M)", "Kills %", "% Kills", "#"),
        *(
            "Starting Power",
            "Power +/-",
            "Power (Start)",
            "Power Δ",
            "K/D",
            "Kills/Deads",
            "Merits",
        ),
        *(
            "Lord ID",
            "Alliance ID",
            "Domain ID",
            "Macht",
            "Tote",
            "City Hall Level",
            "Discord Name",
        ),
        *("T4/T5 Kills", "Kills+", "Power▲", "Max Kills", "Severely Wounded", "Unnamed: 0", ""),
    ],
)
def test_a_header_that_only_looks_like_a_column_is_ignored(header: str) -> None:
    found = map_headers(["ID", header])
    assert (found.ignored, found.columns) == ((header,), ("id", None))


KNOWN = [name for column in COLUMNS for name in (column.name, *column.aliases)]


@given(st.sampled_from(KNOWN), st.randoms(use_true_random=False))
def test_what_is_between_around_and_behind_letters_does_not_matter(
    name: str, chance: random.Random
) -> None:
    noisy = "".join(
        chance.choice(
            ["", "", " ", "_", "-", "\ufeff", "\t", "\u00a0", "\u200b", "\n", "\xad", "–"]
        )
        + chance.choice([character.lower(), character.upper()])
        for character in name
    )
    assert meaning(f"\ufeff {noisy} ") == meaning(name)
    assert meaning(name) is not None


def test_no_name_has_two_meanings() -> None:
    meanings: dict[str, str] = {}
    for column in COLUMNS:
        for name in (column.name, *column.aliases, *column.aliases_alone):
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


class TestSums:
    """Kills and deaths are added up where all five tiers are there and the total is not."""

    DEATHS = tuple(f"T{n} Deaths" for n in TIERS)

    def test_all_five_make_the_total(self) -> None:
        found = map_headers(["ID", "Name", *self.DEATHS])
        assert found.summed == ("deaths",)
        assert found.counters == ("deaths", *(f"t{n}_deaths" for n in TIERS))
        assert found.columns[2:] == tuple(f"t{n}_deaths" for n in TIERS)

    def test_beside_the_total_they_are_kept_too(self) -> None:
        found = map_headers([*self.DEATHS, "ID", "Name", "Deads"])
        assert (found.ignored, found.summed) == ((), ())
        assert found.present >= {f"t{n}_deaths" for n in TIERS}

    @pytest.mark.parametrize("missing", DEATHS)
    def test_an_incomplete_set_is_kept_and_makes_no_total(self, missing: str) -> None:
        rest = tuple(name for name in self.DEATHS if name != missing)
        found = map_headers(["ID", "Name", *rest])
        assert (found.ignored, found.summed, len(found.counters)) == ((), (), 4)

    def test_a_repeated_tier_is_a_duplicate(self) -> None:
        found = map_headers(["ID", "Deaths", *self.DEATHS, "t1_deaths"])
        assert found.duplicates == (("t1_deaths", "t1_deaths"),)

    def test_tiers_of_kills_make_the_total_where_it_is_missing(self) -> None:
        tiers = [f"T{n}" for n in TIERS]
        assert map_headers(["ID", "Name", *tiers]).summed == ("kills",)
        assert map_headers(["ID", "Name", *tiers, "Kills"]).summed == ()
        assert map_headers(["ID", "Name", *tiers[:4]]).summed == ()
        assert map_headers(["ID", "Name", *tiers[:4]]).ignored == ()


class TestNamesThatMeanAColumnAlone:
    """ "Governor" and the like: only where no other header means the same."""

    @pytest.mark.parametrize("header", ["Governor", "Player", "Nickname"])
    def test_beside_an_id_it_is_the_name(self, header: str) -> None:
        for id_header in ("ID", "Governor ID", "UID", "User ID"):
            assert map_headers([header, id_header, "Power"]).columns == ("name", "id", "power")

    @pytest.mark.parametrize("header", ["Governor", "Player", "Nickname"])
    def test_without_an_id_nobody_knows_what_it_is(self, header: str) -> None:
        found = map_headers([header, "Power"])
        assert (found.ignored, found.missing) == ((header,), ("id", "name"))

    def test_beside_a_name_it_is_not_read(self) -> None:
        found = map_headers(["ID", "Name", "Governor", "Power"])
        assert (found.ignored, found.duplicates) == (("Governor",), ())

    def test_two_of_them_are_duplicates(self) -> None:
        found = map_headers(["ID", "Governor", "Player", "Power"])
        assert found.duplicates == (("Player", "name"),)

    def test_the_highest_power_is_not_power_and_power_is_not_the_total(self) -> None:
        assert map_headers(["Power", "Max Power"]).columns == ("power", "highest_power")
        assert map_headers(["Power", "Total Power"]).columns == ("power", None)
        assert map_headers(["Highest Power", "Max Power"]).columns == ("highest_power", None)
        assert map_headers(["Current Power", "Highest Power"]).duplicates == ()

    def test_an_id_of_the_game_is_taken_before_a_user_s(self) -> None:
        assert map_headers(["User ID", "Governor ID"]).columns == (None, "id")


def test_the_first_kingdom_is_where_players_kingdoms_are_read() -> None:
    found = map_headers(["Kingdom", "ID", "Kingdom ID"])
    assert found.columns == (KINGDOM, "id", None)
    assert found.ignored == ("Kingdom", "Kingdom ID")
