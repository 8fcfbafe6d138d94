"""JSON in its three shapes as a table: an array of objects, an object around one, JSON Lines."""

import json
from typing import Any, NoReturn

from tests.oracle.columns import COUNTERS, map_headers, meaning
from tests.oracle.table import NO_FORMULA, Cell, Lines, Record, RefusedError, Table, is_blank

_SPACE = " \t\r\n"


class _Number(str):
    """A number's own text."""


class _Object(list[tuple[str, Any]]):
    """An object's members in order."""


def _constant(text: str) -> _Number:
    """NaN, which Python writes into JSON; the infinities are no JSON."""
    if text != "NaN":
        raise ValueError(f"{text} is not JSON")
    return _Number(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Object,
    parse_int=_Number,
    parse_float=_Number,
    parse_constant=_constant,
)


class _Reader:
    """Decodes values of one text and knows where each stood."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)

    def skip(self, place: int) -> int:
        while place < len(self.text) and self.text[place] in _SPACE:
            place += 1
        return place

    def value(self, place: int) -> tuple[Any, int]:
        try:
            decoded, end = _DECODER.raw_decode(self.text, place)
        except json.JSONDecodeError as error:
            self.refuse(error.pos)
        except (ValueError, RecursionError):
            self.refuse(place)
        return decoded, end

    def expect(self, place: int, allowed: str) -> str:
        if place >= len(self.text) or self.text[place] not in allowed:
            self.refuse(place)
        return self.text[place]

    def refuse(self, place: int) -> NoReturn:
        raise RefusedError("bad_json", self.lines.at(min(place, max(len(self.text) - 1, 0))))


def json_table(text: str) -> Table:
    """Read JSON.

    Raises:
        RefusedError: `empty_file` when no player is in it, `bad_json` when it is not JSON of one
            of the three shapes.
    """
    reader = _Reader(text)
    start = reader.skip(0)
    if start == len(text):
        raise RefusedError("empty_file")
    if text[start] == "[":
        values, end = _array(reader, start)
        _nothing_more(reader, end)
    elif text[start] == "{":
        values = _object_or_lines(reader, start)
    else:
        reader.refuse(start)
    if not values:
        raise RefusedError("empty_file")
    return _table(reader, values)


def _object_or_lines(reader: _Reader, start: int) -> list[tuple[int, Any]]:
    """One object around an array of objects, or one object a line."""
    wrapped = _wrapped(reader, start)
    if wrapped is not None:
        return wrapped
    values = []
    place = start
    while place < len(reader.text):
        value, end = reader.value(place)
        values.append((place, value))
        place = reader.skip(end)
    if _has_a_column(values[0][1]):
        reader.refuse(start)
    if len(values) == 1 and _is_around_something(values[0][1]):
        reader.refuse(start)
    return values


def _has_a_column(value: _Object) -> bool:
    """Whether the id of an object is all ids of a table: a list, or an object by row numbers."""
    for key, member in value:
        if meaning(key) == "id" and member and isinstance(member, list):
            is_object = isinstance(member, _Object)
            inner = [each for _, each in member] if is_object else member
            has_numbers = not is_object or all(name.isdecimal() for name, _ in member)
            return has_numbers and not any(isinstance(each, list) for each in inner)
    return False


def _is_around_something(value: _Object) -> bool:
    """Whether an object is no player, and has an array or an object in it that is not empty."""
    if any(meaning(key) is not None for key, _ in value):
        return False
    return any(isinstance(member, list) and member for _, member in value)


def _wrapped(reader: _Reader, start: int) -> list[tuple[int, Any]] | None:
    """The elements of the one array of objects in the object that the text is, or None."""
    decoded, end = reader.value(start)
    if reader.skip(end) != len(reader.text):
        return None
    if any(meaning(key) == "id" for key, _ in decoded):
        return None  # a player whose array is a member of no interest
    lists = [member for _, member in decoded if _is_list(member)]
    if lists and not any(lists):
        return []
    arrays = [member for member in lists if _is_array_of_objects(member)]
    if not arrays:
        return None
    if len(arrays) > 1:
        reader.refuse(start)
    place = reader.skip(start + 1)
    while True:
        _, place = reader.value(place)
        place = reader.skip(reader.skip(place) + 1)
        member, after = reader.value(place)
        if _is_array_of_objects(member):
            return _array(reader, place)[0]
        place = reader.skip(reader.skip(after) + 1)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and not isinstance(value, _Object)


def _is_array_of_objects(value: Any) -> bool:
    """Whether it is one, with something in it."""
    return _is_list(value) and bool(value) and all(isinstance(each, _Object) for each in value)


def _array(reader: _Reader, start: int) -> tuple[list[tuple[int, Any]], int]:
    """The elements of an array (offset, value, source) and where it ends."""
    values: list[tuple[int, Any]] = []
    place = reader.skip(start + 1)
    if reader.text.startswith("]", place):
        return values, place + 1
    while True:
        value, end = reader.value(place)
        values.append((place, value))
        place = reader.skip(end)
        if reader.expect(place, ",]") == "]":
            return values, place + 1
        place = reader.skip(place + 1)


def _nothing_more(reader: _Reader, place: int) -> None:
    rest = reader.skip(place)
    if rest != len(reader.text):
        reader.refuse(rest)


def _table(reader: _Reader, values: list[tuple[int, Any]]) -> Table:
    """Columns are all keys that occur, first seen first."""
    places: dict[str, int] = {}
    table = Table([], None)
    for start, value in values:
        if not isinstance(value, _Object):
            reader.refuse(start)
        for key, _ in value:
            places.setdefault(key, len(places))
        keys = [key for key, _ in value]
        table.repeated += [key for key in keys if keys.count(key) > 1 and key not in table.repeated]
        cells = {places[key]: _cell(member) for key, member in value}
        table.records.append(Record(reader.lines.at(start), cells))
    table.headers = list(places)
    _check_values(reader, table, *values[0])
    _leave_out_blank(table)
    return table


def _check_values(reader: _Reader, table: Table, start: int, first: _Object) -> None:
    """Refuse players whose values stand in an object within them."""
    mapping = map_headers(table.headers, NO_FORMULA)
    if {"id", "name"} <= mapping.place.keys() and any(map(mapping.has, COUNTERS)):
        return
    for _, member in first:
        if isinstance(member, _Object) and any(meaning(key) for key, _ in member):
            reader.refuse(start)


def _leave_out_blank(table: Table) -> None:
    """Objects without a value in any mapped column are no rows."""
    mapped = map_headers(table.headers, NO_FORMULA).place.values()
    rows = []
    for record in table.records:
        cells = [record.cells[place] for place in mapped if place in record.cells]
        if not mapped or any(cell.kind != "null" and not is_blank(cell.text) for cell in cells):
            rows.append(record)
        else:
            table.blank_rows += 1
    table.records = rows


def _cell(value: Any) -> Cell:
    if isinstance(value, _Number):
        return Cell(str(value), "number")
    if isinstance(value, str):
        return Cell(value)
    if value is None:
        return Cell("", "null")
    return Cell(_source(value), "other")


def _source(value: Any) -> str:
    """A value written as compact JSON."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, _Object):
        members = (f"{json.dumps(key, ensure_ascii=False)}:{_source(each)}" for key, each in value)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_source(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
