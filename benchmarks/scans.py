"""Scans of made-up players, the same ones for the same arguments."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

NUMBERS = (
    *("Power", "Killpoints", "Deads", *(f"T{tier} Kills" for tier in range(1, 6))),
    *("Ranged", "Rss Gathered", "Rss Assistance", "Helps"),
)
HEADER = ["ID", "Name", *NUMBERS, "Alliance"]
UNUSUAL = ("-1", "", "Unknown", " 1234567 ", '"1,234,567"', "32040216.0", "0012", "-")
BAD = ("12.345", "1.2M", "(10,975)", "1.2E+9", "4.5", "#####", "-17", "abc")

Player = tuple[int, str, list[int], str]


def players(count: int) -> Iterator[Player]:
    """Id, name, the numbers in the header's order, alliance; kill points are the game's own."""
    random = Random(count)
    for number in range(count):
        tiers = [int(random.random() ** 3 * 4e8) for _ in range(5)]
        points = sum(t * p for t, p in zip(tiers[1:], (2, 4, 10, 20), strict=True))
        name = f"Player {number}" if number % 4 else f"Игрок {number}"
        rest = [int(random.random() * size) for size in (1e9, 1e11, 1e10, 1e5)]
        numbers = [int(random.random() * 2e8), points + tiers[0] // 5]
        numbers += [int(random.random() ** 2 * 5e7), *tiers, *rest]
        yield 10_000_000 + number, name, numbers, f"[{number % 40:02d}] Alliance"


def write_csv(path: Path, count: int, form: str = "plain") -> None:
    """A scan in RokTracker's format.

    Args:
        path: where to.
        count: how many players.
        form: `plain`; `thousands` (every number with separators, quoted); `unusual` (1% of the
            cells are not known, padded, grouped or a float); `bad` (0.1% are no numbers).
    """
    random = Random(f"{count} {form}")
    odd, share = {"unusual": (UNUSUAL, 0.01), "bad": (BAD, 0.001)}.get(form, ((), 0.0))

    def cell(number: int) -> str:
        if form == "thousands":
            return f'"{number:,}"'
        if odd and random.random() < share:
            text = random.choice(odd)
            return text if '"' in text or "," not in text else f'"{text}"'
        return str(number)

    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        for player, name, numbers, alliance in players(count):
            file.write(f"{player},{name},{','.join(map(cell, numbers))},{alliance}\n")


def write_json(path: Path, count: int) -> None:
    """The same as JSON: one object a line in a `.jsonl`, else an array."""
    lines = path.suffix == ".jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.write("" if lines else "[")
        for index, (player, name, numbers, alliance) in enumerate(players(count)):
            row = dict(zip(HEADER, [player, name, *numbers, alliance], strict=True))
            text = json.dumps(row, ensure_ascii=False)
            file.write(f"{text}\n" if lines else f"{', ' * bool(index)}{text}")
        file.write("" if lines else "]\n")
