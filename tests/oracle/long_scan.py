"""Seeded scans of thousands of players: what depends on batches and blocks shows only there."""

import json
import random
from dataclasses import dataclass

HEADER = ("ID", "Name", "Alliance", "Power", "T1", "T2", "T3", "T4", "T5", "Deaths", "KP", "Rank")
_NAMES = ("Ada", "B\u00f6\nb", '"q"', "x,y", "NA", " pad ", "a\r\nb", "", "\u9f99\u5f71", "\u0644")
_BAD_NUMBERS = ("1.2M", "-9", "12.345", "9" * 20)


@dataclass(frozen=True)
class LongScan:
    """How to make one.

    Attributes:
        seed: what it consists of.
        players: how many.
        bad: the share of rows with a wrong cell, and of those with a cell too many.
        odd: the share of rows whose kill points do not fit.
    """

    seed: int
    players: int
    bad: float = 0.0
    odd: float = 0.0


def rows(scan: LongScan) -> list[list[str]]:
    """The players' cells."""
    dice = random.Random(scan.seed)
    return [_row(dice, scan, number) for number in range(scan.players)]


def _row(dice: random.Random, scan: LongScan, number: int) -> list[str]:
    power = dice.randrange(10**9)
    tiers = [dice.randrange(10**7) for _ in range(5)]
    points = sum(
        (tiers[0] // 5, 2 * tiers[1], 4 * tiers[2], 10 * tiers[3], 20 * tiers[4]),
        start=dice.random() < scan.odd,
    )
    row = [
        str(1_000_000 + number),
        dice.choice(_NAMES) * dice.randrange(1, 15),
        dice.choice(("AZ", "", "-")),
        dice.choice((str(power), f"{power:,}", f"{power}.0")),
        *map(str, tiers),
        str(dice.randrange(10**6)),
        str(points),
        str(number),
    ]
    if dice.random() < 0.02:
        row[dice.randrange(3, 10)] = dice.choice(("-1", "", "Unknown"))
    if dice.random() < scan.bad:
        place = dice.randrange(10)
        repeated = str(1_000_000 + dice.randrange(scan.players))
        wrong = {0: ("", "x", "0", repeated), 1: ("z" * 201,), 2: ("a\0b",)}
        row[place] = dice.choice(wrong.get(place, _BAD_NUMBERS))
    return row


def as_csv(scan: LongScan, ending: str) -> bytes:
    """The scan as CSV with some blank lines, needless quotes and ragged rows."""
    dice = random.Random(scan.seed + 1000)
    lines = [",".join(HEADER)]
    for row in rows(scan):
        line = ",".join(_quoted(cell, always=dice.random() < 0.05) for cell in row)
        lines.append(line + ",x" if dice.random() < scan.bad / 4 else line)
        lines += [""] * (dice.random() < 0.02)
    return (ending.join(lines) + ending).encode()


def _quoted(cell: str, *, always: bool) -> str:
    if always or any(mark in cell for mark in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def as_json_lines(scan: LongScan) -> bytes:
    """The scan as JSON Lines: numbers and strings mixed in one column, some keys left out."""
    dice = random.Random(scan.seed + 1000)
    return "".join(
        _object(row, dice) + "\n" * dice.choice((1, 1, 2)) for row in rows(scan)
    ).encode()


def as_wrapped_json(scan: LongScan) -> bytes:
    """The scan as an array in an object."""
    dice = random.Random(scan.seed + 1000)
    objects = ",\n ".join(_object(row, dice) for row in rows(scan))
    return f'{{"players": {scan.players}, "root": [\n {objects}\n]}}\n'.encode()


def _object(row: list[str], dice: random.Random) -> str:
    members: dict[str, int | str] = {}
    for header, cell in zip(HEADER, row, strict=True):
        whole = cell.isdigit() and header not in ("Name", "Alliance") and dice.random() < 0.5
        if header in ("ID", "Name") or dice.random() > 0.01:
            members[header] = int(cell) if whole else cell
    return json.dumps(members, ensure_ascii=dice.random() < 0.5)
