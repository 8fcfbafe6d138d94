"""Dates."""

import re
from datetime import date
from typing import Any, Final, Literal

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.errors import BadParameterError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Since = Literal["previous"] | date
PREVIOUS: Final = "previous"


class PlainDateParameter(Parameter):
    """A date; None when it is absent."""

    def parse(self, text: str) -> date:
        """See `Parameter.parse`."""
        return _date_or(self, None, text)

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {"type": "string", "format": "date"}

    def absent(self) -> None:
        """See `Parameter.absent`."""


class DateParameter(Parameter):
    """A date or `latest`, the default; the value of `latest` is None."""

    def parse(self, text: str) -> date | None:
        """See `Parameter.parse`."""
        return None if text == "latest" else _date_or(self, "latest", text)

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        choices = [{"const": "latest"}, {"type": "string", "format": "date"}]
        return {"type": "string", "anyOf": choices, "default": "latest"}

    def absent(self) -> None:
        """See `Parameter.absent`."""


class SinceParameter(Parameter):
    """A date or `previous`; None when it is absent."""

    def parse(self, text: str) -> Since:
        """See `Parameter.parse`."""
        return PREVIOUS if text == PREVIOUS else _date_or(self, PREVIOUS, text)

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {
            "type": "string",
            "anyOf": [{"const": PREVIOUS}, {"type": "string", "format": "date"}],
        }

    def absent(self) -> None:
        """See `Parameter.absent`."""


def _date_or(parameter: Parameter, word: str | None, text: str) -> date:
    """The date of a text; the message names the word that fits too."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    fits = "a date" if word is None else f"{word} or a date"
    raise BadParameterError(
        f"{parameter.name} must be {fits} like {parameter.example}, not {shown(text)}"
    )
