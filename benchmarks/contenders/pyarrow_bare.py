"""The least that could be done: pyarrow reads the CSV as it likes and writes Parquet."""

import sys
from pathlib import Path

import pyarrow.csv as pacsv
import pyarrow.parquet as pq

if __name__ == "__main__":
    scan, out = Path(sys.argv[1]), Path(sys.argv[2])
    pq.write_table(pacsv.read_csv(scan), out / "players.parquet", compression="zstd")
