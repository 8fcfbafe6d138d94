"""The parameters that several operations have, each declared once."""

from chalicelib.api.parameters.dates import (
    DateParameter,
    PlainDateParameter,
    SinceParameter,
)
from chalicelib.api.parameters.integers import IntegerParameter
from chalicelib.api.parameters.metrics import MetricParameter, MetricsParameter
from chalicelib.api.parameters.texts import TextParameter
from chalicelib.api.parameters.versions import VersionParameter
from chalicelib.api.parameters.weights import WeightsParameter
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
    "Leave out so many of the first entries; 0 where it is not given.",
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
AROUND = IntegerParameter(
    "around",
    "query",
    "A player's id: the page in whose middle that player is; `offset` then must not be given. "
    "404 if the player is not ranked. `next` goes on by `offset`.",
    38232075,
    minimum=1,
    maximum=MAX_INTEGER,
)
ME = IntegerParameter(
    "me",
    "query",
    "A player's id: that player's entry is answered too, wherever it is.",
    38232075,
    minimum=1,
    maximum=MAX_INTEGER,
)
PLAYER = IntegerParameter(
    "player", "path", "The player's id.", 38232075, minimum=1, maximum=MAX_INTEGER
)
ALLIANCE = TextParameter(
    "alliance",
    "query",
    "Only players of just this alliance, as it is scanned. Ranks stay the kingdom's; positions, "
    "`total` and `offset` count within.",
    "[RS!] Rising Sun",
    longest=200,
)
WITH = MetricsParameter(
    "with",
    "query",
    "Metrics, separated by commas: each entry carries their `values` too, null where not known.",
    "power,kills",
)
WEIGHTS = WeightsParameter(
    "weights",
    "query",
    "With the metric `dkp`: a formula of your own, points a unit of each counter, each once. 400 "
    "for a counter that the snapshot does not know of anybody.",
    "t4_kills:4,t5_kills:10,deaths:15",
)
SINCE = SinceParameter(
    "since",
    "query",
    "`previous` or an older date: how each entry has moved since that snapshot.",
    "2026-01-19",
)
FROM = PlainDateParameter(
    "from",
    "query",
    "The older snapshot's date; without it, the one before `to`.",
    "2026-01-19",
)
TO = PlainDateParameter(
    "to",
    "query",
    "The newer snapshot's date; without it, the newest one.",
    "2026-01-26",
)
FROM_VERSION = VersionParameter(
    "from_version",
    "query",
    "The version that the older of the two snapshots must be of, as `version` is for the newer.",
    "0c4e91b27d5f3a86",
)
