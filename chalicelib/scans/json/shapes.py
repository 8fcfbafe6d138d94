"""The three shapes of a JSON scan (contract, section 4), and how to read the players of each."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

from chalicelib.players.headers import meaning
from chalicelib.scans.findings import FindingList
from chalicelib.scans.json.cursor import JsonShapeError, JsonSyntaxError, JsonText, bad_json
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
        raise JsonShapeError(text.line, reason)
    return "wrapped" if _OuterObject(text).has_players() else "lines"


class _OuterObject:
    """The object at a text's position: a wrapper around a list of players, or a player."""

    def __init__(self, text: JsonText) -> None:
        self._text = text
        self._has_objects = False
        self._has_empty_list = False
        self._has_columns = False
        self._has_something_inside = False

    def has_players(self) -> bool:
        """Whether the object wraps a list of players; an object with an id is a player itself.

        A list whose first object has an id is a list of players. Any other list of objects may be
        part of a player whose id comes later, so it is decided at the object's end.

        Raises:
            JsonShapeError: the players are nested deeper, or are no objects.
        """
        text = self._text
        try:
            text.take("{")
            while text.peek() == '"':
                key = text.value()
                text.take(":")
                if meaning(key) == "id":
                    return False
                self._has_columns = self._has_columns or meaning(key) is not None
                if self._pass_value():
                    return True
                if text.peek() != ",":
                    break
                text.take(",")
            text.take("}")
        except JsonSyntaxError:
            return self._has_objects  # the error is reported with its row when players are read
        # If more objects follow, this is the first line of many, and a player without an id.
        follows = text.peek()
        if not (follows or self._has_objects or self._has_columns) and self._has_something_inside:
            raise JsonShapeError(text.line, "there is no list of players right in its object")
        return (self._has_objects and follows != "{") or (self._has_empty_list and not follows)

    def _pass_value(self) -> bool:
        """Pass a value (of a list of players only its first); True for a list of players."""
        text = self._text
        if text.peek() != "[":
            value = text.value()
            if isinstance(value, dict) and value:
                self._has_something_inside = True
            return False
        text.take("[")
        if text.peek() == "{":
            self._has_objects = True
            if any(meaning(key) == "id" for key in text.value()):
                return True
            while text.take(",]") == ",":
                text.value()
            return False
        if text.peek() == "]":
            self._has_empty_list = True
        else:
            self._has_something_inside = True
        _skip_list(text)
        return False


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
            _skip_list(text)
        if text.peek() != ",":
            break
        text.take(",")
    return False


def _skip_list(text: JsonText) -> None:
    if text.peek() != "]":
        text.value()
        while text.take(",]") == ",":
            text.value()
    else:
        text.take("]")


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
            raise JsonSyntaxError(text.line, "a comma stands before the end of the list")
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
            _skip_list(text)
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
                refuse(JsonSyntaxError(line, error.reason))
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
