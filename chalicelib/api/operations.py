"""The API's operations: each a pure function from a backend and validated values to an answer.

`chalicelib.api.openapi` is made from the same declarations, so the document and the behaviour
cannot differ.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib import __version__
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters import (
    DateParameter,
    IntegerParameter,
    MetricParameter,
    VersionParameter,
)
from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRICS
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.catalog.entries import CatalogEntry, Located
from chalicelib.errors import ConflictError, WithdrawnError
from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

DAY: Final = "public, max-age=86400"
"""For an answer whose version is in the request: it never changes."""
SHORT: Final = "public, max-age=60, stale-while-revalidate=10, stale-if-error=600"
"""For an answer that the next upload, or the next version of the app, may change."""
NEVER: Final = "no-store"

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


def health(backend: Backend) -> Answer:
    """Whether the API runs; uses neither the engine nor the lake."""
    document = {"status": "ok", "version": __version__, "engine": backend.name}
    return Answer((backend.name,), NEVER, lambda: Content(document, (backend.name,)))


def of_itself(document: Mapping[str, Any]) -> Answer:
    """A constant answer; its tag follows from its content."""
    versions = (json.dumps(document),)
    return Answer(versions, SHORT, lambda: Content(document, versions))


def metrics(_: Backend) -> Answer:
    """The metrics that have boards."""
    rows = [
        {"metric": metric.name, "label": metric.label, "description": metric.description}
        for metric in METRICS
    ]
    return of_itself({"metrics": rows})


def kingdoms(backend: Backend) -> Answer:
    """Each kingdom with its latest snapshot's date."""
    found = backend.catalog().kingdoms()

    def make() -> Content:
        rows = [
            {"kingdom": kingdom, "latest": latest.isoformat()}
            for kingdom, latest in found.latest.items()
        ]
        return Content({"kingdoms": rows}, (found.version,))

    return Answer((found.version,), SHORT, make)


def snapshots(backend: Backend, kingdom: int) -> Answer:
    """A kingdom's snapshots, newest first.

    Raises:
        NotFoundError: there is no such kingdom.
    """
    found = backend.catalog().snapshots(kingdom)

    def make() -> Content:
        rows = [_snapshot_row(entry) for entry in found.entries]
        return Content({"kingdom": kingdom, "snapshots": rows}, (found.version,))

    return Answer((found.version,), SHORT, make)


def _snapshot_row(entry: CatalogEntry) -> dict[str, Any]:
    snapshot = entry.snapshot
    return {
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        "players": snapshot.players,
        "run_id": snapshot.run_id,
        "version": entry.version,
        "ingested_at": snapshot.ingested_at,
        "known": dict(entry.known),
    }


class Page(NamedTuple):
    """The requested page of a board."""

    metric: str
    limit: int
    offset: int
    version: str | None


def leaderboard(
    backend: Backend,
    *,
    kingdom: int,
    metric: str,
    date: date | None,
    limit: int,
    offset: int,
    version: str | None,
) -> Answer:
    """A page of a board; `date` None is the latest snapshot.

    Raises:
        NotFoundError: there is no such kingdom or snapshot.
        ConflictError: `version` is given, and the snapshot is of another one by now.
        WithdrawnError: its uploads are being withdrawn.
    """
    located = backend.catalog().snapshot(kingdom, date)
    page = Page(metric, limit, offset, version)

    def make() -> Content:
        found = backend.engine().board(
            located.entry.snapshot, BoardRequest(metric, limit, offset), backend.deadline
        )
        if found.snapshot.withdrawn:
            raise _withdrawn(found.snapshot)
        if version not in (None, found.snapshot.version):
            raise _conflict(located, found.snapshot.version, page)
        document = _board(page, found, is_latest=located.is_latest)
        return Content(document, _board_versions(located, found.snapshot.version, page))

    if version not in (None, located.entry.version):
        # The file may have this version already, before the catalog lists it.
        made = make()
        return Answer(made.versions, NEVER, lambda: made)
    cache = SHORT if version is None else DAY
    return Answer(_board_versions(located, located.entry.version, page), cache, make)


def _board_versions(located: Located, version: str, page: Page) -> tuple[object, ...]:
    """The versions of a board; an answer for a requested version has no `latest`."""
    return (version,) if page.version else (version, located.is_latest)


def _board(page: Page, found: BoardPage, *, is_latest: bool) -> Mapping[str, Any]:
    snapshot, board = found
    latest = {"latest": is_latest} if page.version is None else {}
    return {
        "kingdom": snapshot.kingdom,
        "metric": page.metric,
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        **latest,
        "total": board.total,
        "limit": page.limit,
        "offset": page.offset,
        "next": _next(page, found),
        "run_id": snapshot.run_id,
        "version": snapshot.version,
        "ingested_at": snapshot.ingested_at,
        "dkp": dict(snapshot.dkp),
        "entries": board.entries,
    }


def _next(page: Page, found: BoardPage) -> str | None:
    """The query of the next page of the same version and date; None on the last page."""
    following = page.offset + page.limit
    if following >= found.board.total:
        return None
    snapshot = found.snapshot
    return (
        f"?date={snapshot.snapshot_date}&limit={page.limit}&offset={following}"
        f"&version={snapshot.version}"
    )


def _withdrawn(snapshot: Snapshot) -> WithdrawnError:
    return WithdrawnError(
        f"the snapshot of kingdom {snapshot.kingdom} of {snapshot.snapshot_date} is being "
        "withdrawn; ask again in a moment"
    )


def _conflict(located: Located, version: str, page: Page) -> ConflictError:
    snapshot = located.entry.snapshot
    return ConflictError(
        f"the snapshot of kingdom {snapshot.kingdom} of {snapshot.snapshot_date} is of version "
        f"{version} by now, not {page.version}; start again without version"
    )


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
    "state of one date.",
    leaderboard,
    "Leaderboard",
    (KINGDOM, METRIC, DATE, LIMIT, OFFSET, VERSION),
    (404, 409, 503, 504),
)
