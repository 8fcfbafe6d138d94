"""Read a JSON scan's objects again: to find rows, to see all of their cells, to leave some out."""

import codecs
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from chalicelib.players.headers import KINGDOM
from chalicelib.scans.batch import RowLocation, WholeRow, cell_text
from chalicelib.scans.findings import FindingList
from chalicelib.scans.json.cursor import JsonText
from chalicelib.scans.json.shapes import Shape, line_objects, list_objects
from chalicelib.scans.text_stream import TextStream, UnreadableError

# Characters from and before which the text is left out.
Span = tuple[int, int]


class Source(NamedTuple):
    """A scan's text, and what its reader knows of it.

    Attributes:
        open_text: opens the text at its start, as often as it is called.
        shape: how its players stand in it.
        columns: the keys that are read, as they are written, and their columns.
    """

    open_text: Callable[[], TextStream]
    shape: Shape
    columns: Mapping[str, str]


class Again(NamedTuple):
    """An object that is met again.

    Attributes:
        row: its number; None for an object without a value in any mapped column, which is no row.
        line: the physical line where it starts.
        value: the object; None where something else stands in its place.
    """

    row: int | None
    line: int
    value: Any


def objects_of(
    text: JsonText, shape: Shape, errors: FindingList | None = None
) -> Iterator[tuple[int, Any]]:
    """A text's values from its start, each with its line.

    Raises:
        UnreadableError: the text cannot be read on.
    """
    if shape == "lines":
        return line_objects(text, errors)
    return list_objects(text, wrapped=shape == "wrapped")


def deciding_keys(columns: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that decide whether an object is a row: those of mapped columns, the id first."""
    keys = [key for key, column in columns.items() if column != KINGDOM]
    return tuple(sorted(keys, key=lambda key: columns[key] != "id"))


def is_blank(player: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether an object has no value under any of the keys, if any: absent, null, blank text."""
    for key in keys:
        found = player.get(key)
        if found is not None and not (isinstance(found, str) and not found.strip()):
            return False
    return bool(keys)


def locate_rows(source: Source, rows: list[int]) -> dict[int, RowLocation]:
    """See `Reader.locate_rows`."""
    wanted = set(rows)
    id_key = next((key for key, name in source.columns.items() if name == "id"), None)
    found: dict[int, RowLocation] = {}
    players = (one for one in _numbered(source, JsonText(source.open_text())) if one.row)
    try:
        for row, line, value in islice(players, max(wanted, default=0)):
            if row in wanted:
                player = value if isinstance(value, dict) else {}
                found[row] = RowLocation(line, cell_text(player.get(id_key)))
    except UnreadableError:
        pass  # this error is reported already; the rows before it are located
    return found


def whole_rows(source: Source, keys: Collection[str]) -> Iterator[WholeRow]:
    """See `Reader.whole_rows`.

    Args:
        source: the scan.
        keys: all keys of its objects, in the order of the header's names.
    """
    for row, line, value in _numbered(source, JsonText(source.open_text())):
        if row is not None and isinstance(value, dict):
            yield WholeRow(row, line, tuple(cell_text(value.get(key)) for key in keys))


def write_without(source: Source, rows: Collection[int], out: BinaryIO) -> None:
    """See `Reader.write_without`: the rest of the text as it stands, and no comma too many."""
    left_out = iter(_spans(source, frozenset(rows)))
    text = source.open_text()
    if text.encoding.bom:
        out.write(codecs.BOM_UTF8)
    decoder = codecs.getincrementaldecoder("utf-8")()
    start, end = next(left_out, _NOWHERE)
    passed = 0
    while data := text.read():
        piece = decoder.decode(data)
        kept: list[str] = []
        position = 0
        while start < passed + len(piece):
            kept.append(piece[position : max(start - passed, position)])
            position = min(end - passed, len(piece))
            if end > passed + len(piece):
                break
            start, end = next(left_out, _NOWHERE)
        else:
            kept.append(piece[position:])
        out.write("".join(kept).encode("utf-8"))
        passed += len(piece)


_FAR = 1 << 62
_NOWHERE: Span = (_FAR, _FAR)


def _spans(source: Source, rows: frozenset[int]) -> list[Span]:
    """What to leave out of the text, in order.

    An object goes with the comma or line end before it; the first ones of a file go with those
    after them.
    """
    text = JsonText(source.open_text())
    spans: list[Span] = []
    first: int | None = None
    is_kept = False
    end = 0
    for row, _, value in _numbered(source, text):
        start = end if value is None else text.value_start
        if row in rows and is_kept:
            spans.append((end, text.passed))
        elif row in rows:
            first = start if first is None else first
        else:
            if first is not None and not is_kept:
                spans.append((first, start))
            is_kept = True
        end = text.passed
    if first is not None and not is_kept:
        spans.append((first, end))
    return spans


def _numbered(source: Source, text: JsonText) -> Iterator[Again]:
    keys = deciding_keys(source.columns)
    row = 0
    for line, value in objects_of(text, source.shape):
        if isinstance(value, dict) and is_blank(value, keys):
            yield Again(None, line, value)
        else:
            row += 1
            yield Again(row, line, value)
