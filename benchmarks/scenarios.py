"""What is measured, and what it must come to: the goals, as ratios within one session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import scans
from benchmarks.processes import Runs

EQUAL_WORK = ("ours", "duckdb_equal", "polars_equal")
"""Contenders whose players, hashes and boards must be the same."""

LABELS = {
    "ours": "leaderboard-api",
    "pyarrow_bare": "pyarrow, read and write only",
    "polars_bare": "polars, row hash, no validation",
    "polars_equal": "polars at equal work",
    "duckdb_bare": "DuckDB, md5 a row, no validation",
    "duckdb_equal": "DuckDB at equal work",
    "json_loads": "json.loads of the whole",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scan and who reads it.

    Attributes:
        name: what it is called in goals.
        title: what it is called in the report.
        file: the scan's file name.
        make: writes the scan.
        contenders: who runs, turn by turn.
        one_core: whether all are pinned to one core.
        verdict: what ours must say of the scan.
        players: how many it has.
    """

    name: str
    title: str
    file: str
    make: Callable[[Path], None]
    contenders: tuple[str, ...]
    players: int
    one_core: bool = False
    verdict: str = "accepted"


def _csv(count: int, form: str = "plain") -> Callable[[Path], None]:
    return lambda path: scans.write_csv(path, count, form)


def _json(count: int) -> Callable[[Path], None]:
    return lambda path: scans.write_json(path, count)


def scenarios(many: int) -> list[Scenario]:
    """All of them; `many` is the number of players of the largest scans."""
    all_peers = (*EQUAL_WORK, "duckdb_bare", "polars_bare", "pyarrow_bare")
    plain = f"plain-{many}.csv"
    found = [
        Scenario("plain", f"{many:,} players, plain numbers", plain, _csv(many), all_peers, many),
        Scenario(
            "pinned",
            f"{many:,} players, plain numbers, pinned to one core",
            plain,
            _csv(many),
            ("ours", "duckdb_bare", "duckdb_equal", "polars_equal"),
            many,
            one_core=True,
        ),
    ]
    for form, title in (
        ("again", "plain numbers, beside the next three"),
        ("thousands", "every number with thousands separators"),
        ("unusual", "1% of the cells unusual"),
        ("bad", "0.1% of the cells bad, refused with the full report"),
    ):
        kind = "plain" if form == "again" else form
        verdict = "rejected" if form == "bad" else "accepted"
        found.append(
            Scenario(
                form,
                f"{many:,} players, {title}",
                f"{kind}-{many}.csv",
                _csv(many, kind),
                ("ours",),
                many,
                verdict=verdict,
            )
        )
    for count in (1_000, 10_000, 100_000):
        peers = ("ours", "pyarrow_bare", "duckdb_bare", "duckdb_equal")
        title = f"{count:,} players, plain numbers"
        found.append(
            Scenario(f"plain_{count}", title, f"plain-{count}.csv", _csv(count), peers, count)
        )
    found.append(
        Scenario(
            "grown",
            f"{3 * many:,} players, plain numbers: what more players take",
            f"plain-{3 * many}.csv",
            _csv(3 * many),
            ("ours",),
            3 * many,
        )
    )
    for kind, title in (("json", "one JSON array"), ("jsonl", "JSON Lines")):
        count = 100_000
        found.append(
            Scenario(
                kind,
                f"{count:,} objects, {title}",
                f"objects-{count}.{kind}",
                _json(count),
                ("ours", "json_loads"),
                count,
            )
        )
    return found


Results = Mapping[str, Mapping[str, Runs]]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that must not be above a bound, or that is only told.

    Attributes:
        work: what is measured.
        against: what it is divided by, or its unit.
        most: the bound; None where the figure is only told.
        measured: the figure.
        beside: the same in CPU seconds, where the figure is one of wall time.
    """

    work: str
    against: str
    most: float | None
    measured: float
    beside: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the bound is kept, if there is one."""
        return self.most is None or self.measured <= self.most


def _ratio(
    results: Results, work: str, own: str, other: tuple[str, str], most: float | None
) -> Goal:
    ours, theirs = results[own]["ours"], results[other[0]][other[1]]
    against = "the plain file" if other[1] == "ours" else LABELS[other[1]]
    return Goal(work, f"× {against}", most, ours.wall / theirs.wall, ours.cpu / theirs.cpu)


def goals(
    results: Results, many: int, own_work: Mapping[str, float], artefact: Mapping[str, Any]
) -> list[Goal]:
    """The goals of whole processes, of our own work (own_work.py), of the zip (artefact.py)."""
    plain = f"{many:,} players, plain, 2 cores"
    found = [
        _ratio(results, plain, "plain", ("plain", "duckdb_bare"), 1.0),
        _ratio(results, plain, "plain", ("plain", "duckdb_equal"), 0.5),
        _ratio(results, plain, "plain", ("plain", "polars_equal"), 1.0),
        _ratio(results, "the same on one core", "pinned", ("pinned", "duckdb_bare"), 0.85),
        Goal("the same, memory", "MiB", 256, results["plain"]["ours"].memory),
        _ratio(results, "thousands separators", "thousands", ("again", "ours"), 1.9),
        _ratio(results, "1% unusual", "unusual", ("again", "ours"), 1.3),
        _ratio(results, "0.1% bad", "bad", ("again", "ours"), 1.3),
        _ratio(results, "10,000 players", "plain_10000", ("plain_10000", "pyarrow_bare"), None),
        _ratio(results, "10,000 players", "plain_10000", ("plain_10000", "duckdb_bare"), 0.8),
        _ratio(results, "JSON array", "json", ("json", "json_loads"), 1.2),
        _ratio(results, "JSON Lines", "jsonl", ("jsonl", "json_loads"), 1.2),
    ]
    bounds: dict[str, tuple[str, float | None, str]] = {
        "1,000 players, handler warm, all views, CPU": ("ms", 30.0, "handler"),
        "a board, warm, CPU besides the read": ("ms", 1.0, "board"),
        "its catalog, of 500 snapshots": ("ms", 0.3, "catalog"),
        "304, CPU besides the read": ("ms", None, "not_modified"),
        "`import app` beyond chalice": ("ms", 10.0, "import_app"),
        "first board after the import": ("ms", 60.0, "first_board"),
    }
    found += [Goal(work, unit, most, own_work[name]) for work, (unit, most, name) in bounds.items()]
    scan = artefact["ingestion"]["1000"]
    found += [
        Goal("first board of a cold function, CPU", "ms", 40.0, artefact["api"]["first"]),
        Goal("first scan of a cold function, 1,000 players, CPU", "ms", 60.0, scan["first"]),
    ]
    small = results["plain_1000"]["ours"]
    a_player = (results["plain"]["ours"].cpu - small.cpu) / (many - 1000)
    at_first = (results["plain_100000"]["ours"].cpu - small.cpu) / 99_000
    found.append(Goal("CPU a player at the most players", "× at 100,000", 1.2, a_player / at_first))
    grown = (results["grown"]["ours"].memory - results["plain"]["ours"].memory) * 2**20
    found.append(Goal("memory of each player beyond", "bytes", 24, max(0.0, grown) / (2 * many)))
    return found
