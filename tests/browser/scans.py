"""Scans for the page: hostile names, names in twenty scripts, a thousand players, next to nothing.

The examples of `examples/` are there too, as `make run` puts them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.between.lake import as_csv
from tests.between.weeks import Kingdom
from tests.fuzz.hostile import NAMES

EXAMPLES: Final = 51
HOSTILE: Final = 90
THOUSAND: Final = 100
POWER_ONLY: Final = 200
DROPPED: Final = 300
UNKNOWN: Final = 404

OLDER, NEWER = "2026-01-19", "2026-01-26"

SCRIPTS: Final = {
    "Latin": "Zoë Ångström",
    "Greek": "Αλέξανδρος",
    "Cyrillic": "Бураомра",
    "Armenian": "Արամ",
    "Hebrew": "שחר דביר",
    "Arabic": "نسر العرب",
    "Syriac": "ܡܠܟܐ",
    "Thaana": "ދިވެހި",
    "Devanagari": "विक्रम सिंह",
    "Bengali": "বাঘ রাজা",
    "Tamil": "புலி வீரன்",
    "Telugu": "సింహం",
    "Thai": "ฟ้าราชสีห์",
    "Lao": "ລາວສິງ",
    "Georgian": "თამარი",
    "Ethiopic": "አንበሳ",
    "Khmer": "ខ្លាធំ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Japanese": "桜ヒカル",
    "Korean": "용달빛",
    "Chinese": "云夜无霜",
    "Tibetan": "སྟག་པོ",
}
"""A name of each script, for its reader a plain one."""

MARKUP: Final = (
    "<img src=x onerror=alert(1)>",
    "<b id=from-a-name>bold</b>",
    "</bdi></th><script>alert(2)</script>",
    "&lt;i&gt;&amp;",
    "javascript:alert(3)",
    "${alert(4)} {{alert(5)}} {0}",
    "'-alert(6)-'",
)
NO_NAMES: Final = (None, "\u3164\u3164", "\u2800", "\u200d\u200c" * 8)
"""Names of which nothing can be seen."""
LONG: Final = ("W" * 200, "ﷺ" * 60, "٤٢ " * 60, "龍" * 199)


def place(lake: Path) -> None:
    """Put all scans of this module into a lake's inbox, as somebody who uploads them."""
    _write(lake, HOSTILE, OLDER, "players.json", json.dumps(_hostile(older=True)))
    _write(lake, HOSTILE, NEWER, "players.json", json.dumps(_hostile(older=False)))
    for week in Kingdom(seed=7, players=1000).weeks(2):
        _write(lake, THOUSAND, week.day.isoformat(), "players.csv", as_csv(week.players).decode())
    _write(lake, POWER_ONLY, NEWER, "players.csv", "ID,Name,Power\n1,Alone,5\n")
    drop(lake, OLDER, points=10)


def drop(lake: Path, day: str, points: int) -> None:
    """Put a scan of two players of the kingdom `DROPPED` into a lake's inbox."""
    header = "ID,Name,Power,Kill Points,Kills,Deaths,DKP"
    scan = f"{header}\n7,First{f',{points}' * 5}\n8,Second,1,1,1,1,1\n"
    _write(lake, DROPPED, day, "players.csv", scan)


def hostile_names() -> list[str | None]:
    """All names of the hostile kingdom, in the order of its board."""
    return [*SCRIPTS.values(), *MARKUP, *NAMES.values(), *NO_NAMES, *LONG]


def _hostile(*, older: bool) -> list[dict[str, Any]]:
    return [*_players(older=older)]


def _players(*, older: bool) -> Iterator[dict[str, Any]]:
    names = hostile_names()
    for at, name in enumerate(names):
        # In the older scan everybody has another's name and alliance.
        shown = names[(at + 7) % len(names)] if older and at % 3 == 0 else name
        alliance = names[(at + (5 if older else 0)) % len(names)]
        base = 1_000_000 * (len(names) - at)
        value = base if older else base + 10_000 * (at + 1)
        deaths = value * 10 if at % 9 == 4 and not older else value
        yield {
            "ID": 1000 + at,
            "Name": shown,
            "Alliance": alliance,
            "Power": value,
            "Kill Points": value,
            "T1 Kills": value,
            "T2 Kills": value,
            "T3 Kills": value,
            "T4 Kills": value,
            "T5 Kills": value,
            "Deaths": deaths,
            "Helps": value,
        }


def _write(lake: Path, kingdom: int, day: str, name: str, text: str) -> None:
    folder = lake / f"inbox/source=rok_players/kingdom={kingdom}/dt={day}"
    folder.mkdir(parents=True, exist_ok=True)
    # As people's tools do: under another name first, so that nobody reads half of it.
    part = folder / f".{name}.part"
    part.write_text(text, "utf-8")
    part.replace(folder / name)
