"""Dates."""

import re
from datetime import date
from typing import Any

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.errors import BadParameterError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class DateParameter(Parameter):
    """A date or `latest`, the default; the value of `latest` is None."""

    def parse(self, text: str) -> date | None:
        """See `Parameter.parse`."""
        if text == "latest":
            return None
        try:
            if _DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise BadParameterError(
            f"{self.name} must be latest or a date like {self.example}, not {shown(text)}"
        )

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        choices = [{"const": "latest"}, {"type": "string", "format": "date"}]
        return {"type": "string", "anyOf": choices, "default": "latest"}

    def absent(self) -> None:
        """See `Parameter.absent`."""
