"""The API's operations: each a pure function from an engine and checked values to an answer.

What an operation declares is also what `chalicelib.api.openapi` tells of it, so the document and
the behaviour cannot drift apart.
"""

from datetime import date

from chalicelib import __version__
from chalicelib.api.operation import Answer, Backend, Operation
from chalicelib.api.parameters import DateParameter, IntegerParameter, MetricParameter
from chalicelib.boards.catalog import no_kingdom
from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRICS
from chalicelib.engines.engine import Engine
from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

SHORT = "public, max-age=60"
"""For what the next upload may change."""
LONG = "public, max-age=3600"
"""For what changes only with a corrected upload of the same date, or a new version."""
NEVER = "no-store"


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


def health(backend: Backend) -> Answer:
    """Whether the API runs; asks neither the engine nor the lake."""
    return Answer({"status": "ok", "version": __version__, "engine": backend.name}, NEVER)


def metrics(_: Backend) -> Answer:
    """The boards there are."""
    rows = [
        {"metric": metric.name, "label": metric.label, "description": metric.description}
        for metric in METRICS
    ]
    return Answer({"metrics": rows}, LONG)


def kingdoms(backend: Backend) -> Answer:
    """Each kingdom with its latest snapshot's date."""
    rows = [
        {"kingdom": kingdom, "latest": latest.isoformat()}
        for kingdom, latest in backend.engine().kingdoms().items()
    ]
    return Answer({"kingdoms": rows}, SHORT)


def snapshots(backend: Backend, kingdom: int) -> Answer:
    """A kingdom's snapshots, newest first.

    Raises:
        NotFoundError: there is no such kingdom.
    """
    found = backend.engine().snapshots(kingdom)
    if not found:
        raise no_kingdom(kingdom)
    rows = [
        {
            "snapshot_date": snapshot.snapshot_date.isoformat(),
            "players": snapshot.players,
            "run_id": snapshot.run_id,
            "ingested_at": snapshot.ingested_at,
        }
        for snapshot in found
    ]
    return Answer({"kingdom": kingdom, "snapshots": rows}, SHORT)


def leaderboard(
    backend: Backend, *, kingdom: int, metric: str, date: date | None, limit: int, offset: int
) -> Answer:
    """A page of a board; `date` None is the latest snapshot.

    `latest` in the answer says whether the snapshot is the kingdom's newest, however it was asked
    for. It is all that may change about a date's board under one run.

    Raises:
        NotFoundError: there is no such kingdom or snapshot.
    """
    engine = backend.engine()
    day, is_newest = _asked(engine, kingdom, date)
    snapshot, board, version = engine.board(kingdom, day, metric, limit, offset)
    following = offset + limit
    document = {
        "kingdom": kingdom,
        "metric": metric,
        "snapshot_date": day.isoformat(),
        "latest": is_newest,
        "total": board.total,
        "limit": limit,
        "offset": offset,
        "next": f"?date={day}&limit={limit}&offset={following}"
        if following < board.total
        else None,
        "run_id": snapshot.run_id,
        "ingested_at": snapshot.ingested_at,
        "dkp": dict(snapshot.dkp),
        "entries": board.entries,
    }
    return Answer(document, SHORT if date is None else LONG, version and (version, is_newest))


def leaderboard_version(
    backend: Backend, *, kingdom: int, date: date | None, **_: object
) -> object:
    """The version of a board's answer: which object is read, and whether it is the newest.

    A page that does not come from one object has none.
    """
    engine = backend.engine()
    day, is_newest = _asked(engine, kingdom, date)
    version = engine.version(kingdom, day)
    return version and (version, is_newest)


def _asked(engine: Engine, kingdom: int, day: date | None) -> tuple[date, bool]:
    """The date that is asked for, the newest for None; and whether it is the newest."""
    newest = engine.latest(kingdom)
    if newest is None:
        raise no_kingdom(kingdom)
    return (newest, True) if day is None else (day, day == newest)


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
    "Metrics",
)
KINGDOMS = Operation(
    "listKingdoms",
    "/v1/kingdoms",
    "The kingdoms there are",
    "Each kingdom with the date of its latest snapshot, in ascending order.",
    kingdoms,
    "Kingdoms",
    refusals=(503, 504),
)
SNAPSHOTS = Operation(
    "listSnapshots",
    "/v1/kingdoms/{kingdom}/snapshots",
    "A kingdom's snapshots",
    "Dates, newest first, with the number of players and the run that was published.",
    snapshots,
    "Snapshots",
    (KINGDOM,),
    (404, 503, 504),
)
LEADERBOARD = Operation(
    "getLeaderboard",
    "/v1/kingdoms/{kingdom}/leaderboards/{metric}",
    "A page of a leaderboard",
    "Highest value first; equal values share a rank and are ordered by id. Players whose value "
    "is not known are not ranked. Follow `next` until it is null to read the whole board of one "
    "date.",
    leaderboard,
    "Leaderboard",
    (KINGDOM, METRIC, DATE, LIMIT, OFFSET),
    (404, 503, 504),
    leaderboard_version,
)
