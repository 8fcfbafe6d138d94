"""Metrics."""

from typing import Any

from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.api.schemas.parts import METRIC
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.errors import BadParameterError, NotFoundError


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
        return METRIC

    def absent(self) -> None:
        """See `Parameter.absent`."""


class MetricsParameter(Parameter):
    """Names of metrics, separated by commas, each once; none when it is absent."""

    def parse(self, text: str) -> tuple[str, ...]:
        """See `Parameter.parse`; in the order given."""
        names = tuple(text.split(","))
        for name in names:
            if name not in METRIC_NAMES:
                raise BadParameterError(
                    f"{self.name} must be metrics separated by commas "
                    f"({', '.join(METRIC_NAMES)}), not {shown(name)}"
                )
        if len({*names}) != len(names):
            raise BadParameterError(f"{self.name} names a metric twice; name it once")
        return names

    def schema(self) -> dict[str, Any]:
        """See `Parameter.schema`."""
        return {"type": "array", "items": METRIC, "minItems": 1, "uniqueItems": True}

    def absent(self) -> tuple[str, ...]:
        """See `Parameter.absent`."""
        return ()
