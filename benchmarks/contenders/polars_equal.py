"""polars at equal work (see duckdb_equal.py), with SHA-256 by the plugin polars-hash."""

import hashlib
import json
import sys
from pathlib import Path

import polars as pl
import polars_hash as plh
from duckdb_equal import COUNTERS, METRICS, MOST, RECORD

UNKNOWN = ["", "-", "unknown", "skipped", "n/a", "-1", "-2", "-3"]


def number(header: str) -> pl.Expr:
    digits = pl.col(header).str.strip_chars().str.replace_all(",", "", literal=True)
    return digits.cast(pl.Int64, strict=False)


def faulty(name: str, header: str) -> pl.Expr:
    in_range = number(header).is_between(int(name == "id"), MOST).fill_null(False)
    unknown = pl.col(header).str.strip_chars().str.to_lowercase().is_in(UNKNOWN)
    return ~in_range & ~unknown


def text(header: str) -> pl.Expr:
    kept = pl.col(header).str.strip_chars().str.normalize("NFC")
    return pl.when(kept != "").then(kept)


def main(scan: Path, out: Path) -> None:
    with scan.open("rb") as file:
        run = hashlib.file_digest(file, "sha256").hexdigest()
    numbers = {"id": "ID", **COUNTERS}
    tiers = [pl.col(f"t{tier}_kills") for tier in range(1, 6)]
    points = tiers[0] // 5 + 2 * tiers[1] + 4 * tiers[2] + 10 * tiers[3] + 20 * tiers[4]
    record = [
        (pl.lit("") if name == "NULL" else pl.col(name).cast(pl.String).fill_null(""))
        for name in RECORD
    ]
    joined = pl.concat_str(record, separator="\x1f").str.strip_chars_end("\x1f")
    players = (
        pl.scan_csv(scan, infer_schema=False)
        .select(
            *(number(header).alias(name) for name, header in numbers.items()),
            name=text("Name"),
            alliance=text("Alliance"),
            faulty=pl.any_horizontal(*(faulty(name, header) for name, header in numbers.items()))
            | (pl.col("Name").str.len_chars() > 200)
            | pl.col("Name").str.contains("\x1f", literal=True),
        )
        .with_columns(
            kills=sum(tiers[1:], tiers[0]),
            dkp=10 * tiers[3] + 20 * tiers[4] + 40 * pl.col("deaths"),
            mismatch=pl.col("kill_points") != points,
        )
        .with_columns(
            kingdom=pl.lit(51),
            snapshot_date=pl.date(2026, 1, 26),
            run_id=pl.lit(run),
            record_hash=plh.concat_str(joined).chash.sha2_256().str.slice(0, 32),
        )
        .collect(engine="streaming")
    )
    assert players["id"].n_unique() == players.height
    assert not players["faulty"].any()
    assert not players["mismatch"].any()
    players.drop("faulty", "mismatch").write_parquet(
        out / "players.parquet", compression="zstd", compression_level=1
    )
    boards = {}
    for metric in METRICS:
        board = players.select("id", "name", "alliance", value=metric).drop_nulls("value")
        board = board.sort(["value", "id"], descending=[True, False]).head(1000)
        ranks = pl.col("value").rank("min", descending=True)
        boards[metric] = board.with_columns(rank=ranks).to_dicts()
    (out / "boards.json").write_text(json.dumps({"entries": boards}, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
