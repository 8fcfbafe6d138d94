"""Of the service itself: whether it runs, and which boards there are."""

from chalicelib import __version__
from chalicelib.api.caching import NEVER, of_itself
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.table import Table, keys
from chalicelib.boards.metrics import METRICS


def health(backend: Backend) -> Answer:
    """Whether the API runs; uses neither the engine nor the lake."""
    document = {"status": "ok", "version": __version__, "engine": backend.name}
    return Answer((backend.name,), NEVER, lambda: Content(document, (backend.name,)))


def metrics(_: Backend) -> Answer:
    """The metrics that have boards."""
    rows = [
        {"metric": metric.name, "label": metric.label, "description": metric.description}
        for metric in METRICS
    ]
    return of_itself({"metrics": rows})


HEALTH = Operation(
    "getHealth",
    "/v1/health",
    "Whether the API runs",
    "Touches neither the engine nor the lake.",
    health,
    "Health",
)
METRICS_LIST = Operation(
    "listMetrics",
    "/v1/metrics",
    "The boards there are",
    "Every metric by which players are ranked, in the order in which a page should show them.",
    metrics,
    "MetricList",
    table=Table(("metrics",), lambda _: keys("metric", "label", "description")),
)
