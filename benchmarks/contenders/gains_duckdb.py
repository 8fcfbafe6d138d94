"""DuckDB: a board of gains with the suspects of the pair, from the two curated files.

Arguments: the older file, the newer file, seconds. Prints JSON: the answer, and what one took.
"""

import json
import sys
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.contenders.gains_work import GROWING, TIERS, WEIGHTS, ZERO, as_answer, measure

POINTS = (
    "{0}.kill_points - ({0}.t1_kills // 5 + 2 * {0}.t2_kills + 4 * {0}.t3_kills"
    " + 10 * {0}.t4_kills + 20 * {0}.t5_kills)"
)


def zero(side: str) -> str:
    return f"coalesce(greatest({', '.join(f'{side}.{name}' for name in ZERO)}) = 0, false)"


def formula(side: str) -> str:
    return " + ".join(f"{weight} * {side}.{name}" for name, weight in WEIGHTS.items())


BOTH = f"""
CREATE OR REPLACE TEMP TABLE both_scans AS
SELECT n.id, n.name, n.alliance, {zero("o")} AS was_zero, {zero("n")} AS is_zero,
    {POINTS.format("o")} AS o_d, {POINTS.format("n")} AS n_d,
    {formula("o")} AS o_dkp, {formula("n")} AS n_dkp,
    {" OR ".join(f"coalesce(n.{name} < o.{name}, false)" for name in WEIGHTS)} AS fell,
    {", ".join(f"o.{name} AS o_{name}, n.{name} AS n_{name}" for name in GROWING)}
FROM read_parquet($older) AS o JOIN read_parquet($newer) AS n USING (id)
"""
LONG = f"""
CREATE OR REPLACE TEMP TABLE cells AS
SELECT * FROM (
    SELECT id, name, alliance, o_d, n_d,
        unnest([{", ".join(f"'{name}'" for name in GROWING)}]) AS col,
        unnest([{", ".join(f"o_{name}" for name in GROWING)}]) AS o,
        unnest([{", ".join(f"n_{name}" for name in GROWING)}]) AS n
    FROM both_scans WHERE NOT was_zero AND NOT is_zero
) WHERE o IS NOT NULL AND n IS NOT NULL
"""
BARS = """
CREATE OR REPLACE TEMP TABLE bars AS
SELECT col, count(*) AS players, count(*) FILTER (n < o) AS fell,
    list_sort(list(n - o) FILTER (o < n AND n < 2 * o)) AS plain
FROM cells GROUP BY col
"""
FOUND = f"""
SELECT id, kind, col, o, n, CASE kind WHEN 'jump' THEN ref END AS ref,
    CASE WHEN col IN ('kill_points', {", ".join(f"'{name}'" for name in TIERS)})
        AND (abs(o_d) <= 1) != (abs(n_d) <= 1)
        THEN CASE WHEN abs(o_d) <= 1 THEN 'to' ELSE 'from' END END AS fault
FROM (
    SELECT *, CASE WHEN n < o THEN 'fell' WHEN n >= 2 * o AND n - o > ref THEN 'jump' END AS kind
    FROM (
        SELECT *, coalesce(plain[1 + CAST(floor(0.9 * (len(plain) - 1)) AS BIGINT)], 0) AS ref
        FROM cells JOIN bars USING (col)
    )
) WHERE kind IS NOT NULL
UNION ALL
SELECT id, CASE WHEN is_zero THEN 'zeroed' ELSE 'back_from_zero' END, NULL, NULL, NULL, NULL,
    CASE WHEN was_zero THEN 'from' END
FROM both_scans WHERE is_zero != was_zero
UNION ALL
SELECT n.id, 'tiers', 'kill_points', {POINTS.format("o")}, {POINTS.format("n")}, NULL, 'to'
FROM read_parquet($newer) AS n LEFT JOIN read_parquet($older) AS o USING (id)
WHERE abs({POINTS.format("n")}) > 1 AND {POINTS.format("n")} IS DISTINCT FROM {POINTS.format("o")}
ORDER BY 2, 3 NULLS FIRST, 1
"""
UNRELIABLE = (
    "SELECT col, fell, players FROM bars WHERE fell >= 5 AND fell * 20 > players ORDER BY 1"
)
PAGE = """
SELECT rank, position, id, name, alliance, value, o_dkp, n_dkp, total FROM (
    SELECT *, n_dkp - o_dkp AS value, rank() OVER (ORDER BY n_dkp - o_dkp DESC) AS rank,
        row_number() OVER (ORDER BY n_dkp - o_dkp DESC, id) AS position, count(*) OVER () AS total
    FROM both_scans
    WHERE n_dkp IS NOT NULL AND o_dkp IS NOT NULL AND NOT fell AND NOT was_zero AND NOT is_zero
) WHERE position <= 100 ORDER BY position
"""


def main(older: str, newer: str, seconds: str) -> None:
    database = duckdb.connect()

    def answer() -> dict[str, object]:
        files = {"older": older, "newer": newer}
        database.execute(BOTH, files)
        database.execute(LONG)
        database.execute(BARS)
        found = database.execute(FOUND, files).fetchall()
        unreliable = database.execute(UNRELIABLE).fetchall()
        unknown = database.execute(
            "SELECT count(*) FROM both_scans WHERE n_dkp IS NULL OR o_dkp IS NULL"
        ).fetchone()
        return as_answer(database.execute(PAGE).fetchall(), unknown, found, unreliable)

    print(json.dumps(measure(answer, float(seconds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
