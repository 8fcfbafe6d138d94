"""From decoded JSON objects to cells: int64 where a column has only integers, else text."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from chalicelib.players.headers import HeaderMap, meaning
from chalicelib.players.schema import TEXT_COLUMNS
from chalicelib.scans.batch import NAN, Cells, JsonNumber
from chalicelib.scans.findings import Finding, shorten
from chalicelib.scans.json.cursor import RepeatedKeys
from chalicelib.scans.whole_numbers import whole_number


def cells_of(players: list[dict[str, Any]], keys: Mapping[str, str]) -> Cells:
    """The cells of a batch of players.

    Args:
        players: decoded objects.
        keys: the keys to read, as they are written, and their columns.
    """
    columns: dict[str, pa.Array] = {}
    odd: dict[str, dict[int, Any]] = {}
    written: dict[str, dict[int, Any]] = {}
    for key, column in keys.items():
        values = [player.get(key) for player in players]
        is_text = column in TEXT_COLUMNS
        try:
            columns[column] = pa.array(values, pa.string() if is_text else pa.int64())
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
            cells = [_as_text(value, is_text=is_text) for value in values]
            columns[column] = pa.array(cells, pa.string())
            both = enumerate(zip(cells, values, strict=True))
            apart = [(index, cell, value) for index, (cell, value) in both if cell is not value]
            odd[column] = {index: value for index, cell, value in apart if cell is None}
            written[column] = {
                index: value
                for index, cell, value in apart
                if cell is not None and isinstance(value, JsonNumber)
            }
    return Cells(columns, len(players), _filled(odd), _filled(written))


def _filled(found: dict[str, dict[int, Any]]) -> dict[str, dict[int, Any]]:
    return {column: cells for column, cells in found.items() if cells}


def _as_text(value: Any, *, is_text: bool) -> str | None:
    """A value as text; None where it has none, or is no value of such a column.

    A number is its value, whatever its text would mean in a text cell: so it is made plain.
    """
    if isinstance(value, str):
        # A lone surrogate is not valid text.
        return None if any("\ud800" <= character <= "\udfff" for character in value) else value
    if is_text or isinstance(value, bool):
        return None
    if isinstance(value, JsonNumber):
        number = whole_number(value.text)
        return value.text if value.text == NAN else None if number is None else str(number)
    return str(value) if isinstance(value, int) else None


def repeated_columns(
    player: RepeatedKeys, headers: HeaderMap, row: int, line: int
) -> Iterator[Finding]:
    """The errors for keys of columns that stand twice in one object.

    Args:
        player: the object.
        headers: the columns of the file.
        row: its number.
        line: the physical line where it starts.
    """
    for key in player.repeated:
        column = meaning(key)
        if column in headers.present:
            yield Finding(
                code="duplicate_column",
                message=f'The key "{shorten(key)}" stands twice in this object.',
                hint="Keep one of the two.",
                row=row,
                line=line,
                column=column,
                position=headers.columns.index(column),
            )
