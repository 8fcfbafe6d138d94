"""A board of gains beside DuckDB and polars, from the same two Parquet files, at equal work.

Warm: each contender is a process that answers again and again; the best of its answers counts, and
the best of its turns. Prints JSON: by the number of players, milliseconds of wall and CPU time.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.processes import CONTENDERS, peers_python
from tests.between.lake import upload
from tests.between.weeks import Kingdom

PLAYERS = (1_000, 10_000)
TURNS = 3


def main(seconds: str = "2") -> None:
    """Measure and print."""
    print(json.dumps({str(players): _run(players, seconds) for players in PLAYERS}))


def _run(players: int, seconds: str) -> dict[str, dict[str, float]]:
    from chalicelib.lake.directory.store import DirectoryStore
    from chalicelib.lake.keys import Partition
    from chalicelib.lake.view_keys import curated_key

    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        weeks = [*Kingdom(1, players).weeks(2)]
        store = DirectoryStore(folder)
        for week in weeks:
            upload(store, 51, week.day, week.players)
        days = [str(week.day) for week in weeks]
        files = [f"{folder}/{curated_key(Partition(51, week.day))}" for week in weeks]
        peers = str(peers_python())
        commands = {
            "ours": [sys.executable, "gains_ours.py", folder, *days, seconds],
            "duckdb": [peers, "gains_duckdb.py", *files, seconds],
            "polars": [peers, "gains_polars.py", *files, seconds],
        }
        turns: dict[str, list[dict[str, Any]]] = {name: [] for name in commands}
        for _ in range(TURNS):
            for name, (python, script, *arguments) in commands.items():
                turns[name].append(_turn([python, str(CONTENDERS / script), *arguments]))
    answers = [one["answer"] for done in turns.values() for one in done]
    assert all(answer == answers[0] for answer in answers), "they do not answer the same"
    return {
        name: {kind: min(one[kind] for one in done) for kind in ("wall", "cpu")}
        for name, done in turns.items()
    }


def _turn(command: list[str]) -> dict[str, Any]:
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    given: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return given


if __name__ == "__main__":
    main(*sys.argv[1:])
