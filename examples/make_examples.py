"""Make the example scans anew, the same bytes each time: `make examples`.

Every player in them is made up. What each file is like is in README.md beside this script.
"""

import argparse
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from made_up_faults import Row, lag, lose_page, misread, reread
from made_up_kingdom import TIERS, Kingdom, Player

SEED = 51_77
# Whose numbers a scanner got wrong: the places in the list of that week.
DIGIT_LOST, PAGE_LOST, DIGIT_DOUBLED = 15, 14, 18

# The headers of real scanners, in their order.
ROKTRACKER = (
    "ID,Name,Power,Killpoints,Acclaim,Highest Acclaim,Deads,T1 Kills,T2 Kills,T3 Kills,T4 Kills,"
    "T5 Kills,Total Kills,T45 Kills,Ranged,Rss Gathered,Rss Assistance,Helps,Alliance"
)
SPREADSHEET = (
    "Governor ID,Governor Name,Power,Kill Points,Deaths,T1,T2,T3,T4,T5,Ranged Points,"
    "RSS Gathered,RSS Assistance,Helps,Acclaim,Highest Acclaim,Alliance,Officer's Notes"
)
GAME_EXPORT = (
    "Character ID,Username,Power,Highest Power,T5 Deaths,T4 Deaths,T3 Deaths,T2 Deaths,T1 Deaths,"
    "Total Kill Points,T5 Kills,T4 Kills,T3 Kills,T2 Kills,T1 Kills,Resources Gathered,"
    "Alliance Helps"
)
NIKOLAKIS = (
    "Governor Name,Governor ID,Power,Kill Points,Deads,Tier 1 Kills,Tier 2 Kills,Tier 3 Kills,"
    "Tier 4 Kills,Tier 5 Kills,Rss Assistance,Alliance Helps,Alliance,KvK Kills High,"
    "KvK Deads High,KvK Severely Wounds High,Aclaim,High Aclaim"
)


def roktracker_row(player: Player) -> Row:
    """A player as Cyrexxis/RokTracker 6 writes them, in its order."""
    return [
        player.id,
        player.name,
        player.power,
        player.kill_points,
        player.acclaim,
        player.highest_acclaim,
        player.total_deaths,
        *(player.kills[tier] for tier in TIERS),
        player.total_kills,
        player.kill_points,  # the scanner's own bug: "T45 Kills" holds kill points
        player.ranged_points,
        player.rss_gathered,
        player.rss_assistance,
        player.helps,
        player.alliance,
    ]


def spreadsheet_row(player: Player) -> Row:
    """A player in a sheet that an officer keeps by hand: thousands have commas."""
    counters = (
        player.power,
        player.kill_points,
        player.total_deaths,
        *(player.kills[tier] for tier in TIERS),
        player.ranged_points,
        player.rss_gathered,
        player.rss_assistance,
        player.helps,
        player.acclaim,
        player.highest_acclaim,
    )
    grouped = [f"{counter:,}" for counter in counters]
    return [player.id, player.name, *grouped, player.alliance, ""]


def game_export_row(player: Player) -> Row:
    """A player in the game's own export: deaths by tier, no alliance."""
    return [
        player.id,
        player.name,
        player.power,
        player.highest_power,
        *(player.deaths[tier] for tier in reversed(TIERS)),
        player.kill_points,
        *(player.kills[tier] for tier in reversed(TIERS)),
        player.rss_gathered,
        player.helps,
    ]


def nikolakis_row(player: Player) -> Row:
    """A player as nikolakis1919/RokTracker writes them (its headers are misspelt so)."""
    return [
        player.name,
        player.id,
        player.power,
        player.kill_points,
        player.total_deaths,
        *(player.kills[tier] for tier in TIERS),
        player.rss_assistance,
        player.helps,
        player.alliance,
        player.kills[4] // 3,
        player.total_deaths // 3,
        player.total_deaths // 2,
        player.acclaim,
        player.highest_acclaim,
    ]


