"""`make bench`: ingestion beside its peers in one session, and our own work (see README.md).

Writes docs/performance.md and docs/performance.svg; with `--quick` build/performance.md, so that a
hasty run never replaces a careful one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.between_goals import between_goals
from benchmarks.chart import chart
from benchmarks.processes import (
    ROOT,
    Contender,
    Runs,
    contender_of,
    peers_python,
    take_turns,
    verified,
)
from benchmarks.report import Session, report
from benchmarks.scenarios import EQUAL_WORK, Scenario, goals, scenarios

MANY, QUICK_MANY = 1_000_000, 100_000


def main() -> None:
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--runs", type=int, default=int(os.environ.get("RUNS") or 7))
    parser.add_argument("--quick", action="store_true", help="two runs, 100,000 players")
    parser.add_argument("--only", help="scenarios by name, separated by commas; writes no report")
    options = parser.parse_args()
    runs = 2 if options.quick else options.runs
    many = QUICK_MANY if options.quick else MANY
    wanted = scenarios(many)
    if options.only:
        wanted = [one for one in wanted if one.name in options.only.split(",")]
    peers_python()
    build = ROOT / "build"
    results: dict[str, dict[str, Runs]] = {}
    checks: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=build) as scratch:
        for scenario in wanted:
            results[scenario.name], checks[scenario.name] = _run(scenario, Path(scratch), runs)
    if options.only:
        return
    own = _script("own_work.py")
    artefact = _script("artefact.py", "--seconds", "10" if options.quick else "60")
    between = between_goals(_script("gains.py"), _script("between_work.py"))
    found = [*goals(results, many, own, artefact), *between]
    session = Session(many, runs, results, checks, own, artefact, found)
    folder = build if options.quick else ROOT / "docs"
    (folder / "performance.svg").write_text(chart(session), encoding="utf-8")
    (folder / "performance.md").write_text(report(session), encoding="utf-8")
    bound = [goal for goal in session.goals if goal.most is not None]
    met = sum(goal.is_met for goal in bound)
    print(f"{met} of {len(bound)} goals met; {folder}")


def _run(scenario: Scenario, folder: Path, runs: int) -> tuple[dict[str, Runs], dict[str, Any]]:
    scan = folder / scenario.file
    if not scan.exists():
        scenario.make(scan)
    contenders = {
        name: contender_of(name, scan, folder / f"{scenario.name}-{name}", scenario.verdict)
        for name in scenario.contenders
    }
    checks: dict[str, Any] = {}
    cores = set(sorted(os.sched_getaffinity(0))[: 1 if scenario.one_core else 2])
    found = take_turns(contenders, runs, cores, partial(_verify, scenario, contenders, checks))
    print(scenario.title)
    for name, figures in found.items():
        cost = f"{figures.wall:8.3f} s {figures.cpu:8.3f} CPU s {figures.memory:6.0f} MiB"
        print(f"  {name:14}{cost}  spread {figures.spread:.0%}", flush=True)
    return found, checks


def _verify(
    scenario: Scenario, contenders: Mapping[str, Contender], checks: dict[str, Any]
) -> None:
    """See that every contender did its work, and that those at equal work did the same."""
    for name, contender in contenders.items():
        if name != "json_loads" and scenario.verdict == "accepted":
            checks[name] = verified(contender.out)
            assert checks[name]["rows"] == scenario.players, (name, checks[name])
    for key in ("power", "hashes", "boards"):
        equal = {checks[name][key] for name in EQUAL_WORK if name in checks}
        assert len(equal) <= 1, f"{scenario.name}: contenders at equal work differ in {key}"


def _script(name: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks" / name), *arguments]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    main()
