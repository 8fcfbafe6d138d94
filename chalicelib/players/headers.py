"""Map headers to columns (contract, section 4; the names are in `schema.json`)."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from chalicelib.players.schema import COLUMNS, COUNTERS, PARTS, REQUIRED_COLUMNS, SUMS

_NOT_COMPARED: Final = re.compile(r"[\s_\-\ufeff]+")


def fold(header: str) -> str:
    """A header in the form for comparison: without case, spaces, `_`, `-` and BOM."""
    return _NOT_COMPARED.sub("", header).lower()


_MEANINGS: Final[Mapping[str, str]] = {
    fold(name): column.name
    for column in (*COLUMNS, *PARTS)
    for name in (column.name, *column.aliases)
}


KINGDOM: Final = "kingdom"
"""The kingdom that a player is of, in the file: held against the key, and not kept."""

_KINGDOM_HEADERS: Final = frozenset(map(fold, ("Kingdom", "Kingdom ID", "Kingdom Number")))


def is_kingdom(header: str) -> bool:
    """Whether a header says which kingdom a player is of (contract, section 4)."""
    return fold(header) in _KINGDOM_HEADERS


def meaning(header: str) -> str | None:
    """The column that a header means; None for an unknown header."""
    return _MEANINGS.get(fold(header))


class HeaderMap(NamedTuple):
    """What a file's headers mean.

    Attributes:
        mapped: header as written to column, in file order.
        ignored: unknown headers, in file order.
        duplicates: (header, column) of each header whose column an earlier one has already.
        columns: the column of each header in file order, None where it is ignored; `KINGDOM` for
            the first that says which kingdom a player is of (it is in `ignored` too, until its
            values are known to be such numbers).
        names: all headers, in file order.
    """

    mapped: Mapping[str, str]
    ignored: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    columns: tuple[str | None, ...]
    names: tuple[str, ...] = ()

    @property
    def present(self) -> frozenset[str]:
        """The columns that the file has."""
        return frozenset(self.mapped.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """The required columns that the file does not have."""
        return tuple(name for name in REQUIRED_COLUMNS if name not in self.present)

    @property
    def summed(self) -> tuple[str, ...]:
        """The columns to compute as sums, because the file lacks them and has all parts."""
        return tuple(
            total
            for total, parts in SUMS.items()
            if total not in self.present and self.present.issuperset(parts)
        )

    @property
    def counters(self) -> tuple[str, ...]:
        """The counters that the file has or that can be added up from what it has."""
        known = self.present.union(self.summed)
        return tuple(name for name in COUNTERS if name in known)


def map_headers(headers: Iterable[str]) -> HeaderMap:
    """Find the column of each header.

    Parts (deaths by tier) are read only if their sum is needed: the file has all of them and not
    the total. Otherwise they are ignored like unknown headers.
    """
    names = [header.replace("\ufeff", "") for header in headers]
    meanings = [meaning(name) for name in names]
    found = set(meanings)
    unwanted = {
        part
        for total, parts in SUMS.items()
        for part in parts
        if part in _PART_NAMES and (total in found or not found.issuperset(parts))
    }
    mapped: dict[str, str] = {}
    taken: set[str] = set()
    ignored: list[str] = []
    duplicates: list[tuple[str, str]] = []
    columns: list[str | None] = []
    for name, column in zip(names, meanings, strict=True):
        if column is None or column in unwanted:
            ignored.append(name)
            is_first = is_kingdom(name) and KINGDOM not in columns
            columns.append(KINGDOM if is_first else None)
        elif column in taken:
            duplicates.append((name, column))
            columns.append(None)
        else:
            taken.add(column)
            mapped[name] = column
            columns.append(column)
    return HeaderMap(mapped, tuple(ignored), tuple(duplicates), tuple(columns), tuple(names))


_PART_NAMES: Final = frozenset(part.name for part in PARTS)
