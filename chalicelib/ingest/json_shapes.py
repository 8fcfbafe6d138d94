"""The three shapes of a JSON scan (contract, section 4), and the walk through each."""

from collections.abc import Iterator
from typing import Any, Literal

from chalicelib.ingest.findings import FindingList
from chalicelib.ingest.json_text import JsonSyntaxError, JsonText, bad_json
from chalicelib.ingest.text import empty_file
from chalicelib.players.headers import meaning

Shape = Literal["array", "wrapped", "lines"]


def find_shape(text: JsonText) -> Shape:
    """The shape that the first characters have.

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
        raise JsonSyntaxError(text.line, reason)
    try:
        return "wrapped" if _find_list(text) else "lines"
    except JsonSyntaxError:
        return "lines"  # where the error is reported with its row


def _find_list(text: JsonText) -> bool:
    """Walk through the object at the position up to the first object in a list of objects.

    Returns:
        Whether there is such a list, with an object in it or empty. Not in an object that has an
        id: that is a player.
    """
    empty = False
    text.take("{")
    while text.peek() == '"':
        key = text.value()
        text.take(":")
        if text.peek() != "[":
            text.value()
            if meaning(key) == "id":
                return False
        else:
            text.take("[")
            if text.peek() == "{":
                return True
            empty = empty or text.peek() == "]"
            _skip_list(text)
        if text.peek() != ",":
            break
        text.take(",")
    text.take("}")
    # With more objects behind it, it is the first line of many, which happens to have no id.
    return empty and not text.peek()


def _skip_list(text: JsonText) -> None:
    if text.peek() != "]":
        text.value()
        while text.take(",]") == ",":
            text.value()
    else:
        text.take("]")


def list_objects(text: JsonText, *, wrapped: bool) -> Iterator[tuple[int, Any]]:
    """The players of a list, each with the line where it starts.

    Raises:
        UnreadableError: the text is no JSON from some place on, or a list has no objects.
    """
    row = 0
    try:
        if wrapped and not (_find_list(text) and text.peek() == "{"):
            return
        if not wrapped:
            text.take("[")
        for line in _elements(text):
            row += 1
            yield line, text.value()
        if wrapped:
            _pass_rest(text)
        if text.peek():
            raise JsonSyntaxError(text.line, "something follows the end of the list")
    except JsonSyntaxError as error:
        raise bad_json(error.line, error.reason, row or None) from None


def _elements(text: JsonText) -> Iterator[int]:
    """Stop before each object of a list, for the caller to take it; tell its line."""
    if text.peek() == "]":
        text.take("]")
        return
    separator = ","
    while separator == ",":
        if text.peek() not in ("{", ""):
            raise JsonSyntaxError(text.line, "the list holds something else than objects")
        yield text.line
        separator = text.take(",]")


def _pass_rest(text: JsonText) -> None:
    """Pass what follows the list of players in the object around it."""
    while text.take(",}") == ",":
        text.peek()
        text.value()
        text.take(":")
        if text.peek() == "[":
            text.take("[")
            if text.peek() == "{":
                raise JsonSyntaxError(text.line, "there is a second list of objects")
            _skip_list(text)
        else:
            text.value()


def line_objects(
    text: JsonText, errors: FindingList | None = None, *, rows_before: int = 0
) -> Iterator[tuple[int, Any]]:
    """The values of a text with one on each line; where one is no object, the next line is next.

    Raises:
        UnreadableError: the text cannot be read.
    """
    row = rows_before
    last = 0

    def refuse(line: int, reason: str) -> None:
        if errors is not None:
            errors.add([bad_json(line, reason, row).finding])
        text.skip_line()

    while character := text.peek():
        line = text.line
        if line == last:
            refuse(line, f"'{character}' follows the object")
            continue
        row += 1
        value: Any = None
        if character != "{":
            refuse(line, f"an object is expected, '{character}' is there")
        else:
            try:
                value = text.value()
                last = text.line
            except JsonSyntaxError as error:
                refuse(line, error.reason)
        yield line, value
