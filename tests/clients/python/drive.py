"""Drives the client that openapi-python-client makes: `python drive.py URL STEP` prints JSON.

It stands here as an example, too: see docs/api.md.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from leaderboards_client import Client
from leaderboards_client.api.default import (
    get_changes,
    get_gains,
    get_leaderboard,
    get_leaderboard_across,
    get_leaderboard_csv,
    get_player,
    list_alliances,
    list_metrics,
    list_players,
    list_snapshots,
)
from leaderboards_client.models.across_leaderboard import AcrossLeaderboard
from leaderboards_client.models.alliance_list import AllianceList
from leaderboards_client.models.changes import Changes
from leaderboards_client.models.dkp_by_formula import DkpByFormula
from leaderboards_client.models.dkp_of_file import DkpOfFile
from leaderboards_client.models.entry import Entry
from leaderboards_client.models.error import Error
from leaderboards_client.models.gains import Gains
from leaderboards_client.models.leaderboard import Leaderboard
from leaderboards_client.models.metric_name import MetricName
from leaderboards_client.models.player import Player
from leaderboards_client.models.player_list import PlayerList
from leaderboards_client.models.rank_of import RankOf
from leaderboards_client.models.snapshot_list import SnapshotList
from leaderboards_client.models.values import Values

api = Client(base_url=sys.argv[1].rstrip("/"))
DKP = MetricName.DKP
POWER_AND_KILLS = [MetricName.POWER, MetricName.KILLS]


def whole_board(limit: int, tries: int = 3) -> dict[str, Any]:
    """Every entry of one state; of a state that is replaced meanwhile nothing is kept."""
    http = api.get_httpx_client()
    path = "/v1/kingdoms/51/leaderboards/dkp"
    first = f"?limit={limit}&with=power,kills"
    entries: list[Entry] = []
    pages, query = 0, first
    while True:
        reply = http.get(path + query)
        if reply.status_code == 409 and tries > 0:
            entries, tries, query = [], tries - 1, first
            continue
        page = Leaderboard.from_dict(reply.raise_for_status().json())
        pages += 1
        entries += page.entries
        if page.next_ is None:
            told = [entry.to_dict() for entry in entries]
            return {"pages": pages, "total": page.total, "entries": told}
        query = page.next_


def patiently(ask: Callable[[], Any]) -> tuple[Any, list[str]]:
    """An answer, asked for again where that is what the API says, and how long was waited."""
    waits: list[str] = []
    while True:
        reply = ask()
        seconds = reply.headers.get("Retry-After")
        if reply.status_code not in (429, 503) or seconds is None or len(waits) == 3:
            return reply, waits
        waits.append(seconds)
        time.sleep(float(seconds))


def lists() -> dict[str, Any]:
    """The first of a board, with all that a page shows of it."""
    board = get_leaderboard.sync(
        51, DKP, client=api, with_=POWER_AND_KILLS, limit=1, since="previous"
    )
    assert isinstance(board, Leaderboard)
    first = board.entries[0]
    assert isinstance(first.values, Values)
    told = {"values": first.values.to_dict(), "movement": first.movement}
    if isinstance(board.dkp, DkpByFormula):
        weights = board.dkp.weights.additional_properties
        return {"dkp": " + ".join(f"{each} × {name}" for name, each in weights.items()), **told}
    return {"dkp": "as scanned" if isinstance(board.dkp, DkpOfFile) else "not known", **told}


def around() -> int:
    """On which line of a page around a player that player is."""
    first = get_leaderboard.sync(51, DKP, client=api, offset=200, limit=1)
    assert isinstance(first, Leaderboard)
    found = first.entries[0].id
    page = get_leaderboard.sync(51, DKP, client=api, around=found, limit=5)
    assert isinstance(page, Leaderboard), page
    return [entry.id for entry in page.entries].index(found)


def confirmed() -> dict[str, Any]:
    """What an answer that the client has already costs."""
    first = get_leaderboard.sync_detailed(51, DKP, client=api)
    tag = first.headers["ETag"]
    again = get_leaderboard.sync_detailed(51, DKP, client=api, if_none_match=tag)
    assert again.parsed is None
    return {"tag": tag, "statuses": [int(first.status_code), int(again.status_code)]}


def refused(reply: Any) -> dict[str, Any]:
    """What a refusal says."""
    assert isinstance(reply.parsed, Error)
    return {"status": int(reply.status_code), "error": reply.parsed.to_dict()}


def throttled() -> dict[str, Any]:
    """Snapshots, from an API that is asked too much."""
    reply, waits = patiently(lambda: list_snapshots.sync_detailed(51, client=api))
    assert isinstance(reply.parsed, SnapshotList)
    found = len(reply.parsed.snapshots)
    return {"status": int(reply.status_code), "waits": waits, "snapshots": found}


def unavailable() -> dict[str, Any]:
    """A kingdom that is being published."""
    reply = list_snapshots.sync_detailed(78, client=api)
    return {**refused(reply), "after": reply.headers["Retry-After"]}


def csv() -> dict[str, Any]:
    """A board for a spreadsheet."""
    reply = get_leaderboard_csv.sync_detailed(51, DKP, client=api, limit=3)
    assert isinstance(reply.parsed, str)
    return {"kind": reply.headers["Content-Type"], "lines": reply.parsed.split("\r\n")}


def others() -> dict[str, Any]:
    """One thing of each of the other answers."""
    gains = get_gains.sync(51, DKP, client=api)
    changes = get_changes.sync(51, client=api)
    alliances = list_alliances.sync(51, client=api)
    across = get_leaderboard_across.sync(MetricName.POWER, client=api, kingdoms=[51, 77])
    players = list_players.sync(51, client=api, search="a")
    assert isinstance(gains, Gains)
    assert isinstance(changes, Changes)
    assert isinstance(alliances, AllianceList)
    assert isinstance(across, AcrossLeaderboard)
    assert isinstance(players, PlayerList)
    card = get_player.sync(51, players.players[0].id, client=api)
    assert isinstance(card, Player)
    power = card.snapshots[0].ranks.power
    return {
        "days": gains.days,
        "joined": len(changes.joined),
        "alliances": len(alliances.alliances),
        "kingdoms": [one.kingdom for one in across.kingdoms],
        "name": card.names[0].name,
        "rank": power.rank if isinstance(power, RankOf) else None,
    }


STEPS: dict[str, Callable[[], Any]] = {
    "board": lambda: whole_board(70),
    "lists": lists,
    "around": around,
    "confirmed": confirmed,
    "missing": lambda: refused(get_leaderboard.sync_detailed(999, DKP, client=api)),
    "replaced": lambda: refused(
        get_leaderboard.sync_detailed(51, DKP, client=api, version="0" * 16)
    ),
    "throttled": throttled,
    "unavailable": unavailable,
    "failing": lambda: refused(list_metrics.sync_detailed(client=api)),
    "csv": csv,
    "others": others,
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[2]]()))
