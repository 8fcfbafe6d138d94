"""A page of a board."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.api.caching import DAY, NEVER, SHORT
from chalicelib.api.conflicts import check_version
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.declared import DATE, KINGDOM, LIMIT, METRIC, OFFSET, VERSION
from chalicelib.api.table import Column, Table, keys
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage
from chalicelib.catalog.entries import Located


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
        check_version(found.snapshot, version)
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


def _columns(_: Mapping[str, Any]) -> list[Column]:
    return keys("rank", "position", "id", "name", "alliance", "value")


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
    table=Table(("entries",), _columns),
)
