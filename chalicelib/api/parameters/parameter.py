"""What a parameter of a request is."""

import json
import re
from abc import ABC, abstractmethod
from keyword import iskeyword
from typing import Any, Literal

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

    @property
    def argument(self) -> str:
        """The operation's argument that takes the value: the name, `with_` for `with`."""
        return f"{self.name}_" if iskeyword(self.name) else self.name

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

    @property
    def is_list(self) -> bool:
        """Whether it has several values: separated by commas, or given once each.

        The second is how generated clients send a list, whatever the document says of its style.
        """
        return self.schema().get("type") == "array"

    @abstractmethod
    def absent(self) -> Any:
        """The value of a query parameter that is not given."""


def shown(text: str) -> str:
    """A refused text for a message: quoted unless it is a number, and cut if it is long."""
    if _PLAIN.fullmatch(text):
        return text
    return json.dumps(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…", ensure_ascii=False)
