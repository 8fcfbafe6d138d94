"""polars: a board of gains with the suspects of the pair, from the two curated files.

Arguments: the older file, the newer file, seconds. Prints JSON: the answer, and what one took.
"""

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.contenders.gains_work import GROWING, TIERS, WEIGHTS, ZERO, as_answer, measure

NEEDED = [*{"id", "name", "alliance", *GROWING}]


def zero(side: str) -> pl.Expr:
    return (pl.max_horizontal(f"{name}{side}" for name in ZERO) == 0).fill_null(value=False)


def formula(side: str) -> pl.Expr:
    terms = [pl.col(f"{name}{side}") * weight for name, weight in WEIGHTS.items()]
    return terms[0] + terms[1] + terms[2]


def points(side: str) -> pl.Expr:
    t1, t2, t3, t4, t5 = (pl.col(f"{tier}{side}") for tier in TIERS)
    return pl.col(f"kill_points{side}") - (t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5)


def main(older: str, newer: str, seconds: str) -> None:
    print(json.dumps(measure(lambda: answer(older, newer), float(seconds))))


def answer(older: str, newer: str) -> dict[str, Any]:
    old = pl.read_parquet(
        older, columns=[name for name in NEEDED if name not in ("name", "alliance")]
    )
    new = pl.read_parquet(newer, columns=NEEDED)
    joined = new.join(old, on="id", how="left", suffix="_o", coalesce=False, maintain_order="left")
    joined = joined.with_columns(
        was_zero=zero("_o"),
        is_zero=zero(""),
        d_o=points("_o"),
        d=points(""),
        dkp_o=formula("_o"),
        dkp=formula(""),
    )
    both = joined.filter(pl.col("id_o").is_not_null())
    fighters = both.filter(~pl.col("was_zero") & ~pl.col("is_zero"))
    found, unreliable = [], []
    for name in GROWING:
        of_column, bad = column(fighters, name)
        found += of_column
        unreliable += bad
    changed = both.filter(pl.col("was_zero") != pl.col("is_zero"))
    for player, is_zero in changed.select("id", "is_zero").iter_rows():
        kind, fault = ("zeroed", None) if is_zero else ("back_from_zero", "from")
        found.append((player, kind, None, None, None, None, fault))
    wrong = joined.filter((pl.col("d").abs() > 1) & pl.col("d").ne_missing(pl.col("d_o")))
    found += [
        (player, "tiers", "kill_points", before, after, None, "to")
        for player, before, after in wrong.select("id", "d_o", "d").iter_rows()
    ]
    found.sort(key=lambda one: (one[1], one[2] or "", one[0]))
    known = pl.col("dkp").is_not_null() & pl.col("dkp_o").is_not_null()
    fell = pl.any_horizontal(
        (pl.col(name) < pl.col(f"{name}_o")).fill_null(value=False) for name in WEIGHTS
    )
    unknown = both.select((~known).sum()).row(0)
    ranked = fighters.filter(known & ~fell).with_columns(value=pl.col("dkp") - pl.col("dkp_o"))
    ranked = ranked.sort(["value", "id"], descending=[True, False]).with_columns(
        rank=pl.col("value").rank("min", descending=True).cast(pl.Int64),
        position=pl.int_range(1, pl.len() + 1),
        total=pl.lit(ranked.height),
    )
    shown = ("rank", "position", "id", "name", "alliance", "value", "dkp_o", "dkp", "total")
    return as_answer(ranked.head(100).select(shown).rows(), unknown, found, sorted(unreliable))


def column(fighters: pl.DataFrame, name: str) -> tuple[list[Any], list[Any]]:
    """Who fell or jumped in a column; the column itself where it is unreliable."""
    cells = fighters.select("id", "d_o", "d", o=f"{name}_o", n=name).drop_nulls(["o", "n"])
    plain = cells.filter((pl.col("o") < pl.col("n")) & (pl.col("n") < 2 * pl.col("o")))
    gains = plain.select((pl.col("n") - pl.col("o")).sort()).to_series()
    ref = gains[int(0.9 * (len(gains) - 1))] if len(gains) else 0
    fell = pl.col("n") < pl.col("o")
    jump = (pl.col("n") >= 2 * pl.col("o")) & (pl.col("n") - pl.col("o") > ref)
    found = []
    fallen = 0
    flagged = cells.with_columns(fell=fell).filter(fell | jump)
    for player, d_o, d, o, n, has_fallen in flagged.iter_rows():
        fallen += has_fallen
        fault = None
        told = name in ("kill_points", *TIERS) and d_o is not None and d is not None
        if told and (abs(d_o) <= 1) != (abs(d) <= 1):
            fault = "to" if abs(d_o) <= 1 else "from"
        kind = "fell" if has_fallen else "jump"
        found.append((player, kind, name, o, n, None if has_fallen else ref, fault))
    bad = fallen >= 5 and fallen * 20 > cells.height
    return found, [(name, fallen, cells.height)] if bad else []


if __name__ == "__main__":
    main(*sys.argv[1:])
