"""What each kingdom's roster must say after any history, of the players that its dates show.

Calculated a second time (`tests.roster.oracle`), from all of its current snapshots.
"""

import io
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final

import pyarrow.parquet as pq

from chalicelib.roster.roster import read_roster
from tests.roster import oracle
from tests.torture.memory_store import MemoryStore
from tests.torture.uploads import Upload
from tests.torture.views import views_of

PLAYERS: Final = "players/"
_ANYWHERE: Final = 1


def roster_key(kingdom: int) -> str:
    """Where a kingdom's roster is."""
    return f"players/source=rok_players/kingdom={kingdom}/players.parquet"


def expected_rosters(newest: Iterable[Upload]) -> dict[str, bytes]:
    """What every roster of a lake says, as `roster_said` has it.

    Args:
        newest: the event that each date's views are made of, in any order. A withdrawn date is no
            snapshot; a kingdom that has no other keeps a roster of nobody.
    """
    kingdoms: dict[int, list[Upload]] = {}
    for event in newest:
        assert event.partition is not None
        of_kingdom = kingdoms.setdefault(event.partition[0], [])
        of_kingdom += [event] if event.accepted else []
    return {
        roster_key(kingdom): _said(
            oracle.known_of(
                {
                    date.fromisoformat(upload.path.rpartition("=")[2]): rows_of(upload)
                    for upload in of
                }
            )
        )
        for kingdom, of in kingdoms.items()
    }


@cache
def roster_said(body: bytes) -> bytes:
    """What a roster answers of everybody in it, by the product's own reader."""
    store = MemoryStore()
    store.create(roster_key(_ANYWHERE), body)
    roster = read_roster(store, _ANYWHERE)
    assert roster is not None
    ids = pq.read_table(io.BytesIO(body), columns=["id"]).column("id").to_pylist()
    first = roster.first_seen(ids)
    found = []
    for player in sorted(ids):
        listed = roster.search(str(player), None, 1000, 0).players
        power = next(one.power for one in listed if one.id == player)
        found.append((roster.member(player), power, first[player]))
    return repr(found).encode()


def _said(known: dict[int, oracle.Known]) -> bytes:
    found = [(one.member, one.power, one.member.first_seen) for one in known.values()]
    return repr(found).encode()


_read: dict[str, dict[int, dict[str, Any]]] = {}


def rows_of(upload: Upload) -> dict[int, dict[str, Any]]:
    """The players that an upload publishes, with all counters; their bytes were checked before."""
    if upload.run_id not in _read:
        rows = pq.read_table(io.BytesIO(views_of(upload).curated)).to_pylist()
        _read[upload.run_id] = {row["id"]: row for row in rows}
    return _read[upload.run_id]