def to_csv(header: str, rows: list[Row], delimiter: str = ",") -> str:
    """A table as CSV with Windows line ends."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue()


def to_json_lines(header: str, rows: list[Row]) -> str:
    """A table as JSON Lines the way pandas writes them: no spaces, `/` as `\\/`, no escapes."""
    lines = []
    for row in rows:
        cells = dict(zip(header.split(","), row, strict=True))
        line = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
        lines.append(line.replace("/", "\\/") + "\n")
    return "".join(lines)


def kingdom_51() -> dict[str, bytes]:
    """Three weeks of one kingdom, each in another scanner's format, with the faults of scanners."""
    kingdom = Kingdom(SEED, size=320)

    def rows(header: str, row_of: Callable[[Player], Row], seed: int, top: int) -> list[Row]:
        made = [row_of(player) for player in kingdom.scan()[:top]]
        misread(header, made, seed)
        return made

    folder = "inbox/source=rok_players/kingdom=51"
    files = {}
    first = rows(ROKTRACKER, roktracker_row, 1, 320)
    files[f"{folder}/dt=2026-01-12/TOP320-2026-01-12-51-[k3v9q2xa].csv"] = to_csv(
        ROKTRACKER, first
    ).encode()

    kingdom.next_week(renames=9, moves=8, leave=7, join=10)
    second = rows(ROKTRACKER, roktracker_row, 2, 300)
    reread(ROKTRACKER, second[DIGIT_LOST], "Deads", lambda number: number // 10)
    lose_page(ROKTRACKER, second[PAGE_LOST])
    files[f"{folder}/dt=2026-01-19/TOP300-2026-01-19-51-[p7m2c8ze].jsonl"] = to_json_lines(
        ROKTRACKER, second
    ).encode()

    kingdom.next_week(renames=11, moves=10, leave=8, join=9)
    third = rows(SPREADSHEET, spreadsheet_row, 3, 325)
    reread(SPREADSHEET, third[DIGIT_DOUBLED], "T4", lambda number: number * 10 + number % 10)
    lag(SPREADSHEET, third[40:160:5], "Helps")
    files[f"{folder}/dt=2026-01-26/Kingdom 51 - week 3.csv"] = to_csv(SPREADSHEET, third).encode(
        "utf-8-sig"
    )
    return files


def kingdom_77() -> dict[str, bytes]:
    """A smaller kingdom: a sheet saved as Excel's "Unicode text", then the game's own export."""
    kingdom = Kingdom(SEED + 1, size=120)
    folder = "inbox/source=rok_players/kingdom=77"
    sheet = to_csv(NIKOLAKIS, [nikolakis_row(player) for player in kingdom.scan()], "\t")
    kingdom.next_week(renames=3, moves=2, leave=2, join=4)
    export = to_csv(GAME_EXPORT, [game_export_row(player) for player in kingdom.scan()])
    return {
        f"{folder}/dt=2026-01-19/TOP120-2026-01-19-77.tsv": b"\xff\xfe" + sheet.encode("utf-16-le"),
        f"{folder}/dt=2026-01-26/kingdom-77-export.csv": export.encode(),
    }


BROKEN = """\
ID,Name,Power,Killpoints,Deads,T4 Kills,T5 Kills,Alliance
10000001,Ardun,98000000,410250000,1200300,9100000,15200000,<AZ>Azure Zenith
10000002,Belmir,1.2M,55000000,310000,2100000,900000,<AZ>Azure Zenith
10000003,"Corel
the Younger",71000000,"120,500,000","(10,975)",5200000,1100000,[51KN]Knights of 51
10000001,Ardun,98000000,410250000,1200300,9100000,15200000,<AZ>Azure Zenith
10000005,Dunfa,64000000,98000000,-1,3100000,2500000,[51KN]Knights of 51,leader
4,Elgri,12.345,81000000,220000,2900000,2600000,
1000000O7,Falor,55000000,70000000,190000,2500000,2300000,
10000008,Griska,53000000,1.2E+9,180000,2400000,2200000,<AZ>Azure Zenith
10000009,Holno,52000000,66000000,-7,2300000,2100000,<AZ>Azure Zenith
0,Iscor,51000000,64000000,160000,2200000.5,2000000,<AZ>Azure Zenith
10000011,Kamir,50000000,62000000,150000,99999999999999999,1900000,<AZ>Azure Zenith
,Jorun,49000000,61000000,150000,2000000,1800000,<AZ>Azure Zenith
"""


def files() -> dict[str, bytes]:
    """Every example file, by its path under examples/."""
    return {**kingdom_51(), **kingdom_77(), "broken/players.csv": BROKEN.encode()}


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).parent
    parser.add_argument("--out", type=Path, default=here, help="the folder to write to")
    out: Path = parser.parse_args().out
    for name, data in files().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
