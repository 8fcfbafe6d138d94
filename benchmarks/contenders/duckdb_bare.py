"""DuckDB as it is mostly used: types are guessed, nothing is validated, a row has its md5."""

import sys
from pathlib import Path

import duckdb

if __name__ == "__main__":
    scan, out = Path(sys.argv[1]), Path(sys.argv[2])
    duckdb.sql(
        f"""
        COPY (
            SELECT *, md5(concat_ws(chr(31), *COLUMNS(*))) AS record_hash
            FROM read_csv('{scan}')
        ) TO '{out / "players.parquet"}' (FORMAT parquet, COMPRESSION zstd)
        """
    )
