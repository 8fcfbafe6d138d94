"""The object that a JSON text begins with: a wrapper around a list of players, or a player."""

from chalicelib.players.headers import meaning
from chalicelib.scans.json.cursor import JsonShapeError, JsonSyntaxError, JsonText
from chalicelib.scans.json.forms import (
    COLUMNS,
    NO_LIST,
    ROWS,
    SPLIT,
    Form,
    form_inside,
    is_column,
)


class OuterObject:
    """The object at a text's position: a wrapper around a list of players, or a player."""

    def __init__(self, text: JsonText) -> None:
        """Start at the text's position.

        Args:
            text: the text; it is passed as far as it takes.
        """
        self._text = text
        self._has_objects = False
        self._has_empty_list = False
        self._has_columns = False
        self._has_names = False
        self._form: Form | None = None

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
                    self._refuse_a_column()
                    return False
                self._has_columns = self._has_columns or meaning(key) is not None
                self._has_names = self._has_names or key == "columns"
                if self._pass_value():
                    return True
                if text.peek() != ",":
                    break
                text.take(",")
            text.take("}")
        except JsonShapeError:
            raise
        except JsonSyntaxError:
            return self._has_objects  # the error is reported with its row when players are read
        # If more objects follow, this is the first line of many, and a player without an id.
        follows = text.peek()
        if self._form and not (follows or self._has_objects or self._has_columns):
            is_split = self._form is ROWS and self._has_names
            raise JsonShapeError(text.line, SPLIT if is_split else self._form)
        return (self._has_objects and follows != "{") or (self._has_empty_list and not follows)

    def _pass_value(self) -> bool:
        """Pass a value (of a list of players only its first); True for a list of players."""
        text = self._text
        if text.peek() != "[":
            value = text.value()
            if isinstance(value, dict) and value:
                self._note(form_inside(value) or NO_LIST)
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
            self._note(ROWS if text.peek() == "[" else NO_LIST)
        skip_list(text)
        return False

    def _note(self, form: Form) -> None:
        """Remember what the object is instead of a scan; a form is more than to miss the list."""
        if self._form is None or self._form is NO_LIST:
            self._form = form

    def _refuse_a_column(self) -> None:
        """Refuse an object whose id is all ids of a table.

        Raises:
            JsonShapeError: it is.
        """
        if self._text.peek() in ("{", "[") and is_column(self._text.value()):
            raise JsonShapeError(self._text.line, COLUMNS)


def skip_list(text: JsonText) -> None:
    """Pass the rest of a list, whose bracket is passed already."""
    if text.peek() != "]":
        text.value()
        while text.take(",]") == ",":
            text.value()
    else:
        text.take("]")
