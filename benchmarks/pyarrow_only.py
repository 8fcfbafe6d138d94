"""The least that could be done: pyarrow reads the CSV as it likes and writes Parquet."""

import sys
from pathlib import Path

import pyarrow.csv as pacsv
import pyarrow.parquet as pq

if __name__ == "__main__":
    scan, folder = map(Path, sys.argv[1:])
    pq.write_table(pacsv.read_csv(scan), folder / "plain.parquet", compression="zstd")
