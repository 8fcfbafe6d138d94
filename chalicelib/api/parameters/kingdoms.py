"""Several kingdoms."""

import re
from typing import Any, Final

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.errors import BadParameterError
from chalicelib.limits import MAX_KINGDOM

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)

MOST_KINGDOMS: Final = 64


class KingdomsParameter(Parameter):
    """Kingdoms' numbers, separated by commas, each once; None when it is absent."""

    def parse(self, text: str) -> tuple[int, ...]:
        """See `Parameter.parse`; in ascending order."""
        texts = text.split(",")
        for one in texts:
            if not _NUMBER.fullmatch(one) or int(one) > MAX_KINGDOM:
                raise BadParameterError(
                    f"{self.name} must be kingdoms' numbers separated by commas, like "
                    f"{self.example}, not {shown(one)}"
                )
        numbers = {int(one) for one in texts}
        if len(numbers) != len(texts):
            raise BadParameterError(f"{self.name} names a kingdom twice; name each once")
        if len(numbers) > MOST_KINGDOMS:
            raise BadParameterError(
                f"{self.name} names {len(numbers)} kingdoms; name {MOST_KINGDOMS} at most"
            )
        return tuple(sorted(numbers))

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        items = {"type": "integer", "minimum": 1, "maximum": MAX_KINGDOM}
        return {
            "type": "array",
            "items": items,
            "minItems": 1,
            "maxItems": MOST_KINGDOMS,
            "uniqueItems": True,
        }

    def absent(self) -> None:
        """See `Parameter.absent`."""
