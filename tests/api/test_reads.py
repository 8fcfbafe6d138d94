"""What each parameter and route reads of the lake: the table in docs/api.md."""

from pathlib import Path
from shutil import copytree
from typing import Any, Final

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import boards_key, curated_key, snapshots_key, summary_key
from tests.api.between_lake import OLDER, OLDEST, publish_all
from tests.api.support import Api
from tests.engines.support import DAY, player

KINGDOM: Final = "/v1/kingdoms/51"
CATALOG: Final = snapshots_key(51)
ROSTER: Final = "players/source=rok_players/kingdom=51/players.parquet"


def curated(day: Any) -> str:
    return curated_key(Partition(51, day))


def boards(day: Any) -> str:
    return boards_key(Partition(51, day))


SUMMARY: Final = summary_key(Partition(51, DAY))
IN_BOARDS: Final = {"boards": [boards(DAY)], "arrow": [curated(DAY)]}
BEYOND: Final = {"boards": [boards(DAY), curated(DAY)], "arrow": [curated(DAY)]}
IN_CURATED: Final = {"boards": [curated(DAY)], "arrow": [curated(DAY)]}
OLDER_BOARD: Final = {"boards": [boards(OLDER)], "arrow": [curated(OLDER)]}


def both(*keys: str) -> dict[str, list[str]]:
    """The same with each engine."""
    return {"boards": [*keys], "arrow": [*keys]}


def joined(*parts: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [key for part in parts for key in part[name]] for name in ("boards", "arrow")}


COSTS: Final = {
    "/leaderboards/kills?limit=1000": IN_BOARDS,
    "/leaderboards/kills?with=power,dkp": IN_BOARDS,
    "/leaderboards/kills?around=900": IN_BOARDS,
    "/leaderboards/kills?around=1": BEYOND,
    "/leaderboards/kills?me=900": IN_BOARDS,
    "/leaderboards/kills?me=1": BEYOND,
    "/leaderboards/kills?alliance=x": IN_CURATED,
    "/leaderboards/dkp?weights=deaths:1": IN_CURATED,
    "/leaderboards/kills.csv?with=power": IN_BOARDS,
    "/leaderboards/kills?since=previous": joined(IN_BOARDS, OLDER_BOARD, both(SUMMARY)),
    "/gains/kills": both(curated(OLDER), curated(DAY)),
    f"/gains/kills?from={OLDEST}": both(curated(OLDEST), curated(DAY)),
    "/changes": both(SUMMARY),
    f"/changes?from={OLDEST}": both(curated(OLDEST), curated(DAY)),
    "/alliances": both(curated(DAY)),
    "/alliances?since=previous": both(curated(OLDER), curated(DAY)),
    "/players/900": both(ROSTER, curated(DAY), curated(OLDER), curated(OLDEST)),
}
"""Besides the catalog, which each reads once."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots of the same 1,100 players, with all views; made once."""
    folder = tmp_path_factory.mktemp("lake")
    for run, day in enumerate((OLDEST, OLDER, DAY), 1):
        players = [player(number, kills=number + run) for number in range(1, 1101)]
        publish_all(DirectoryStore(str(folder)), players, day, run=run)
    return folder


@pytest.fixture
def read(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The objects that are read, and a lake to read them of; it is never listed."""
    copytree(made, tmp_path / "lake", dirs_exist_ok=True)
    found: list[str] = []
    real = DirectoryStore.open

    def noted(store: DirectoryStore, key: str, **how: Any) -> Any:
        found.append(key)
        return real(store, key, **how)

    monkeypatch.setattr(DirectoryStore, "open", noted)
    monkeypatch.setattr(DirectoryStore, "list_objects", None)
    return found


@pytest.mark.parametrize("query", COSTS)
def test_a_request_reads_so_much_and_lists_nothing(
    api: Api, engine_name: str, read: list[str], query: str
) -> None:
    fresh = api.get(KINGDOM + query)
    assert fresh.status_code == 200, fresh.body
    # The catalog comes first; files that are read side by side come in any order.
    assert sorted(read) == sorted([CATALOG, *COSTS[query][engine_name]])
    assert ROSTER in read or read[0] == CATALOG
    read.clear()
    known = api.get(KINGDOM + query, if_none_match=fresh.headers["ETag"])
    assert known.status_code == 304
    assert {*read} <= {CATALOG, ROSTER}


def test_a_search_reads_the_roster_alone(api: Api, read: list[str]) -> None:
    for query in ("search=ana", f"idle_since={DAY}"):
        read.clear()
        assert api.get(f"{KINGDOM}/players?{query}").status_code == 200
        assert read == [ROSTER]
