"""A page of a board of gains between two snapshots (contract, section 9)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from chalicelib.api.conflicts import check_version, check_weights, own_formula
from chalicelib.api.following import next_page
from chalicelib.api.named import Named, answer_of
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.declared import (
    ALLIANCE,
    AROUND,
    FROM,
    FROM_VERSION,
    KINGDOM,
    LIMIT,
    ME,
    METRIC,
    OFFSET,
    TO,
    VERSION,
    WEIGHTS,
    WITH,
)
from chalicelib.api.parameters.rules import NotBoth
from chalicelib.api.table import Column, Table, keys, keys_of, kinds
from chalicelib.boards.request import BoardRequest
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span


class Asked(NamedTuple):
    """What a request asks for, and the snapshots as the catalog has them."""

    board: BoardRequest
    span: Span
    version: str | None
    from_version: str | None


def gains(
    backend: Backend,
    *,
    kingdom: int,
    metric: str,
    from_: date | None,
    to: date | None,
    limit: int,
    offset: int,
    around: int | None,
    with_: tuple[str, ...],
    me: int | None,
    alliance: str | None,
    weights: Mapping[str, int] | None,
    version: str | None,
    from_version: str | None,
) -> Answer:
    """A page of a board of gains; without dates between the two newest snapshots.

    Raises:
        NotFoundError: a snapshot is not there, or there is one only, or `around` is not ranked.
        BadParameterError: the parameters do not fit together, or do not fit the snapshots.
        ConflictError: a version is given, and the snapshot is of another one by now.
        WithdrawnError: the uploads of a snapshot are being withdrawn.
    """
    from chalicelib.catalog.select_span import select_span
    from chalicelib.changes.findings import version_of

    check_weights(metric, weights)
    request = BoardRequest(metric, limit, offset, around, me, alliance, with_, weights)
    span = select_span(backend.catalog().snapshots(kingdom).entries, from_, to)
    asked = Asked(request, span, version, from_version)

    def make() -> Content:
        page = backend.engine().gains(span, request, backend.deadline)
        newer, older = page.newer.snapshot, page.older.snapshot
        check_version(newer, version)
        check_version(older, from_version, "from_version")
        before = page.findings.before_version(span.before)
        return Content(_document(asked, page), (newer.version, older.version, before))

    newer, older = span.newer.version, span.older.version
    named = [Named(version, newer), Named(from_version, older)]
    return answer_of(named, (newer, older, version_of(span.before)), make)


def _document(asked: Asked, page: GainsPage) -> dict[str, Any]:
    """The answer's JSON, in the contract's order."""
    from chalicelib.changes.gains import beside_the_board

    request = asked.board
    newer, older = page.newer.snapshot, page.older.snapshot
    formula = newer.dkp if request.weights is None else own_formula(request.weights)
    entries: list[Mapping[str, Any]] = [*page.entries]
    ids = [entry["id"] for entry in (*entries, *([page.me["entry"]] if page.me else []))]
    suspects = page.findings.by_player(ids)

    def flagged(entry: Mapping[str, Any]) -> dict[str, Any]:
        own = [one.as_json(with_player=False) for one in suspects.get(entry["id"], ())]
        return {**entry, "suspects": own}

    me = {} if page.me is None else {"entry": flagged(page.me["entry"]), "above": page.me["above"]}
    beside = beside_the_board(page.findings, _counters(request, formula), request.alliance)
    return {
        "kingdom": newer.kingdom,
        "metric": request.metric,
        "from": page.older.as_json(),
        "to": page.newer.as_json(),
        "days": (newer.snapshot_date - older.snapshot_date).days,
        "total": page.total,
        "unknown": page.unknown,
        "limit": request.limit,
        "offset": page.offset,
        "next": _next(asked, page),
        "dkp": dict(formula),
        **({} if request.me is None else {"me": me or None}),
        "entries": [flagged(entry) for entry in entries],
        "suspects": [one.as_json(with_player=True) for one in beside],
        "unreliable_columns": [one._asdict() for one in page.findings.unreliable],
    }


def _counters(request: BoardRequest, formula: Mapping[str, Any]) -> list[str]:
    """The counters that the gain is of."""
    if request.metric == "dkp" and formula["basis"] == "formula":
        return [*formula["weights"]]
    return [request.metric]


def _next(asked: Asked, page: GainsPage) -> str | None:
    """The next page of the same state: dates and versions are named, whatever was asked for."""
    request = asked.board
    newer, older = page.newer.snapshot, page.older.snapshot
    before = [("from", older.snapshot_date), ("to", newer.snapshot_date)]
    after = [
        ("with", request.values),
        ("alliance", request.alliance),
        ("weights", request.weights),
        ("me", request.me),
        ("version", newer.version),
        ("from_version", older.version),
    ]
    return next_page(page.total, request.limit, page.offset, before, after)


def _columns(values: Mapping[str, Any]) -> list[Column]:
    return [
        *keys("rank", "position", "id", "name", "alliance", "value", "from", "to"),
        *keys_of("values", values["with_"]),
        kinds(),
    ]


GAINS = Operation(
    "getGains",
    "/v1/kingdoms/{kingdom}/gains/{metric}",
    "A page of a board of gains",
    "What players have gained between two snapshots, the most first. Who is not in both, or not "
    "known in one of them, is not ranked; nor is a player whose counter fell or whose row was "
    "zero, whom `suspects` lists. Without dates it is between the two newest snapshots. A gain "
    "that is likely a fault of a scan is flagged in its entry's `suspects`, never dropped. "
    "`around` and `offset` cannot be given together; `weights` are for the metric `dkp`.",
    gains,
    "Gains",
    (
        KINGDOM,
        METRIC,
        FROM,
        TO,
        LIMIT,
        OFFSET,
        AROUND,
        WITH,
        ME,
        ALLIANCE,
        WEIGHTS,
        VERSION,
        FROM_VERSION,
    ),
    (404, 409, 503, 504),
    (NotBoth("around", "offset"),),
    Table(("entries",), _columns),
)
