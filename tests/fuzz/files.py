"""Hostile files: each is a function of its seed, so that a number names it for ever."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz import grammar, specials
from tests.fuzz.mutate import mutate

_EXAMPLES: Final = Path(__file__).parents[2] / "examples"
_SHAPES: Final = {".json": ("array", "wrapped"), ".jsonl": ("lines",), ".ndjson": ("lines",)}


@dataclass(frozen=True)
class HostileFile:
    """A file to check.

    Attributes:
        seed: what it is made of.
        family: how.
        name: the file's name.
        data: its bytes.
    """

    seed: int
    family: str
    name: str
    data: bytes


def make(seed: int) -> HostileFile:
    """The file of a seed."""
    dice = Random(seed)
    family = dice.choices(
        ("mutated example", "grammar", "mutated grammar", "small special", "large special"),
        (30, 30, 29, 10, 1),
    )[0]
    if family == "mutated example":
        name, data = dice.choice(examples())
        name, data = _damaged(dice, name, data)
    elif family == "small special":
        name, data = dice.choice(specials.SMALL)(dice)
    elif family == "large special":
        name, data = dice.choice(specials.LARGE)(dice)
    else:
        name, data = _grammatical(dice)
        if family == "mutated grammar":
            name, data = _damaged(dice, name, data)
        elif dice.random() < 0.2:
            name, data = f"{name}.gz", gzip.compress(data, 1, mtime=0)
    return HostileFile(seed, family, name, data)


def _grammatical(dice: Random) -> tuple[str, bytes]:
    kind = dice.choice((".csv", ".csv", ".tsv", ".json", ".jsonl", ".ndjson"))
    made = grammar.table(dice)
    if kind in _SHAPES:
        text = grammar.json_text(dice, made, dice.choice(_SHAPES[kind]))
    else:
        text = grammar.csv_text(dice, made)
    codec = dice.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"))
    return f"players{kind}", text.encode(codec, "surrogatepass")


def _damaged(dice: Random, name: str, data: bytes) -> tuple[str, bytes]:
    others = [body for _, body in examples()]
    how = dice.random()
    if how < 0.8:
        data = mutate(dice, data, others)
        name = dice.choice(_NAMES) if dice.random() < 0.05 else name
        return name, data
    if how < 0.9:
        return f"{name}.gz", gzip.compress(mutate(dice, data, others), 1, mtime=0)
    return f"{name}.gz", mutate(dice, gzip.compress(data, 1, mtime=0), others)


_NAMES: Final = ("p.csv", "p.tsv", "p.json", "p.jsonl", "p.ndjson", "p.csv.gz", "p.json.gz")


@cache
def examples() -> tuple[tuple[str, bytes], ...]:
    """Pieces of the example scans, in every format: their first lines, and one of them whole."""
    found: list[tuple[str, bytes]] = []
    for path in sorted(_EXAMPLES.rglob("*.*")):
        if path.suffix not in (".csv", ".tsv", ".jsonl"):
            continue
        data = path.read_bytes()
        found += [(f"players{path.suffix}", _head(data, lines)) for lines in (3, 12, 40)]
        if path.suffix == ".jsonl":
            players = _head(data, 12).rstrip().replace(b"\n", b",\n")
            found.append(("players.json", b"[" + players + b"]"))
            found.append(("players.json", b'{"count": 12, "root": [' + players + b"]}"))
        elif len(data) < 20_000:
            found.append((f"players{path.suffix}", data))
    return tuple(found)


def _head(data: bytes, lines: int) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16").splitlines(keepends=True)
        return "".join(text[:lines]).encode("utf-16")
    return b"".join(data.splitlines(keepends=True)[:lines])
