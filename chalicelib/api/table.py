"""Lists of an answer as CSV (contract, section 8): which rows there are, and which columns.

RFC 4180: commas, CRLF after every line, a header. UTF-8 without a mark at its beginning.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

CSV_TYPE: Final = "text/csv; charset=utf-8"

Cell = str | int | None
Item = Mapping[str, Any]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins with one of these is a formula to a spreadsheet."""
_QUOTED: Final = frozenset(',"\r\n')


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: its header.
        read: its cell, of an item of a list.
    """

    name: str
    read: Callable[[Item], Cell]


class Table(NamedTuple):
    """How a document is told as rows.

    Attributes:
        lists: the keys of the document's lists, in order. If there are several, a row begins with
            its list's name, in a column `list`.
        columns: the columns, from the values of the request's parameters by their arguments. They
            follow from the request alone, so that a spreadsheet has them whatever the answer is.
    """

    lists: tuple[str, ...]
    columns: Callable[[Mapping[str, Any]], Sequence[Column]]


def keys(*names: str) -> list[Column]:
    """A column for each of these keys of an item; empty where an item lacks it."""
    return [Column(name, _reader(name)) for name in names]


def keys_of(outer: str, names: Sequence[str], prefix: str = "") -> list[Column]:
    """A column for each of these keys of an object within an item, called with a prefix.

    Args:
        outer: the object's key in the item; the cells are empty where it is null or not there.
        names: the keys.
        prefix: what stands before them in the header.
    """
    return [Column(f"{prefix}{name}", _reader(outer, name)) for name in names]


def kinds(name: str = "suspects") -> Column:
    """The kinds of an item's suspects, each once, in alphabetical order, between spaces."""

    def read(item: Item) -> str:
        return " ".join(sorted({one["kind"] for one in item.get(name, ())}))

    return Column(name, read)


def as_csv(table: Table, document: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The rows of a document as CSV.

    Args:
        table: how the document is told as rows.
        document: an answer's.
        values: the values of the request's parameters, by their arguments.
    """
    columns = table.columns(values)
    several = len(table.lists) > 1
    header: list[Cell] = [*(["list"] if several else []), *(column.name for column in columns)]
    rows = [header, *_rows(table.lists, document, columns, several=several)]
    return "".join(",".join(map(_text, row)) + "\r\n" for row in rows)


def _rows(
    lists: Sequence[str],
    document: Mapping[str, Any],
    columns: Sequence[Column],
    *,
    several: bool,
) -> Iterator[list[Cell]]:
    for name in lists:
        first: list[Cell] = [name] if several else []
        for item in document[name]:
            yield [*first, *(column.read(item) for column in columns)]


def _reader(*path: str) -> Callable[[Item], Cell]:
    def read(item: Item) -> Cell:
        found: Any = item
        for name in path:
            found = None if found is None else found.get(name)
        cell: Cell = found
        return cell

    return read


def _text(cell: Cell) -> str:
    """A cell as it stands in the file: formulas made harmless, quoted where that is needed."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    text = f"'{cell}" if cell.startswith(_FORMULA) else cell
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'
