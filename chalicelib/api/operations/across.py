"""A board across kingdoms (contract, section 9)."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from chalicelib.api.conflicts import check_version
from chalicelib.api.following import next_page
from chalicelib.api.named import Named, answer_of
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.declared import LIMIT, METRIC, OFFSET, WITH
from chalicelib.api.parameters.kingdoms import MOST_KINGDOMS, KingdomsParameter
from chalicelib.api.parameters.versions import VersionParameter
from chalicelib.api.table import Column, Table, keys, keys_of
from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog.entries import Catalog
from chalicelib.engines.across_page import AcrossPage, AcrossRequest
from chalicelib.errors import BadParameterError, ConflictError, NotFoundError
from chalicelib.threads.pool import map_in_threads

KINGDOMS = KingdomsParameter(
    "kingdoms",
    "query",
    f"Kingdoms' numbers, separated by commas, {MOST_KINGDOMS} at most; without it all, if they "
    "are not more.",
    "51,52",
)
VERSION = VersionParameter(
    "version",
    "query",
    "The version that the answer must be of, one for all of its kingdoms; 409 when it is of "
    "another one by now. `next` carries it.",
    "7be2d9046fa1c358",
)


def across(
    backend: Backend,
    *,
    metric: str,
    kingdoms: tuple[int, ...] | None,
    limit: int,
    offset: int,
    with_: tuple[str, ...],
    version: str | None,
) -> Answer:
    """A page of a board of several kingdoms, of the current snapshot of each.

    Raises:
        NotFoundError: there is no such kingdom.
        BadParameterError: none are chosen, and there are too many.
        ConflictError: `version` is given, and the answer would be of another one by now.
        WithdrawnError: the uploads of a snapshot are being withdrawn.
    """
    listed = _current(backend.catalog(), kingdoms)
    request = AcrossRequest(metric, limit, offset, with_)

    def make() -> Content:
        from chalicelib.engines.across import read_across

        page = read_across(backend.store(), listed, request, backend.deadline)
        for snapshot in page.snapshots:
            check_version(snapshot, None)
        found = version_of(page.snapshots)
        if version not in (None, found):
            raise ConflictError(
                f"the boards of these kingdoms are of version {found} by now, not {version}; "
                "start again without version"
            )
        return Content(_document(request, page, found), (found,))

    there = version_of(listed)
    return answer_of([Named(version, there)], (there,), make)


def version_of(snapshots: Sequence[Snapshot]) -> str:
    """The version of an answer made of these: 16 hexadecimal digits, as a snapshot's."""
    text = json.dumps([[one.kingdom, f"{one.snapshot_date}", one.version] for one in snapshots])
    return sha256(text.encode()).hexdigest()[:16]


def _current(catalog: Catalog, kingdoms: tuple[int, ...] | None) -> list[Snapshot]:
    """The current snapshot of each kingdom, in the order of their numbers."""
    if kingdoms is not None:
        return map_in_threads(lambda one: catalog.snapshot(one, None).entry.snapshot, kingdoms)
    there = catalog.kingdoms().latest
    if len(there) > MOST_KINGDOMS:
        raise BadParameterError(
            f"there are {len(there)} kingdoms; choose {MOST_KINGDOMS} at most, like "
            f"kingdoms={KINGDOMS.example}"
        )

    def current(kingdom: int) -> Snapshot | None:
        try:
            return catalog.snapshot(kingdom, None).entry.snapshot
        except NotFoundError:
            return None  # its last snapshot is just being withdrawn

    return [one for one in map_in_threads(current, sorted(there)) if one is not None]


def _document(request: AcrossRequest, page: AcrossPage, version: str) -> Mapping[str, Any]:
    """The answer's JSON, in the contract's order."""
    kingdoms = tuple(str(one.kingdom) for one in page.snapshots)
    after = [("with", request.values), ("version", version)]
    return {
        "metric": request.metric,
        "kingdoms": [
            {
                "kingdom": one.kingdom,
                "snapshot_date": one.snapshot_date.isoformat(),
                "run_id": one.run_id,
            }
            for one in page.snapshots
        ],
        "version": version,
        "total": page.total,
        "limit": request.limit,
        "offset": request.offset,
        "next": next_page(
            page.total, request.limit, request.offset, [("kingdoms", kingdoms)], after
        ),
        "entries": page.entries,
    }


def _columns(values: Mapping[str, Any]) -> list[Column]:
    return [
        *keys("rank", "position", "kingdom", "id", "name", "alliance", "value"),
        *keys_of("values", values["with_"]),
    ]


ACROSS = Operation(
    "getLeaderboardAcross",
    "/v1/leaderboards/{metric}",
    "A page of a leaderboard across kingdoms",
    "The players of several kingdoms on one board, of the current snapshot of each. Equal values "
    "share a rank and are ordered by id, then kingdom. Note that each kingdom has its own date, "
    "and may have its own formula of `dkp`. Follow `next` until it is null to read the whole "
    "board of one state.",
    across,
    "AcrossLeaderboard",
    (METRIC, KINGDOMS, LIMIT, OFFSET, WITH, VERSION),
    (404, 409, 503, 504),
    table=Table(("entries",), _columns),
)
