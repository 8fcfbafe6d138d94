"""Request parameters: declared once, to validate requests and for the OpenAPI document."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from urllib.parse import unquote

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.errors import BadParameterError, NotFoundError

_NUMBER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_VERSION = re.compile(r"[0-9a-f]{16}", re.ASCII)
_PLAIN = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_SHOWN = 40


class Parameter(ABC):
    """A parameter of a request.

    Attributes:
        name: its name.
        where: in the path, or in the query string.
        description: one or two sentences for people.
        example: a value as in a URL.
    """

    def __init__(
        self, name: str, where: Literal["path", "query"], description: str, example: str | int
    ) -> None:
        """Declare it."""
        self.name = name
        self.where = where
        self.description = description
        self.example = example

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The value of a decoded text.

        Raises:
            BadParameterError: the text is malformed or out of range; the message says what fits.
            NotFoundError: the text is well-formed but names nothing that exists.
        """

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what `parse` accepts."""

    @abstractmethod
    def absent(self) -> Any:
        """The value of a query parameter that is not given."""


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


class VersionParameter(Parameter):
    """A snapshot's version, as in answers; None when it is absent."""

    def parse(self, text: str) -> str:
        """See `Parameter.parse`."""
        if not _VERSION.fullmatch(text):
            raise BadParameterError(
                f"{self.name} must be 16 digits of 0-9a-f as answers have it, not {shown(text)}"
            )
        return text

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {"type": "string", "pattern": f"^{_VERSION.pattern}$"}

    def absent(self) -> None:
        """See `Parameter.absent`."""


class MetricParameter(Parameter):
    """The name of a metric; an unknown name is not found (404)."""

    def parse(self, text: str) -> str:
        """See `Parameter.parse`."""
        if text not in METRIC_NAMES:
            raise NotFoundError(
                f"there is no metric {shown(text)}; there are {', '.join(METRIC_NAMES)}"
            )
        return text

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {"type": "string", "enum": list(METRIC_NAMES)}

    def absent(self) -> None:
        """See `Parameter.absent`."""


def shown(text: str) -> str:
    """A refused text for a message: quoted unless it is a number, and cut if it is long."""
    if _PLAIN.fullmatch(text):
        return text
    return json.dumps(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…", ensure_ascii=False)


def parse_all(
    declared: Sequence[Parameter],
    path: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Validate a request's parameters and return the value of every declared one.

    Args:
        declared: the operation's parameters.
        path: the path's variable parts, still percent-encoded.
        query: the query string's values by name, decoded.

    Raises:
        BadParameterError: one is malformed, repeated or unknown; raised in preference to
        NotFoundError: a path's part names nothing that exists.
    """
    in_query = {parameter.name for parameter in declared if parameter.where == "query"}
    for name, texts in query.items():
        if name not in in_query:
            raise _unknown(name, [one.name for one in declared if one.where == "query"])
        if len(texts) != 1:
            raise BadParameterError(f"{name} is given {len(texts)} times; give it once")
    values: dict[str, Any] = {}
    missing: NotFoundError | None = None
    for parameter in declared:
        try:
            values[parameter.name] = _value(parameter, path, query)
        except NotFoundError as error:
            missing = missing or error
    if missing is not None:
        raise missing
    return values


def _value(
    parameter: Parameter, path: Mapping[str, str], query: Mapping[str, Sequence[str]]
) -> Any:
    if parameter.where == "path":
        return parameter.parse(unquote(path[parameter.name]))
    texts = query.get(parameter.name)
    return parameter.absent() if texts is None else parameter.parse(texts[0])


def _unknown(name: str, known: Sequence[str]) -> BadParameterError:
    there = f"there are {', '.join(known)}" if known else "this path takes none"
    return BadParameterError(f"there is no parameter {shown(name)}; {there}")
