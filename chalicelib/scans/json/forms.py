"""Forms of JSON that people's tools write and that are no scan, each with what to do about it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from chalicelib.players.headers import meaning


class Form(NamedTuple):
    """A form that is refused.

    Attributes:
        reason: what is wrong, to follow "Line 1 is not a scan's JSON: " (or "is not JSON: ").
        hint: what to do.
    """

    reason: str
    hint: str


_EXAMPLE: Final = '[{"id": 10000001, "name": "Ann", "power": 5}]'
_PANDAS: Final = (
    'With pandas, write df.to_json("players.json", orient="records"); with another tool, write one '
    f"object a player: {_EXAMPLE}."
)
ANY_SHAPE: Final = (
    f"Write one list of players, like {_EXAMPLE}, or one object with such a list right in it, or "
    "one player a line."
)
CHECKER: Final = "Export the scan again, or run the file through a JSON checker and fix that place."
KEYED: Final = Form(
    "each player stands under a name or an id of its own, not in a list",
    f"Write the players as one list, each with its id in it: {_EXAMPLE}.",
)
COLUMNS: Final = Form("it holds one object or list a column, not one a player", _PANDAS)
SPLIT: Final = Form("it holds the columns' names apart from the rows", _PANDAS)
ROWS: Final = Form(
    "its rows are lists, so that no value has a name",
    f"Write each player as an object with names, like {_EXAMPLE}, or save the rows as a CSV file.",
)
DEEPER: Final = Form(
    "its list of players stands deeper than right in the outer object",
    f"Take the list out of what is around it, so that the file is just the list: {_EXAMPLE}.",
)
NO_LIST: Final = Form("there is no list of players right in its object", ANY_SHAPE)
PYTHON: Final = Form(
    "it is written in Python's manner, with single quotes, None or True",
    "Write the file with Python's json.dump(players, file), not with print or str.",
)
TRAILING_COMMA: Final = Form("a comma stands before the end", "Delete that comma.")
CUT_OFF: Final = Form(
    "the file ends in the middle of a value",
    "The file is not whole: export or download it again.",
)


def nested_values(first: Mapping[str, Any]) -> Form | None:
    """The form of players whose values stand in an object of their own; None if it is another.

    Args:
        first: the first player.
    """
    for key, value in first.items():
        if isinstance(value, dict) and any(meaning(name) for name in value):
            return Form(
                f'the values of a player stand in "{key[:40]}", one level too deep',
                "Write all values of a player side by side: "
                '{"id": 10000001, "name": "Ann", "power": 5}.',
            )
    return None


def is_column(value: Any) -> bool:
    """Whether what stands under a column's name is a whole column: by row numbers, or a list."""
    if isinstance(value, dict):
        values: Iterable[Any] = value.values()
        return bool(value) and all(key.isdecimal() for key in value) and _are_single(values)
    return isinstance(value, list) and bool(value) and _are_single(value)


def form_inside(value: Mapping[str, Any]) -> Form | None:
    """What an object right in the outer one shows of the file's form; None for nothing.

    Args:
        value: an object under a name that is no column.
    """
    if any(_is_list_of_objects(inner) for inner in value.values()):
        return DEEPER
    if any(meaning(key) for key in value):
        return KEYED
    if is_column(value):
        return COLUMNS
    for inner in value.values():
        if isinstance(inner, dict):
            form = form_inside(inner)
            return DEEPER if form is COLUMNS else form
    return None


def syntax_form(reason: str, text: str) -> Form | None:
    """What is wrong with a text that is no JSON, where its form tells it.

    Args:
        reason: what the decoder says.
        text: the text from that place on.
    """
    if text.startswith(("'", "None", "True", "False", "nan")):
        return PYTHON
    if "trailing comma" in reason or (text.startswith("}") and "property name" in reason):
        return TRAILING_COMMA
    return None


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _are_single(values: Iterable[Any]) -> bool:
    return not any(isinstance(one, dict | list) for one in values)
