"""Texts as players wrote them."""

from typing import Any, Literal
from unicodedata import normalize

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.errors import BadParameterError


class TextParameter(Parameter):
    """A text of 1 to `longest` characters, as scans may have it; None when it is absent."""

    def __init__(
        self,
        name: str,
        where: Literal["path", "query"],
        description: str,
        example: str,
        *,
        longest: int,
    ) -> None:
        """Declare it."""
        super().__init__(name, where, description, example)
        self.longest = longest

    def parse(self, text: str) -> str:
        """See `Parameter.parse`; in NFC, as curated texts are."""
        if not 1 <= len(text) <= self.longest:
            raise BadParameterError(
                f"{self.name} must be 1 to {self.longest} characters, not {len(text)}"
            )
        if not all(map(_fits, text)):
            raise BadParameterError(
                f"{self.name} must be text that a scan may have, not {shown(text)}"
            )
        return normalize("NFC", text)

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {
            "type": "string",
            "minLength": 1,
            "maxLength": self.longest,
            "pattern": r"^[^\u0000\u001f\ud800-\udfff]*$",
        }

    def absent(self) -> None:
        """See `Parameter.absent`."""


def _fits(one: str) -> bool:
    """Whether a character may stand in a player's texts (`players/schema.json`)."""
    return one not in "\0\x1f" and not "\ud800" <= one <= "\udfff"
