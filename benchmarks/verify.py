"""What a contender left behind, in a few figures that two contenders at equal work must share.

Run by the benchmark outside the measured time, in the peers' environment.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import duckdb

Places = dict[str, list[list[Any]]]
"""Of each metric: rank, id, name, alliance and value, in order."""


def places_of_peers(boards: dict[str, Any]) -> Places:
    keys = ("rank", "id", "name", "alliance", "value")
    return {
        metric: [[entry[key] for key in keys] for entry in board]
        for metric, board in boards["entries"].items()
    }


def places_of_ours(boards: dict[str, Any]) -> Places:
    """Each player once, and the order by metric (chalicelib/boards/document.py)."""
    found = {}
    for metric, board in boards["boards"].items():
        value = boards["columns"].index(metric)
        shared = {at: rank for rank, count in board["ties"] for at in range(rank, rank + count)}
        found[metric] = [
            [shared.get(at, at), *boards["players"][index][:3], boards["players"][index][value]]
            for at, index in enumerate(board["order"], 1)
        ]
    return found


def figures(out: Path) -> dict[str, Any]:
    """Rows, the sums of two columns, a digest of all record hashes and of the boards."""
    table = f"read_parquet('{out / 'players.parquet'}')"
    names = {row[0] for row in duckdb.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()}
    power, kills = ("power", "kills") if "kills" in names else ('"Power"', '"T5 Kills"')
    rows, sum_power, sum_kills = (
        duckdb.execute(f"SELECT count(*), sum({power}), sum({kills}) FROM {table}").fetchone()
    ) or (0, 0, 0)
    found: dict[str, Any] = {
        "rows": rows,
        "power": int(sum_power),
        "kills": int(sum_kills),
        "bytes": (out / "players.parquet").stat().st_size,
    }
    if (out / "boards.json").exists():
        digest = hashlib.sha256()
        for (record,) in duckdb.execute(f"SELECT record_hash FROM {table} ORDER BY 1").fetchall():
            digest.update(record.encode())
        found["hashes"] = digest.hexdigest()
        boards = json.loads((out / "boards.json").read_text())
        read = places_of_ours if "players" in boards else places_of_peers
        places = dict(sorted(read(boards).items()))
        found["boards"] = hashlib.sha256(json.dumps(places).encode()).hexdigest()
    return found


if __name__ == "__main__":
    print(json.dumps(figures(Path(sys.argv[1]))))
