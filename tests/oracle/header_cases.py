"""Cases of headers: those of real scanners, missing and repeated columns, derived ones."""

from unittest.mock import ANY

from tests.oracle.case import MOST, Case, accepted, refused

Warned = tuple[tuple[str, int | None, int | None, str | None, str | None], ...]


def ignored(*headers: str) -> Warned:
    """The warnings that unknown headers give, of a CSV file."""
    return tuple(("ignored_column", None, 1, header, None) for header in headers)


# Each header of inputs.md with one player, what follows, and what is ignored.
_ORIGINS: dict[str, tuple[str, str, dict[str, int | str | None], Warned]] = {
    "RokTracker 4 and 5": (
        "ID,Name,Power,Killpoints,Deads,T1 Kills,T2 Kills,T3 Kills,T4 Kills,T5 Kills,Total Kills,"
        "T45 Kills,Ranged,Rss Gathered,Rss Assistance,Helps,Alliance",
        "51000001,Ada,90,3741,7,6,10,30,100,130,276,3741,11,12,13,14,<AZ>",
        {"id": 51000001, "kill_points": 3741, "deaths": 7, "t1_kills": 6, "t5_kills": 130,
         "kills": 276, "ranged_points": 11, "rss_gathered": 12, "rss_assistance": 13, "helps": 14,
         "alliance": "<AZ>", "acclaim": None, "dkp": 10 * 100 + 20 * 130 + 40 * 7},
        ignored("T45 Kills"),
    ),
    "RokTracker 6": (
        "ID,Name,Power,Killpoints,Acclaim,Highest Acclaim,Deads,T1 Kills,T2 Kills,T3 Kills,"
        "T4 Kills,T5 Kills,Total Kills,T45 Kills,Ranged,Rss Gathered,Rss Assistance,Helps,Alliance",
        "51000001,Ada,90,3741,8,9,7,6,10,30,100,130,0,3741,11,12,13,14,",
        {"acclaim": 8, "highest_acclaim": 9, "kills": 0, "alliance": None},
        ignored("T45 Kills"),
    ),
    "RokTracker 1": (
        "Governor ID,Governor Name,Power,Kill Points,Deaths,T1,T2,T3,T4,T5,Kills,Kills (T4+),"
        "Ranged Points,RSS Gathered,RSS Assistance,Helps,Alliance",
        "51000001,Ada,90,3741,7,6,10,30,100,130,276,230,11,12,13,14,AZ",
        {"name": "Ada", "t4_kills": 100, "kills": 276, "ranged_points": 11},
        ignored("Kills (T4+)"),
    ),
    "nikolakis1919": (
        "Governor Name,Governor ID,Power,Kill Points,Deads,Tier 1 Kills,Tier 2 Kills,Tier 3 Kills,"
        "Tier 4 Kills,Tier 5 Kills,Rss Assistance,Alliance Helps,Alliance,KvK Kills High,"
        "KvK Deads High,KvK Severely Wounds High,Aclaim,High Aclaim",
        "Ada,51000001,90,3741,7,6,10,30,100,130,13,14,AZ,1,2,3,8,9",
        {"kills": 276, "helps": 14, "acclaim": 8, "highest_acclaim": 9, "rss_gathered": None},
        ignored("KvK Kills High", "KvK Deads High", "KvK Severely Wounds High"),
    ),
    "the game's own export": (
        "Character ID,Username,Power,Highest Power,T5 Deaths,T4 Deaths,T3 Deaths,T2 Deaths,"
        "T1 Deaths,Total Kill Points,T5 Kills,T4 Kills,T3 Kills,T2 Kills,T1 Kills,"
        "Resources Gathered,Alliance Helps",
        "51000001,Ada,90,95,5,4,3,2,1,3741,130,100,30,10,6,12,14",
        {"highest_power": 95, "deaths": 15, "t1_deaths": 1, "t5_deaths": 5, "kills": 276,
         "rss_gathered": 12, "helps": 14, "dkp": 10 * 100 + 20 * 130 + 40 * 15},
        (),
    ),
    "Hero Scrolls": (
        "Kingdom,Governor Name,Governor ID,Power,Domain ID,Alliance Tag,Deads,Kill Points,Acclaim,"
        "T1 Kills,T2 Kills,T3 Kills,T4 Kills,T5 Kills,Helps Given,Resources Gathered,"
        "Resources Given,Troop Power,Town Hall",
        "51,Ada,51000001,90,3,AZ,7,3741,8,6,10,30,100,130,14,12,13,60,25",
        {"alliance": "AZ", "helps": 14, "rss_gathered": 12, "rss_assistance": 13, "power": 90},
        ignored("Domain ID", "Troop Power", "Town Hall"),
    ),
    "camel case": (
        "governorID,name,Alliance,power,killpoints,highestPower,deads,t1_kills,t1_KP",
        "51000001,Ada,AZ,90,3741,95,7,6,1",
        {"highest_power": 95, "t1_kills": 6, "deaths": 7, "kills": None, "dkp": None},
        ignored("t1_KP"),
    ),
    "a ranked list": (
        "Rank\tID\tName\tAlliance\tPower\tHighest Power\tT1 Kills\tT2 Kills\tT3 Kills\tT4 Kills\t"
        "T5 Kills\tRanged Points\tDead\tRSS",
        "1\t51000001\tAda\tAZ\t90\t95\t6\t10\t30\t100\t130\t11\t7\t99",
        {"deaths": 7, "kills": 276, "rss_gathered": None, "rss_assistance": None},
        ignored("Rank", "RSS"),
    ),
}  # fmt: skip

