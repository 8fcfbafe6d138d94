"""The parameters that several operations have, each declared once."""

from chalicelib.api.parameters.dates import DateParameter
from chalicelib.api.parameters.integers import IntegerParameter
from chalicelib.api.parameters.metrics import MetricParameter
from chalicelib.api.parameters.versions import VersionParameter
from chalicelib.boards.document import BOARD_SIZE
from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

KINGDOM = IntegerParameter(
    "kingdom", "path", "The kingdom's number.", 51, minimum=1, maximum=MAX_KINGDOM
)
METRIC = MetricParameter("metric", "path", "What players are ranked by.", "dkp")
DATE = DateParameter(
    "date",
    "query",
    "The snapshot's date; `latest` is the kingdom's newest snapshot.",
    "2026-01-26",
)
LIMIT = IntegerParameter(
    "limit", "query", "At most so many entries.", 100, minimum=1, maximum=BOARD_SIZE, default=100
)
OFFSET = IntegerParameter(
    "offset",
    "query",
    "Leave out so many of the first entries.",
    0,
    minimum=0,
    maximum=MAX_INTEGER,
    default=0,
)
VERSION = VersionParameter(
    "version",
    "query",
    "The version that the snapshot must be of; 409 when it is of another one by now. `next` "
    "carries it, so that whoever follows `next` reads one state to its end.",
    "9f2c4d7b1a3e5f60",
)
