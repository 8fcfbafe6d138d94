"""polars as it is mostly used: types are guessed, nothing is validated, a row has a 64-bit hash."""

import sys
from pathlib import Path

import polars as pl

if __name__ == "__main__":
    scan, out = Path(sys.argv[1]), Path(sys.argv[2])
    players = pl.read_csv(scan)
    players = players.with_columns(record_hash=players.hash_rows())
    players.write_parquet(out / "players.parquet", compression="zstd", compression_level=1)