_NAMES = {
    "id": ("ID", "Governor ID", "governor_id", "governorID", "Gov Id", "Character ID",
           "Player ID", "player_id", " id ", "GOVERNOR-ID", "UID", "Gov_ID", "User ID", "ID:",
           "Governor\u200bID", "\u0047\u00adovernor ID", "ＩＤ", "🆔 Player ID"),
    "name": ("Name", "Governor Name", "Username", "Player Name", "NAME", "governor_name",
             "Governor", "Player", "Nickname", "닉네임", "Gov_Name", "Name."),
    "alliance": ("Alliance", "Alliance Tag", "Alliance Name", "alliance_tag", "Tag"),
    "power": ("Power", "POWER", "P_o-w e r", "Current Power", "Total Power", "전투력", "투력",
              "(Power)", "⚔️ Power", "Power\u2060"),
    "highest_power": ("Highest Power", "highestPower", "highest_power", "Max Power"),
    "kill_points": ("Killpoints", "Kill Points", "Total Kill Points", "KP", "Total KP",
                    "Kill Score", "kill_points", "킬포"),
    "deaths": ("Deads", "Dead", "Deaths", "Dead Troops", "Units Lost", "Troops Lost", "전사",
               "Total Deads"),
    "t4_deaths": ("T4 Deaths", "T4 Dead", "T4_Deads", "Dead T4"),
    "t4_kills": ("T4 Kills", "T4", "Tier 4 Kills", "t4_kills", "T4-Kills", "Kills Tier4",
                 "Kills T4", "Tier 4"),
    "kills": ("Kills", "Total Kills", "total_kills"),
    "dkp": ("DKP", "dkp"),
    "ranged_points": ("Ranged", "Ranged Points", "ranged_points"),
    "rss_gathered": ("Rss Gathered", "Resources Gathered", "rss_gathered"),
    "rss_assistance": ("Rss Assistance", "Resources Given", "Resource Assistance"),
    "helps": ("Helps", "Alliance Helps", "Helps Given"),
    "acclaim": ("Acclaim", "Aclaim"),
    "highest_acclaim": ("Highest Acclaim", "High Aclaim", "highest_acclaim"),
}  # fmt: skip


def _origins() -> list[Case]:
    cases: list[Case] = []
    for origin, (header, row, values, warnings) in _ORIGINS.items():
        outcome = dict(values)
        data = f"{header}\n{row}\n"
        cases.append(accepted(origin, data, players=1, warnings=warnings, **outcome))
    return cases


