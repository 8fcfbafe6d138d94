"""The items of a kingdom's parts: where they are, their marks, and which are not as they must be.

A part's items lie in one group of its own and in every bucket of players. Its mark is written
before any of them and deleted after all: where no mark is, there is no part.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final, NamedTuple

from chalicelib.errors import StoreError
from chalicelib.items.keys import BUCKETS, mark_key, players_key
from chalicelib.items.packing import unpack
from chalicelib.lake.dynamodb.table import Item, ItemKey, Table

AT: Final = "at"
"""The fact of a mark: when its parts were last begun to be written, ISO time, UTC."""

_AT_ONCE: Final = 100


class Faults(NamedTuple):
    """Which of some items are not in the table as they must be.

    Attributes:
        missing: they are not there.
        differing: they are there with another content.
    """

    missing: list[Item]
    differing: list[Item]


def now_text() -> str:
    """The moment, as marks and the kingdom's item have it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def mark(kingdom: int, part: str, at: str) -> Item:
    """A part's mark.

    Args:
        kingdom: its number.
        part: the part's name.
        at: see `AT`.
    """
    return Item(mark_key(kingdom, part), b"", {AT: at})


def marks(table: Table, kingdom: int) -> dict[str, str]:
    """The marks of a kingdom: each one's time by its part; one query."""
    group = mark_key(kingdom, "-").group
    found = table.query(group, consistent=True, facts=True)
    return {item.key.name: item.facts.get(AT, "") for item in found}


def dated_marks(table: Table, kingdom: int) -> frozenset[str]:
    """The parts of a kingdom whose marks tell a time."""
    return frozenset(part for part, at in marks(table, kingdom).items() if _is_moment(at))


def _is_moment(at: str) -> bool:
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return False
    return True


def part_keys(table: Table, kingdom: int, part: str) -> Iterator[ItemKey]:
    """The keys of all items that a part may have; one query."""
    found = table.query(f"{kingdom}#{part}", consistent=True, facts=True)
    yield from [item.key for item in found]
    for bucket in range(BUCKETS):
        yield players_key(kingdom, bucket, part)


def faults(table: Table, items: Iterable[Item]) -> Faults:
    """Those of some items that are not there as they must be; a call for each hundred."""
    found = Faults([], [])
    rest = iter(items)
    while some := [*islice(rest, _AT_ONCE)]:
        there = table.get_many([item.key for item in some], consistent=True)
        for item in some:
            if item.key not in there:
                found.missing.append(item)
            elif not _says_the_same(there[item.key], item):
                found.differing.append(item)
    return found


def _says_the_same(one: Item, other: Item) -> bool:
    """Contents are compared: another version of zlib may compress the same to other bytes."""
    if one.facts != other.facts:
        return False
    return one.body == other.body or _content(one) == _content(other)


def _content(item: Item) -> bytes:
    """What is packed in an item; the body of a piece, or of a damaged one."""
    try:
        return unpack(item)
    except StoreError:
        return item.body
