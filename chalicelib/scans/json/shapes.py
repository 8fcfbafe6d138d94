"""The three shapes of a JSON scan (contract, section 4), and how to read the players of each."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

from chalicelib.scans.findings import FindingList
from chalicelib.scans.json.cursor import JsonShapeError, JsonSyntaxError, JsonText, bad_json
from chalicelib.scans.json.forms import ANY_SHAPE, ROWS, TRAILING_COMMA
from chalicelib.scans.json.outer_object import OuterObject, skip_list
from chalicelib.scans.text_stream import empty_file

BATCH_ROWS: Final = 8192
BATCH_CHARACTERS: Final = 4 * 1024 * 1024

Shape = Literal["array", "wrapped", "lines"]
IsNoRow = Callable[[dict[str, Any]], bool]


def _never(_: dict[str, Any]) -> bool:
    return False


def find_shape(text: JsonText) -> Shape:
    """The shape of a text, from its beginning.

    Raises:
        JsonSyntaxError: it is none of the three.
        UnreadableError: the text cannot be read, or is empty.
    """
    start = text.peek()
    if not start:
        raise empty_file()
    if start == "[":
        return "array"
    if start != "{":
        reason = f"it starts with '{start}', not with a list or an object of players"
        raise JsonShapeError(text.line, reason, f"If it is CSV, name it .csv. Else: {ANY_SHAPE}")
    return "wrapped" if OuterObject(text).has_players() else "lines"


def _find_list(text: JsonText) -> bool:
    """Go to the first object of the list in the wrapper; False when there is none."""
    text.take("{")
    while text.peek() == '"':
        text.value()
        text.take(":")
        if text.peek() != "[":
            text.value()
        else:
            text.take("[")
            if text.peek() == "{":
                return True
            skip_list(text)
        if text.peek() != ",":
            break
        text.take(",")
    return False


def enter_list(text: JsonText, *, wrapped: bool) -> bool:
    """Go to the first object of the list of players; False when there is no list.

    Raises:
        UnreadableError: the text before it is not JSON.
    """
    try:
        if wrapped:
            return _find_list(text)
        text.take("[")
        return True
    except JsonSyntaxError as error:
        raise bad_json(error) from None


def list_objects(text: JsonText, *, wrapped: bool) -> Iterator[tuple[int, Any]]:
    """The players of a list, each with the line where it starts.

    Raises:
        UnreadableError: the text is no JSON from some line on, or a list has no objects.
    """
    if enter_list(text, wrapped=wrapped):
        yield from objects_left(text, wrapped=wrapped)


def objects_left(
    text: JsonText, *, wrapped: bool, rows_before: int = 0, is_no_row: IsNoRow = _never
) -> Iterator[tuple[int, Any]]:
    """The players of a list from the text's position on, each with the line where it starts.

    Args:
        text: the text.
        wrapped: whether the list is in an object.
        rows_before: how many rows were read before, to number the row of an error.
        is_no_row: whether an object takes no number.

    Raises:
        UnreadableError: the text is no JSON from some line on, or a list has no objects.
    """
    row = rows_before
    try:
        for line in _elements(text):
            row += 1
            value = text.value()
            yield line, value
            row -= is_no_row(value)
        if wrapped:
            _pass_rest(text)
        if text.peek():
            raise JsonShapeError(text.line, "something follows the end of the list")
    except JsonSyntaxError as error:
        raise bad_json(error, row or None) from None


def _elements(text: JsonText) -> Iterator[int]:
    """Yield the line of each object of a list; the caller then reads the object."""
    if text.peek() == "]":
        text.take("]")
        return
    separator = ","
    while separator == ",":
        if text.peek() == "]":
            raise JsonSyntaxError(text.line, TRAILING_COMMA)
        if text.peek() == "[":
            raise JsonShapeError(text.line, ROWS)
        if text.peek() not in ("{", ""):
            raise JsonShapeError(text.line, "the list holds something else than objects")
        yield text.line
        separator = text.take(",]")


def _pass_rest(text: JsonText) -> None:
    """Pass the rest of the wrapper after the list of players."""
    while text.take(",}") == ",":
        text.peek()
        text.value()
        text.take(":")
        if text.peek() == "[":
            text.take("[")
            if text.peek() == "{":
                raise JsonShapeError(text.line, "there is a second list of objects")
            skip_list(text)
        else:
            text.value()


def line_objects(
    text: JsonText,
    errors: FindingList | None = None,
    *,
    rows_before: int = 0,
    is_no_row: IsNoRow = _never,
) -> Iterator[tuple[int, Any]]:
    """The values of a text with one per line; after a value that is no object, skip the line.

    Args:
        text: the text.
        errors: where to add what is wrong.
        rows_before: how many rows were read before, to number the rows of errors.
        is_no_row: whether an object takes no number.

    Raises:
        UnreadableError: the text cannot be read.
    """
    row = rows_before
    last = 0

    def refuse(error: JsonSyntaxError) -> None:
        if errors is not None:
            errors.add([bad_json(error, row).finding])
        text.skip_line()

    while character := text.peek():
        line = text.line
        if line == last:
            refuse(JsonShapeError(line, f"'{character}' follows the object"))
            continue
        row += 1
        value: Any = None
        if character != "{":
            refuse(JsonShapeError(line, f"an object is expected, '{character}' is there"))
        else:
            try:
                value = text.value()
                last = text.line
            except JsonSyntaxError as error:
                refuse(JsonSyntaxError(line, error.reason, error.hint))
        yield line, value
        row -= value is not None and is_no_row(value)


def split_batches(
    text: JsonText, objects: Iterator[tuple[int, Any]]
) -> Iterator[list[tuple[int, Any]]]:
    """A text's values in batches, limited by number and by length, to bound memory.

    Args:
        text: the text that they are read from.
        objects: the values, each with its line.
    """
    batch: list[tuple[int, Any]] = []
    start = text.passed
    for one in objects:
        batch.append(one)
        if len(batch) == BATCH_ROWS or text.passed - start > BATCH_CHARACTERS:
            yield batch
            batch, start = [], text.passed
    if batch:
        yield batch
