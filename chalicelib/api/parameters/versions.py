"""Versions of snapshots."""

import re
from typing import Any, Final

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.errors import BadParameterError

NONE_BEFORE: Final = "e3b0c44298fc1c14"
"""The version of the older snapshot where there is none: the first digits of the hash of nothing.

`next` carries it, so that whoever follows it is told when there is one by then."""
_VERSION = re.compile(r"[0-9a-f]{16}", re.ASCII)


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
