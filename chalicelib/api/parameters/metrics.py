"""Metrics."""

from typing import Any

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.errors import NotFoundError


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
