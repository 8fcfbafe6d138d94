"""What a contender left behind, in a few figures that two contenders at equal work must share.

Run by the benchmark outside the measured time, in the peers' environment.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import duckdb


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
        entries = json.loads((out / "boards.json").read_text())["entries"]
        places = {
            metric: [
                [entry[key] for key in ("rank", "id", "name", "alliance", "value")]
                for entry in board
            ]
            for metric, board in sorted(entries.items())
        }
        found["boards"] = hashlib.sha256(json.dumps(places).encode()).hexdigest()
    return found


if __name__ == "__main__":
    print(json.dumps(figures(Path(sys.argv[1]))))
