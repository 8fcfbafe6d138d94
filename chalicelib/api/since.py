"""How the entries of a board have moved since an older snapshot (contract, section 8)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib.api.conflicts import check_version
from chalicelib.api.operation import Backend
from chalicelib.api.parameters.dates import PREVIOUS, Since
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.catalog.entries import CatalogEntry
from chalicelib.catalog.select_span import find_entry, select_span, span_before
from chalicelib.changes.findings import Findings
from chalicelib.changes.movement import is_comparable, movement
from chalicelib.changes.span import Span
from chalicelib.engines.engine import Engine, Standing, Standings
from chalicelib.errors import BadParameterError, EngineBusyError

ATTEMPTS: Final = 3
"""Tries to read everything of the same two runs. A file is replaced once a run."""

_NOT_RANKED: Final = Standing(None, None)


class Moved(NamedTuple):
    """A page of a board, and what is known of its players since an older snapshot.

    Attributes:
        page: of the newer snapshot.
        then: where the page's players stood in the older one.
        findings: of this pair of snapshots.
    """

    page: BoardPage
    then: Standings
    findings: Findings


def span_since(entries: Sequence[CatalogEntry], since: Since, newer: date) -> Span | None:
    """The snapshots that `since` means; None for `previous` where there is none.

    Args:
        entries: the kingdom's snapshots, newest first.
        since: the parameter's value.
        newer: the board's date.

    Raises:
        NotFoundError: there is no snapshot of one of the dates.
        BadParameterError: `since` is not before the board's date.
    """
    if since == PREVIOUS:
        return span_before(entries, newer)
    if since >= newer:
        raise BadParameterError(f"since must be before the board's date {newer}, not {since}")
    return select_span(entries, since, newer)


def snapshot_of(entries: Sequence[CatalogEntry], day: date | None) -> Snapshot:
    """The snapshot of a date, the newest for None.

    Raises:
        NotFoundError: there is none of this date.
    """
    return entries[0].snapshot if day is None else find_entry(entries, day).snapshot


def head_since(older: Snapshot) -> dict[str, Any]:
    """The older snapshot, as a board names it."""
    return {
        "snapshot_date": older.snapshot_date.isoformat(),
        "run_id": older.run_id,
        "version": older.version,
    }


def read_moved(
    backend: Backend,
    span: Span,
    request: BoardRequest,
    version: str | None,
    from_version: str | None,
) -> Moved:
    """A page of the board of `span.newer`, with what has moved since `span.older`.

    Everything is of the same two runs, which may be newer than the catalog says.

    Args:
        backend: what is read.
        span: as the catalog has it.
        request: what the board is asked for.
        version: the one that the newer snapshot must be of, if the request names it.
        from_version: likewise, of the older one.

    Raises:
        ConflictError: a snapshot is of another version.
        WithdrawnError: the uploads of one are being withdrawn.
        EngineBusyError: the snapshots were replaced during every try.
    """
    from chalicelib.engines.between import read_findings

    engine = backend.engine()
    for _ in range(ATTEMPTS):
        page = engine.board(span.newer, request, backend.deadline)
        check_version(page.snapshot, version)
        then = engine.standings(span.older, request, _ids(page), backend.deadline)
        check_version(then.snapshot, from_version, "from_version")
        span = span._replace(older=then.snapshot, newer=page.snapshot)
        found = read_findings(backend.store(), span)
        if (found.older.run_id, found.newer.run_id) == (span.older.run_id, span.newer.run_id):
            return Moved(page, then, found.findings)
        # An engine may answer of an older run for as long as the catalog lists it.
        engine = _curated(backend)
    raise EngineBusyError("the snapshots are being replaced; try again")


def _curated(backend: Backend) -> Engine:
    from chalicelib.engines.arrow import ArrowEngine

    return ArrowEngine(backend.store())


def _ids(page: BoardPage) -> list[int]:
    board = page.board
    ids = [entry["id"] for entry in board.entries]
    return ids if board.me is None else [*ids, board.me["entry"]["id"]]


class Mover:
    """Adds to entries what is known of their players since the older snapshot."""

    def __init__(self, moved: Moved, request: BoardRequest) -> None:
        """Take what was read, and what was asked for."""
        self._then = moved.then.of
        older, newer = moved.then.snapshot, moved.page.snapshot
        self._comparable = is_comparable(request.metric, request.weights, older.dkp, newer.dkp)
        self._suspects = moved.findings.by_player(_ids(moved.page))

    def add(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """An entry with `since`, `movement` and `suspects`."""
        player = entry["id"]
        then = self._then.get(player, _NOT_RANKED)
        suspects = self._suspects.get(player, ())
        return {
            **entry,
            "since": None if then.rank is None else then._asdict(),
            "movement": movement(
                entry["rank"],
                seen=player in self._then,
                before=then.rank,
                comparable=self._comparable,
            ),
            "suspects": [one.as_json(with_player=False) for one in suspects],
        }
