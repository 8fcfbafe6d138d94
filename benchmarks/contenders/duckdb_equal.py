"""DuckDB at equal work.

All text; trimmed, NFC; every number cast and held to its range; text lengths; unique ids; SHA-256
of the file and of every record; kills and dkp derived; kill points checked; five boards of 1,000.
"""

import hashlib
import json
import sys
from pathlib import Path

import duckdb

COUNTERS = {
    "power": "Power",
    "kill_points": "Killpoints",
    "deaths": "Deads",
    **{f"t{tier}_kills": f"T{tier} Kills" for tier in range(1, 6)},
    "ranged_points": "Ranged",
    "rss_gathered": "Rss Gathered",
    "rss_assistance": "Rss Assistance",
    "helps": "Helps",
}
# NULL stands for highest_power, which the scan does not have.
RECORD = (
    *("id", "name", "alliance", "power", "NULL", "kill_points"),
    *(f"t{tier}_kills" for tier in range(1, 6)),
    *("kills", "deaths", "dkp", "ranged_points", "rss_gathered", "rss_assistance", "helps"),
)
METRICS = ("dkp", "kills", "deaths", "power", "kill_points")
MOST = 2**53 - 1
UNKNOWN = "('', '-', 'unknown', 'skipped', 'n/a', '-1', '-2', '-3')"


def number(header: str) -> str:
    return f"TRY_CAST(replace(trim(\"{header}\"), ',', '') AS BIGINT)"


def faulty(name: str, header: str) -> str:
    value = number(header)
    return (
        f"(({value} IS NULL OR {value} NOT BETWEEN {int(name == 'id')} AND {MOST}) "
        f'AND lower(trim("{header}")) NOT IN {UNKNOWN})'
    )


def text(header: str) -> str:
    return f"nullif(nfc_normalize(trim(\"{header}\")), '')"


def main(scan: Path, out: Path) -> None:
    with scan.open("rb") as file:
        run = hashlib.file_digest(file, "sha256").hexdigest()
    numbers = {"id": "ID", **COUNTERS}
    columns = ", ".join(f"{number(header)} AS {name}" for name, header in numbers.items())
    faults = " OR ".join(faulty(name, header) for name, header in numbers.items())
    database = duckdb.connect()
    database.execute("SET preserve_insertion_order = true")
    database.execute(
        f"""
        CREATE TABLE players AS
        SELECT *,
            t1_kills + t2_kills + t3_kills + t4_kills + t5_kills AS kills,
            10 * t4_kills + 20 * t5_kills + 40 * deaths AS dkp
        FROM (
            SELECT {columns}, {text("Name")} AS name, {text("Alliance")} AS alliance,
                {faults} OR length(name) > 200 OR contains("Name", chr(31)) AS faulty
            FROM read_csv('{scan}', all_varchar = true, header = true)
        )
        """
    )
    rows, ids, faulty_rows, mismatches = database.execute(
        """
        SELECT count(*), count(DISTINCT id), count(*) FILTER (faulty), count(*) FILTER (
            kill_points != t1_kills // 5 + 2 * t2_kills + 4 * t3_kills + 10 * t4_kills
                + 20 * t5_kills)
        FROM players
        """
    ).fetchone() or (0, 0, 0, 0)
    assert (rows, faulty_rows, mismatches) == (ids, 0, 0)
    parts = ", '\x1f', ".join(f"coalesce({name}::VARCHAR, '')" for name in RECORD)
    database.execute(
        f"""
        COPY (
            SELECT * EXCLUDE (faulty), 51 AS kingdom, DATE '2026-01-26' AS snapshot_date,
                '{run}' AS run_id,
                left(sha256(rtrim(concat({parts}), '\x1f')), 32) AS record_hash
            FROM players
        ) TO '{out / "players.parquet"}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
        """
    )
    boards = {}
    for metric in METRICS:
        board = database.execute(
            f"""
            SELECT rank() OVER (ORDER BY {metric} DESC), id, name, alliance, {metric}
            FROM (SELECT * FROM players WHERE {metric} IS NOT NULL
                  ORDER BY {metric} DESC, id LIMIT 1000)
            ORDER BY {metric} DESC, id
            """
        )
        names = ("rank", "id", "name", "alliance", "value")
        boards[metric] = [dict(zip(names, row, strict=True)) for row in board.fetchall()]
    (out / "boards.json").write_text(json.dumps({"entries": boards}, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
