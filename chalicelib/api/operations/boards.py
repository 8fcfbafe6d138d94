"""A page of a board (contract, section 8)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.api.conflicts import check_absent, check_version, check_weights, own_formula
from chalicelib.api.following import next_page
from chalicelib.api.named import Named, answer_of
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.dates import PREVIOUS, Since
from chalicelib.api.parameters.declared import (
    ALLIANCE,
    AROUND,
    DATE,
    FROM_VERSION,
    KINGDOM,
    LIMIT,
    ME,
    METRIC,
    OFFSET,
    SINCE,
    VERSION,
    WEIGHTS,
    WITH,
)
from chalicelib.api.parameters.rules import Needs, NotBoth
from chalicelib.api.parameters.versions import NONE_BEFORE
from chalicelib.api.table import Column, Table, keys, keys_of, kinds
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot

if TYPE_CHECKING:
    from chalicelib.changes.span import Span


class Asked(NamedTuple):
    """What a request asks for, and what the catalog says of it.

    Attributes:
        board: the page.
        since: the parameter.
        version: likewise.
        from_version: likewise.
        snapshot: the board's, as the catalog has it.
        is_latest: whether it is the kingdom's newest.
        span: the snapshots that `since` means; None: it is not given, or there is none before.
    """

    board: BoardRequest
    since: Since | None
    version: str | None
    from_version: str | None
    snapshot: Snapshot
    is_latest: bool
    span: "Span | None"

    @property
    def all_named(self) -> bool:
        """Whether the request names every version that the answer follows from."""
        return self.version is not None and (self.since is None or self.from_version is not None)

    def versions(self, version: str, *since: str) -> tuple[object, ...]:
        """What the answer follows from; one whose versions are all named has no `latest`.

        Args:
            version: of the board's snapshot.
            since: of the older one, and of the one before that; of none there is nothing.
        """
        latest = () if self.all_named else (self.is_latest,)
        return (version, *latest, *since)


def leaderboard(
    backend: Backend,
    *,
    kingdom: int,
    metric: str,
    date: date | None,
    limit: int,
    offset: int,
    version: str | None,
    around: int | None = None,
    with_: tuple[str, ...] = (),
    since: Since | None = None,
    me: int | None = None,
    alliance: str | None = None,
    weights: Mapping[str, int] | None = None,
    from_version: str | None = None,
) -> Answer:
    """A page of a board; `date` None is the latest snapshot.

    Raises:
        NotFoundError: there is no such kingdom or snapshot, or `around` is not ranked.
        BadParameterError: the parameters do not fit together, or do not fit the snapshots.
        ConflictError: a version is given, and the snapshot is of another one by now.
        WithdrawnError: its uploads are being withdrawn.
    """
    check_weights(metric, weights)
    request = BoardRequest(metric, limit, offset, around, me, alliance, with_, weights)
    asked = _locate(
        backend,
        kingdom,
        date,
        request,
        since=since,
        version=version,
        from_version=from_version,
    )
    make = _maker(backend, asked)
    older = _listed_since(asked.span)
    named = [Named(version, asked.snapshot.version)]
    if since is not None:
        named.append(Named(from_version, older[0] if older else NONE_BEFORE))
    return answer_of(named, asked.versions(asked.snapshot.version, *older), make)


def _listed_since(span: "Span | None") -> tuple[str, ...]:
    """The versions that a board with `since` follows from besides its own, by the catalog."""
    if span is None:
        return ()
    # Imported late: a plain board does not wait for it.
    from chalicelib.changes.findings import version_of

    return (span.older.version, version_of(span.before))


def _locate(
    backend: Backend,
    kingdom: int,
    day: date | None,
    request: BoardRequest,
    *,
    since: Since | None,
    version: str | None,
    from_version: str | None,
) -> Asked:
    """Find the snapshots; of the catalog only its beginning is read if that is enough."""
    catalog = backend.catalog()
    if since is None:
        located = catalog.snapshot(kingdom, day)
        snapshot, is_latest = located.entry.snapshot, located.is_latest
        return Asked(request, since, version, from_version, snapshot, is_latest, None)
    from chalicelib.api.since import snapshot_of, span_since

    entries = catalog.snapshots(kingdom).entries
    snapshot = snapshot_of(entries, day)
    is_latest = snapshot == entries[0].snapshot
    span = span_since(entries, since, snapshot.snapshot_date)
    if span is None:
        check_absent(snapshot, from_version)
    return Asked(request, since, version, from_version, snapshot, is_latest, span)


def _maker(backend: Backend, asked: Asked) -> Callable[[], Content]:
    """What makes the answer."""

    def plain() -> Content:
        page = backend.engine().board(asked.snapshot, asked.board, backend.deadline)
        check_version(page.snapshot, asked.version)
        none = {} if asked.since is None else {"since": None}
        document = _document(asked, page, none, page.board.entries, page.board.me)
        return Content(document, asked.versions(page.snapshot.version))

    def since(span: "Span") -> Content:
        from chalicelib.api.since import Mover, head_since, read_moved

        moved = read_moved(backend, span, asked.board, asked.version, asked.from_version)
        mover = Mover(moved, asked.board)
        page, older = moved.page, moved.then.snapshot
        me = page.board.me
        document = _document(
            asked,
            page,
            {"since": head_since(older)},
            [mover.add(entry) for entry in page.board.entries],
            None if me is None else {"entry": mover.add(me["entry"]), "above": me["above"]},
        )
        unreliable = [one._asdict() for one in moved.findings.unreliable]
        before = moved.findings.before_version(span.before)
        return Content(
            {**document, "unreliable_columns": unreliable},
            asked.versions(page.snapshot.version, older.version, before),
        )

    span = asked.span
    return plain if span is None else lambda: since(span)


def _document(
    asked: Asked, page: BoardPage, since: Mapping[str, Any], entries: Any, me: Any
) -> dict[str, Any]:
    """The answer's JSON, in the contract's order.

    Args:
        asked: what is asked for.
        page: the page.
        since: the key `since`, if it is asked for.
        entries: its entries.
        me: the player's own.
    """
    snapshot, board = page
    request = asked.board
    weights = request.weights
    return {
        "kingdom": snapshot.kingdom,
        "metric": request.metric,
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        **({} if asked.all_named else {"latest": asked.is_latest}),
        "total": board.total,
        "limit": request.limit,
        "offset": board.offset,
        "next": _next(asked, page, since.get("since")),
        "run_id": snapshot.run_id,
        "version": snapshot.version,
        "ingested_at": snapshot.ingested_at,
        "dkp": dict(snapshot.dkp if weights is None else own_formula(weights)),
        **since,
        **({} if request.me is None else {"me": me}),
        "entries": entries,
    }


def _next(asked: Asked, page: BoardPage, since: Mapping[str, Any] | None) -> str | None:
    """The next page of the same state: dates and versions are named, whatever was asked for."""
    request = asked.board
    older = None if since is None else (since["snapshot_date"], since["version"])
    after = [
        ("with", request.values),
        ("since", asked.since and (older[0] if older else PREVIOUS)),
        ("alliance", request.alliance),
        ("weights", request.weights),
        ("me", request.me),
        ("version", page.snapshot.version),
        ("from_version", asked.since and (older[1] if older else NONE_BEFORE)),
    ]
    before = [("date", page.snapshot.snapshot_date)]
    return next_page(page.board.total, request.limit, page.board.offset, before, after)


def _columns(values: Mapping[str, Any]) -> list[Column]:
    since = [*keys_of("since", ("rank", "value"), "since_"), *keys("movement"), kinds()]
    return [
        *keys("rank", "position", "id", "name", "alliance", "value"),
        *keys_of("values", values["with_"]),
        *(since if values["since"] is not None else ()),
    ]


LEADERBOARD = Operation(
    "getLeaderboard",
    "/v1/kingdoms/{kingdom}/leaderboards/{metric}",
    "A page of a leaderboard",
    "Highest value first; equal values share a rank and are ordered by id. Players whose value "
    "is not known are not ranked. Follow `next` until it is null to read the whole board of one "
    "state of one date. `around` and `offset` cannot be given together; `from_version` needs "
    "`since`; `weights` are for the metric `dkp`.",
    leaderboard,
    "Leaderboard",
    (
        KINGDOM,
        METRIC,
        DATE,
        LIMIT,
        OFFSET,
        AROUND,
        WITH,
        SINCE,
        ME,
        ALLIANCE,
        WEIGHTS,
        VERSION,
        FROM_VERSION,
    ),
    (404, 409, 503, 504),
    (NotBoth("around", "offset"), Needs("from_version", "since")),
    Table(("entries",), _columns),
)
