"""Whole numbers."""

import re
from typing import Any, Literal

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.errors import BadParameterError

_NUMBER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)


class IntegerParameter(Parameter):
    """A whole number in plain digits, `minimum` to `maximum`."""

    def __init__(
        self,
        name: str,
        where: Literal["path", "query"],
        description: str,
        example: int,
        *,
        minimum: int,
        maximum: int,
        default: int | None = None,
    ) -> None:
        """Declare it; without a default it is None when it is absent."""
        super().__init__(name, where, description, example)
        self.minimum = minimum
        self.maximum = maximum
        self.default = default

    def parse(self, text: str) -> int:
        """See `Parameter.parse`."""
        if not _NUMBER.fullmatch(text):
            digits = text.isascii() and text.isdigit()
            raise self._refusal(text, " without leading zeros" if digits else " in plain digits")
        # No valid value has more than 16 digits; Python's `int` refuses very long texts.
        if len(text) > 16 or not self.minimum <= int(text) <= self.maximum:
            raise self._refusal(text, "")
        return int(text)

    def _refusal(self, text: str, form: str) -> BadParameterError:
        fits = f"{self.minimum} to {self.maximum}"
        return BadParameterError(f"{self.name} must be {fits}{form}, not {shown(text)}")

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        schema: dict[str, Any] = {
            "type": "integer",
            "minimum": self.minimum,
            "maximum": self.maximum,
        }
        if self.default is not None:
            schema["default"] = self.default
        return schema

    def absent(self) -> int | None:
        """See `Parameter.absent`."""
        return self.default
