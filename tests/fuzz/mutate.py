"""Damage to bytes: one small change at a time, each a function of its dice."""

import re
from collections.abc import Callable, Sequence
from random import Random

from tests.fuzz.hostile import ENCODINGS, JSON_VALUES, NUMBERS, TOKENS

Mutator = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutate(dice: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Change bytes in one to eight ways; `others` are files that pieces may come from."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5, 8))):
        data = dice.choice(MUTATORS)(dice, data, others)
    return data


def _span(dice: Random, data: bytes, longest: int) -> tuple[int, int]:
    start = dice.randint(0, len(data))
    return start, min(len(data), start + dice.randint(1, longest))


def flip(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Flip a bit."""
    if not data:
        return data
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def insert(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put a token in, now and then many of it."""
    at = dice.randint(0, len(data))
    token = dice.choice(TOKENS) * dice.choice((1, 1, 1, 1, 3, 300))
    return data[:at] + token + data[at:]


def overwrite(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Put a token over what is there."""
    at = dice.randint(0, len(data))
    token = dice.choice(TOKENS)
    return data[:at] + token + data[at + len(token) :]


def delete(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Take bytes out."""
    start, end = _span(dice, data, dice.choice((1, 4, 100)))
    return data[:start] + data[end:]


def duplicate(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Repeat a piece right behind itself."""
    start, end = _span(dice, data, dice.choice((2, 40, 400)))
    return data[:end] + data[start:end] * dice.choice((1, 1, 2, 20)) + data[end:]


def splice(dice: Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Put a piece of another file in."""
    other = dice.choice(others)
    start, end = _span(dice, other, dice.choice((10, 100, 1000)))
    at, until = _span(dice, data, dice.choice((1, 50)))
    return data[:at] + other[start:end] + data[until:]


def truncate(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Cut it off at any byte."""
    return data[: dice.randint(0, len(data))]


def behead(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Take the first bytes away."""
    return data[dice.randint(0, min(len(data), dice.choice((4, 100)))) :]


def swap_encoding(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """The same text in another encoding."""
    return data.decode("utf-8", "ignore").encode(dice.choice(ENCODINGS), "ignore")


def swap_line_ends(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Another newline style, or a mixture of them."""
    ends = (b"\n", b"\r\n", b"\r", b"\n\n", b"\n\r")
    if dice.random() < 0.7:
        return re.sub(rb"\r\n|\r|\n", lambda _: ends[0], data).replace(b"\n", dice.choice(ends))
    return re.sub(rb"\r\n|\r|\n", lambda _: dice.choice(ends), data)


def swap_delimiter(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Another delimiter, everywhere or once."""
    here, there = dice.sample((b",", b";", b"\t", b":", b"|"), 2)
    return data.replace(here, there, dice.choice((-1, -1, 1)))


def swap_lines(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Shuffle, drop or repeat lines."""
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    how = dice.randrange(3)
    if how == 0:
        dice.shuffle(lines)
    else:
        at = dice.randrange(len(lines))
        lines[at : at + 1] = [lines[at]] * dice.choice((0, 2, 2, 21))
    return b"".join(lines)


def swap_number(dice: Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """A hostile number, or a hostile JSON value, where digits are."""
    found = [*re.finditer(rb'"?[0-9][0-9,.]*"?', data[:20_000])]
    if not found:
        return data
    one = dice.choice(found)
    new = dice.choice(dice.choice((NUMBERS, JSON_VALUES)))
    return data[: one.start()] + new.encode("utf-8", "surrogatepass") + data[one.end() :]


MUTATORS: tuple[Mutator, ...] = (
    *(flip, flip, insert, insert, overwrite, delete, duplicate, splice, truncate, behead),
    *(swap_encoding, swap_line_ends, swap_delimiter, swap_lines, swap_number, swap_number),
)
