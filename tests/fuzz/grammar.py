"""Files that are made as scans are, CSV or JSON, with hostile cells, headers and shapes in them."""

import csv
import io
import json
from random import Random
from typing import Final

from tests.fuzz.hostile import JSON_VALUES, NAMES, NO_NAMES, NUMBERS
from tests.oracle.generate import DEATH_TIERS, HEADERS, IGNORED, TIERS

_NAMES: Final = tuple(NAMES.values())
_TEXTS: Final = ("id", "name", "alliance")
_DUPLICATES: Final = {"power": "POWER", "id": "Gov Id", "name": "user name", "deaths": "Dead"}

Table = tuple[list[str], list[list[str]]]


def table(dice: Random) -> Table:
    """Headers and rows of text, half of them without a fault."""
    good = dice.random() < 0.5
    columns = _columns(dice, good=good)
    headers = [dice.choice(HEADERS.get(column, (column,))) for column in columns]
    if not good:
        for _ in range(dice.choice((0, 0, 1, 2))):
            at = dice.randrange(len(headers))
            headers[at] = dice.choice((*_NAMES, *NO_NAMES, "", *_DUPLICATES.values()))
    count = dice.choice((0, 1, 1, 2, 3, 5, 9, 30))
    wrong = 0.0 if good else dice.choice((0.02, 0.02, 0.3))
    rows = [
        [cell(dice, column, number, wrong=dice.random() < wrong) for column in columns]
        for number in range(count)
    ]
    if not good and rows and dice.random() < 0.2:
        rows.append(rows[0])
    return headers, rows


def _columns(dice: Random, *, good: bool) -> list[str]:
    counters = [name for name in HEADERS if name not in _TEXTS]
    chosen = {"id", "name", *dice.sample(counters, dice.randint(1, 6))}
    chosen |= {*dice.choice(((), TIERS, DEATH_TIERS, ("t4_kills", "t5_kills", "deaths")))}
    chosen |= {*dice.sample(("alliance", *IGNORED), dice.randint(0, 3))}
    if not good and dice.random() < 0.2:
        chosen -= {*dice.sample(sorted(chosen), dice.randint(0, 3))}
    columns = sorted(chosen) or ["id"]
    dice.shuffle(columns)
    return columns


def cell(dice: Random, column: str, number: int, *, wrong: bool) -> str:
    """A cell's text; `number` is the player's, from which the id follows."""
    if wrong:
        return dice.choice(dice.choice((NUMBERS, NO_NAMES, _NAMES, JSON_VALUES)))
    if column == "id":
        return str(1_000_000 + number)
    if column in ("name", "alliance"):
        return dice.choice((f"Player {number}", dice.choice(_NAMES)))
    if column in HEADERS:
        value = dice.choice((0, number, dice.randrange(10**10), 2**53 - 1))
        return dice.choice((str(value), f"{value:,}", f" {value}", f"{value}.0", "-", ""))
    return dice.choice(("", "x", *_NAMES))


def csv_text(dice: Random, made: Table) -> str:
    """A table as CSV, faults of its form among them."""
    headers, rows = made
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=dice.choice(",,;\t"),
        lineterminator=dice.choice(("\n", "\r\n", "\r")),
        quoting=dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    )
    ragged = dice.random() < 0.1
    for row in (headers, *rows):
        cells = list(row)
        if ragged and dice.random() < 0.2:
            cells = dice.choice((cells[:-1], [*cells, ""], [*cells, "x"], [], cells[:1] * 50))
        writer.writerow(cells)
        if dice.random() < 0.03:
            out.write(dice.choice(("\n", "\r", "  \n", '"', '"\n', ",\n", "\0")))
    text = out.getvalue()
    return text.rstrip("\r\n") if dice.random() < 0.2 else text


def json_text(dice: Random, made: Table, shape: str) -> str:
    """A table as JSON (`array`, `wrapped` or `lines`), faults of its form among them."""
    headers, rows = made
    odd = dice.choice((0.0, 0.0, 0.02, 0.2))
    objects = [_object(dice, headers, row, odd) for row in rows]
    if odd and dice.random() < 0.3:
        objects.insert(dice.randint(0, len(objects)), dice.choice(JSON_VALUES))
    if shape == "lines":
        end = dice.choice(("\n", "\r\n", "\n\n", "\r", " "))
        return end.join(objects) + dice.choice((end, ""))
    players = "[" + dice.choice((",", ", ", ",\n", "\n,\r\n")).join(objects) + "]"
    if shape == "array":
        return players
    key = json.dumps(dice.choice(("root", "players", "id", *_NAMES)))
    before = dice.choice(("", '"count": 3, ', '"meta": {"by": [1, {}]}, ', '"none": [], '))
    after = dice.choice(("", ', "end": null', ', "ids": [1, 2]', ', "more": [{"x": 1}]'))
    return f"{{{before}{key}: {players}{after}}}"


def _object(dice: Random, headers: list[str], row: list[str], odd: float) -> str:
    members = []
    for header, text in zip(headers, row, strict=True):
        if dice.random() < odd:
            source = dice.choice(JSON_VALUES)
        elif text.isascii() and text.isdigit() and str(int(text[:99])) == text:
            source = dice.choice((text, f'"{text}"'))
        else:
            source = json.dumps(text, ensure_ascii=dice.random() < 0.5)
        if dice.random() >= odd / 2:
            members.append(f"{json.dumps(header, ensure_ascii=dice.random() < 0.5)}: {source}")
    if dice.random() < odd:
        members += dice.sample(members, min(1, len(members)))
    if dice.random() < odd:
        depth = dice.choice((5, 200, 900, 20_000))
        members.append('"deep": ' + "[" * depth + "]" * dice.choice((depth, depth, 0)))
    return "{" + dice.choice((", ", ",")).join(members) + "}"