def _aliases() -> list[Case]:
    cases = []
    for column, headers in _NAMES.items():
        for header in headers:
            value: int | str = "77" if column in ("name", "alliance") else 77
            base = {"id": "5", "name": "Ada", "power": "6"}
            cells = {"id": "ID", "name": "Name", "power": "Power"}
            if column in base:
                del base[column], cells[column]
            head = ",".join([header, *cells.values()])
            row = ",".join(["77", *base.values()])
            cases.append(accepted(f"header {header!r}", f"{head}\n{row}\n", **{column: value}))
    return cases


def _wrong_headers() -> list[Case]:
    rows = "\n1,2,3\n"
    return [
        refused("no id", "Gov,Name,Power" + rows, "missing_column", line=1, column="id"),
        refused("no name", "ID,Lord,Power" + rows, "missing_column", line=1, column="name"),
        refused("a governor that may be an id", "Governor,Alliance,Power" + rows, "missing_column",
                line=1, column="id", errors=1),
        refused("a unit in the header", "ID,Name,Power (M)\n1,Ada,62\n", "missing_column", line=1,
                column=ANY),
        refused("kills and total kills", "ID,Name,Power,Kills,Total Kills\n1,Ada,5,6,7\n",
                "duplicate_column", line=1, column="kills", value=ANY),
        accepted("a governor beside a name", "ID,Name,Governor,Power\n1,Ada,Bo,5\n", name="Ada",
                 warnings=ignored("Governor")),
        accepted("gains and shares are no counters",
                 "ID,Name,Power,T4+T5 Kills,KP Gained,Kills %\n1,Ada,5,6,7,8\n", kills=None,
                 warnings=ignored("T4+T5 Kills", "KP Gained", "Kills %")),
        refused("neither id nor name", "a,b,Power" + rows, "missing_column", line=1, column="id",
                errors=1),
        refused("lists beside each other", "ID,Name,Power,,ID,Name,KP\n1,Ada,5,,2,Bo,6\n",
                "duplicate_column", line=1, column="id", value=ANY, errors=1),
        refused("two states beside each other", "ID,Name,Power,KP,Power,KP\n1,Ada,5,6,7,8\n",
                "duplicate_column", line=1, column="power", value=ANY, errors=2),
        refused("no counter", "ID,Name,Alliance" + rows, "missing_column", line=1, column=ANY),
        refused("only counters that are never used", "ID,Name,T45 Kills" + rows, "missing_column",
                line=1, column=ANY),
        refused("no header", "1000001,Ada,5\n1000002,Bob,4\n", "missing_column", line=1,
                column="id", errors=ANY),
        refused("a header after blank lines", "\n\nGov,Name,Power" + rows, "missing_column",
                line=3, column="id"),
        refused("no id in JSON", '[{"Name":"Ada","Power":1}]', "missing_column", column="id",
                file_name="players.json"),
        refused("no counter in JSON", '[{"ID":1,"Name":"Ada"}]', "missing_column", column=ANY,
                file_name="players.json"),
        refused("the same header twice", "ID,Name,Power,Power\n1,2,3,3\n", "duplicate_column",
                line=1, column="power", value=ANY),
        refused("two names of one column", "ID,Name,Power,Governor-ID\n1,2,3,3\n",
                "duplicate_column", line=1, column="id", value=ANY),
        refused("Deads and Deaths", "ID,Name,Deads,Deaths\n1,2,3,3\n", "duplicate_column", line=1,
                column="deaths", value=ANY),
        refused("two names of one column in JSON", '[{"ID":1,"id":1,"Name":"Ada","Power":1}]',
                "duplicate_column", line=ANY, row=ANY, column="id", value=ANY,
                file_name="players.json"),
        accepted("unknown headers twice", "ID,Name,Power,Note,,Note\n1,Ada,3,a,b,c\n", power=3,
                 warnings=ignored("Note", "", "Note")),
        accepted("a BOM inside a header", "Name,\ufeffID,Power\nAda,1,3\n", id=1),
        accepted("the word null as id in an ignored column",
                 "ID,Name,Power,Rank\n1,Ada,3,null\n", warnings=ignored("Rank")),
        accepted("a long header is shown up to a length",
                 f"ID,Name,Power,{'R' * 101}\n1,Ada,3,4\n", warnings=ignored("R" * 99 + "…")),
        accepted("a bad text in an ignored column", f"ID,Name,Power,Note\n1,Ada,3,{'x' * 201}\n",
                 warnings=ignored("Note")),
        accepted("a governor in JSON", '[{"Governor":"Ada","UID":1,"Power":3}]', "players.json",
                 id=1, name="Ada"),
        accepted("a governor in JSON, and later a name",
                 '[{"ID":1,"Governor":"Ada","Power":3},{"ID":2,"Name":"Bo","Power":4}]',
                 "players.json", name=None,
                 warnings=(("ignored_column", None, None, "Governor", None),)),
        accepted("an ignored key in JSON", '[{"ID":1,"Name":"Ada","Power":3,"x":[1,{}]}]',
                 "players.json", power=3, warnings=(("ignored_column", None, None, "x", None),)),
    ]  # fmt: skip


