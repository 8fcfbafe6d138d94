"""A player's history in a kingdom (contract, section 9)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from chalicelib.api.caching import SHORT
from chalicelib.api.following import reference
from chalicelib.api.operation import Answer, Backend, Content, Operation
from chalicelib.api.parameters.dates import PlainDateParameter
from chalicelib.api.parameters.declared import KINGDOM, PLAYER
from chalicelib.api.parameters.integers import IntegerParameter
from chalicelib.api.table import Column, Item, Table, keys, keys_of
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Snapshot
from chalicelib.errors import NotFoundError
from chalicelib.players.schema import COUNTERS
from chalicelib.roster.answers import Member

if TYPE_CHECKING:
    from chalicelib.boards.past import Past

MOST: Final = 104
"""Two years of weekly scans."""

SNAPSHOTS = IntegerParameter(
    "limit", "query", "At most so many snapshots.", 52, minimum=1, maximum=MOST, default=52
)
BEFORE = PlainDateParameter(
    "before", "query", "Only snapshots before this date; `next` goes on by it.", "2026-01-26"
)


def history(
    backend: Backend, *, kingdom: int, player: int, limit: int, before: date | None
) -> Answer:
    """A player's names, values and ranks, newest snapshot first.

    Raises:
        NotFoundError: there is no such kingdom, or the player was never in it.
    """
    catalog = backend.catalog()
    entries = catalog.snapshots(kingdom).entries
    member = catalog.member(kingdom, player)
    if member is None:
        raise NotFoundError(f"kingdom {kingdom} has no player {player}")
    seen = {*member.seen}
    snapshots = [
        one.snapshot
        for one in entries
        if one.snapshot.snapshot_date in seen
        and (before is None or one.snapshot.snapshot_date < before)
    ]
    shown = snapshots[:limit]
    follows = len(shown) < len(snapshots)

    def make() -> Content:
        found = backend.engine().history(player, shown, backend.deadline)
        oldest = shown[-1].snapshot_date if follows else None
        document = {
            **_person(kingdom, member),
            "next": reference([("limit", limit), ("before", oldest)]) if oldest else None,
            # A file may be newer than roster and catalog: who is not in it is left out.
            "snapshots": [row for past in found if (row := _row(past)) is not None],
        }
        return Content(document, _versions(member, [one.snapshot for one in found], follows))

    return Answer(_versions(member, shown, follows), SHORT, make)


def _versions(member: Member, snapshots: Sequence[Snapshot], follows: bool) -> tuple[object, ...]:
    """What a history follows from: of the roster only this player."""
    return (member, follows, *(one.version for one in snapshots))


def _person(kingdom: int, member: Member) -> dict[str, Any]:
    changed = member.last_changed
    return {
        "kingdom": kingdom,
        "id": member.id,
        "name": member.name,
        "alliance": member.alliance,
        "first_seen": member.first_seen.isoformat(),
        "last_seen": member.last_seen.isoformat(),
        "last_changed": None if changed is None else changed.isoformat(),
        "names": [
            {"name": one.name, "from": one.first.isoformat(), "to": one.last.isoformat()}
            for one in member.names
        ],
    }


def _row(past: "Past") -> dict[str, Any] | None:
    snapshot, there = past
    if there is None:
        return None
    return {
        "snapshot_date": snapshot.snapshot_date.isoformat(),
        "run_id": snapshot.run_id,
        "record_hash": there.record_hash,
        "name": there.name,
        "alliance": there.alliance,
        "values": dict(there.values),
        "ranks": {
            metric: None if rank is None else rank._asdict() for metric, rank in there.ranks.items()
        },
    }


def _columns(_: Mapping[str, Any]) -> list[Column]:
    ranks = [_rank_cell(metric, part) for metric in METRIC_NAMES for part in ("rank", "of")]
    return [
        *keys("snapshot_date", "run_id", "record_hash", "name", "alliance"),
        *keys_of("values", COUNTERS),
        *ranks,
    ]


def _rank_cell(metric: str, part: str) -> Column:
    def read(item: Item) -> int | None:
        rank = item["ranks"][metric]
        return None if rank is None else rank[part]

    return Column(f"{metric}_{part}", read)


HISTORY = Operation(
    "getPlayer",
    "/v1/kingdoms/{kingdom}/players/{player}",
    "A player's history",
    "Every name that the player had in this kingdom, and of each snapshot all counters and the "
    "rank on each board, newest first; null where a value is not known. The current name's `to` "
    "is `last_seen`. Follow `next` for older snapshots.",
    history,
    "Player",
    (KINGDOM, PLAYER, SNAPSHOTS, BEFORE),
    (404, 503, 504),
    table=Table(("snapshots",), _columns),
)
