"""Map headers to columns (contract, section 4; the names are in `schema.json`)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from chalicelib.players.fold import fold
from chalicelib.players.schema import COLUMNS, COUNTERS, REQUIRED_COLUMNS, SUMS

_MEANINGS: Final[Mapping[str, str]] = {
    fold(name): column.name for column in COLUMNS for name in (column.name, *column.aliases)
}
_MEANINGS_ALONE: Final[Mapping[str, str]] = {
    fold(name): column.name for column in COLUMNS for name in column.aliases_alone
}

KINGDOM: Final = "kingdom"
"""The kingdom that a player is of, in the file: held against the key, and not kept."""

_KINGDOM_HEADERS: Final = frozenset(map(fold, ("Kingdom", "Kingdom ID", "Kingdom Number")))


def is_kingdom(header: str) -> bool:
    """Whether a header says which kingdom a player is of (contract, section 4)."""
    return fold(header) in _KINGDOM_HEADERS


def meaning(header: str) -> str | None:
    """The column that a header means, or may mean beside other headers; None for an unknown one."""
    folded = fold(header)
    return _MEANINGS.get(folded) or _MEANINGS_ALONE.get(folded)


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
    """Find the column of each header."""
    names = [header.replace("\ufeff", "") for header in headers]
    folded = [fold(name) for name in names]
    mapped: dict[str, str] = {}
    taken: set[str] = set()
    ignored: list[str] = []
    duplicates: list[tuple[str, str]] = []
    columns: list[str | None] = []
    has_kingdom = False
    for name, form, column in zip(names, folded, _meanings(folded), strict=True):
        if column is None:
            ignored.append(name)
            is_first = form in _KINGDOM_HEADERS and not has_kingdom
            has_kingdom = has_kingdom or is_first
            columns.append(KINGDOM if is_first else None)
        elif column in taken:
            duplicates.append((name, column))
            columns.append(None)
        else:
            taken.add(column)
            mapped[name] = column
            columns.append(column)
    return HeaderMap(mapped, tuple(ignored), tuple(duplicates), tuple(columns), tuple(names))


def _meanings(folded: Sequence[str]) -> list[str | None]:
    """The columns of folded headers.

    A name like "Governor" means a column only where no other header does, and a player's name only
    beside an id: else it may be the id itself.
    """
    found = [_MEANINGS.get(form) for form in folded]
    certain = set(found)
    alone = {form: column for form in folded if (column := _MEANINGS_ALONE.get(form))}
    has_id = "id" in certain or "id" in alone.values()
    usable = {
        form: column
        for form, column in alone.items()
        if column not in certain and (column != "name" or has_id)
    }
    if not usable:
        return found
    return [column or usable.get(form) for form, column in zip(folded, found, strict=True)]