def _derived() -> list[Case]:
    tiers = "ID,Name,T1,T2,T3,T4,T5"
    deaths = "ID,Name,T1 Deaths,T2 Deaths,T3 Deaths,T4 Deaths,T5 Deaths"
    full = f"{tiers},KP,Deaths,DKP,Kills"
    unknown = (("unknown_value", 1, 2, "t2_kills", "-1"),)
    return [
        accepted("kills from tiers", f"{tiers}\n1,Ada,1,2,3,4,5\n", kills=15, dkp=None),
        accepted("no kills when a tier is unknown", f"{tiers}\n1,Ada,1,-1,3,4,5\n", kills=None,
                 warnings=unknown),
        accepted("no kills when a tier is not there", "ID,Name,T1,T2,T3,T4\n1,Ada,1,2,3,4\n",
                 kills=None),
        accepted("kills as the file has them", f"{tiers},Kills\n1,Ada,1,2,3,4,5,99\n", kills=99),
        accepted("deaths from tiers", f"{deaths}\n1,Ada,1,2,3,4,5\n", deaths=15, t3_deaths=3),
        accepted("deaths beside their tiers", f"{deaths},Deaths\n1,Ada,1,2,3,4,5,99\n", deaths=99,
                 t5_deaths=5),
        accepted("some tiers of deaths are no deaths",
                 "ID,Name,T4 Deaths,T5 Deaths\n1,Ada,4,5\n", deaths=None, t4_deaths=4,
                 t5_deaths=5),
        refused("a bad tier of deaths", f"{deaths}\n1,Ada,1,2,x,4,5\n", "bad_number", row=1,
                line=2, column=ANY, value="x"),
        accepted("dkp by the formula", "ID,Name,T4,T5,Deaths\n1,Ada,1,2,3\n", dkp=10 + 40 + 120),
        accepted("no dkp when deaths are unknown", "ID,Name,T4,T5,Deaths\n1,Ada,1,2,-\n", dkp=None,
                 warnings=(("unknown_value", 1, 2, "deaths", "-"),)),
        accepted("dkp as the file has it", "ID,Name,T4,T5,Deaths,DKP\n1,Ada,1,2,3,5\n", dkp=5),
        accepted("kill points that fit", f"{full}\n1,Ada,9,2,3,4,5,157,0,0,23\n", kill_points=157),
        accepted("kill points that do not fit", f"{full}\n1,Ada,9,2,3,4,5,158,0,0,23\n",
                 warnings=(("kill_points_mismatch", 1, 2, "kill_points", "158"),)),
        accepted("kill points when a tier is unknown", f"{full}\n1,Ada,9,-1,3,4,5,158,0,0,23\n",
                 warnings=unknown),
        refused("kills too large", f"{tiers}\n1,Ada,{MOST},1,0,0,0\n", "out_of_range", row=1,
                line=2, column="kills", value=ANY),
        refused("dkp too large", f"ID,Name,T4,T5,Deaths\n1,Ada,0,0,{MOST}\n", "out_of_range",
                row=1, line=2, column="dkp", value=ANY),
    ]  # fmt: skip


HEADER_CASES = [*_origins(), *_aliases(), *_wrong_headers(), *_derived()]
