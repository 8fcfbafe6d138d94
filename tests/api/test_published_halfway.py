"""What is answered while a snapshot is published, or after an upload that died on the way.

An answer is of one run and says so; what the catalog does not list yet is kept by nobody.
"""

from typing import Any

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from tests.api.lake import NEWER, OTHER_FORMULA, STAGES, Stage, publish
from tests.api.support import DAY_LONG, SHORT, Api
from tests.engines.support import DAY, player, ranked

pytestmark = pytest.mark.slow

BOARD = "/v1/kingdoms/51/leaderboards/dkp"
SNAPSHOTS = "/v1/kingdoms/51/snapshots"
DATED = f"{BOARD}?date={DAY}"
NO_STORE = "no-store"

OLD = [player(number) for number in range(1, 1102)]
NEW = [player(number, dkp=2 * number) for number in range(1, 1102)]


class TestAnUploadThatDied:
    """The second run of a date was published as far as a stage; the first one wholly."""

    @pytest.mark.parametrize("again", [{"run": 2}, {"dkp": OTHER_FORMULA}], ids=str)
    @pytest.mark.parametrize("until", STAGES)
    def test_the_answer_is_of_the_file_that_is_read_and_says_so(
        self,
        api: Api,
        directory_store: DirectoryStore,
        engine_name: str,
        until: Stage,
        again: dict[str, Any],
    ) -> None:
        first = publish(directory_store, OLD[:3])
        second = publish(directory_store, NEW[:4], until=until, **again)
        sees_second = until != "curated" or engine_name == "arrow"
        seen, players = (second, NEW[:4]) if sees_second else (first, OLD[:3])
        listed = second if until in ("snapshots", "kingdoms") else first
        for query in ("", f"?date={DAY}"):
            answer = api.get(BOARD + query)
            body = answer.json_body
            assert (body["run_id"], body["version"]) == (seen.run_id, seen.version)
            assert (body["dkp"], body["entries"]) == (seen.dkp, ranked(players, "dkp"))
            assert answer.headers["Cache-Control"] == (SHORT if seen is listed else NO_STORE)
        (row,) = api.json(SNAPSHOTS)["snapshots"]
        assert (row["run_id"], row["version"]) == (listed.run_id, listed.version)

    @pytest.mark.parametrize("until", STAGES)
    def test_each_version_is_answered_as_far_as_it_can_be_read(
        self, api: Api, directory_store: DirectoryStore, engine_name: str, until: Stage
    ) -> None:
        first = publish(directory_store, OLD[:3])
        second = publish(directory_store, NEW[:4], run=2, until=until)
        sees_second = until != "curated" or engine_name == "arrow"
        is_listed = until in ("snapshots", "kingdoms")
        seen, other = (second, first) if sees_second else (first, second)
        answer = api.get(f"{BOARD}?version={seen.version}")
        assert answer.status_code == 200
        assert answer.json_body["run_id"] == seen.run_id
        assert "latest" not in answer.json_body
        kept = seen is first or is_listed
        assert answer.headers["Cache-Control"] == (DAY_LONG if kept else NO_STORE)
        assert api.get(f"{BOARD}?version={other.version}").status_code == 409

    def test_an_answer_that_is_not_kept_is_confirmed_by_its_own_tag_alone(
        self, api: Api, directory_store: DirectoryStore, engine_name: str
    ) -> None:
        publish(directory_store, OLD[:3])
        listed = api.get(BOARD).headers["ETag"]
        publish(directory_store, NEW[:3], run=2, until="boards")
        ahead = api.get(BOARD)
        assert ahead.headers["Cache-Control"] == NO_STORE
        assert ahead.headers["ETag"] != listed
        publish(directory_store, NEW[:3], run=2)
        assert api.get(BOARD, if_none_match=listed).status_code == 200
        assert api.get(BOARD, if_none_match=ahead.headers["ETag"]).status_code == 304

    @pytest.mark.usefixtures("engine_name")
    @pytest.mark.parametrize("limit", [100, 600, 1000])
    @pytest.mark.parametrize("until", STAGES)
    def test_pages_are_of_one_run_or_end_in_a_conflict(
        self, api: Api, directory_store: DirectoryStore, until: Stage, limit: int
    ) -> None:
        """Beyond the first 1,000 players the boards object ends, and the curated file is read."""
        publish(directory_store, OLD)
        publish(directory_store, NEW, run=2, until=until)
        entries, path = [], f"{BOARD}?limit={limit}"
        while (answer := api.get(path)).status_code == 200:
            entries += answer.json_body["entries"]
            if answer.json_body["next"] is None:
                break
            path = BOARD + answer.json_body["next"]
        assert entries in [ranked_by_dkp(players)[: len(entries)] for players in (OLD, NEW)]
        assert answer.status_code in (200, 409)
        assert answer.status_code == 200 or until == "curated"

    def test_a_page_beyond_the_boards_object_says_which_run_it_is_of(
        self, api: Api, directory_store: DirectoryStore, engine_name: str
    ) -> None:
        publish(directory_store, OLD)
        second = publish(directory_store, NEW, run=2, until="curated")
        answer = api.get(f"{BOARD}?offset=1000")
        assert answer.json_body["version"] == second.version
        assert answer.json_body["entries"] == ranked_by_dkp(NEW)[1000:1100]
        assert answer.headers["Cache-Control"] == NO_STORE

    @pytest.mark.usefixtures("engine_name")
    @pytest.mark.parametrize("until", STAGES)
    def test_a_new_date_is_there_when_the_kingdom_s_catalog_lists_it(
        self, api: Api, directory_store: DirectoryStore, until: Stage
    ) -> None:
        publish(directory_store, OLD[:3])
        publish(directory_store, NEW[:4], day=NEWER, until=until)
        is_listed = until in ("snapshots", "kingdoms")
        newest = NEWER if is_listed else DAY
        assert api.json(BOARD)["snapshot_date"] == f"{newest}"
        assert api.json(DATED)["latest"] is not is_listed
        assert api.json(SNAPSHOTS)["snapshots"][0]["snapshot_date"] == f"{newest}"
        dated = api.get(f"{BOARD}?date={NEWER}")
        assert dated.status_code == (200 if is_listed else 404)
        (kingdom,) = api.json("/v1/kingdoms")["kingdoms"]
        assert kingdom["latest"] == f"{NEWER if until == 'kingdoms' else DAY}"

    @pytest.mark.usefixtures("engine_name")
    @pytest.mark.parametrize(
        ("until", "board", "kingdoms"),
        [
            ("curated", 404, 200),
            ("boards", 503, 503),
            ("snapshots", 200, 503),
            ("kingdoms", 200, 200),
        ],
    )
    def test_the_first_snapshot_of_a_lake_asks_for_a_moment_until_it_is_listed(
        self, api: Api, directory_store: DirectoryStore, until: Stage, board: int, kingdoms: int
    ) -> None:
        publish(directory_store, OLD[:3], until=until)
        for path, status in ((BOARD, board), (SNAPSHOTS, board), ("/v1/kingdoms", kingdoms)):
            answer = api.get(path)
            assert answer.status_code == status
            if status == 503:
                assert answer.json_body["Code"] == "ServiceUnavailableError"
                assert "boards that no catalog lists" in answer.json_body["Message"]
                assert "python -m chalicelib rebuild" in answer.json_body["Message"]
                assert answer.headers["Retry-After"] == "5"

    @pytest.mark.usefixtures("engine_name")
    def test_the_first_snapshot_of_a_kingdom_leaves_others_alone(
        self, api: Api, directory_store: DirectoryStore
    ) -> None:
        publish(directory_store, OLD[:3])
        publish(directory_store, OLD[:3], kingdom=52, until="boards")
        assert api.get("/v1/kingdoms/52/leaderboards/dkp").status_code == 503
        assert api.json("/v1/kingdoms") == {"kingdoms": [{"kingdom": 51, "latest": f"{DAY}"}]}
        assert api.get(BOARD).status_code == 200


def ranked_by_dkp(players: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The board of players whose values all differ: `ranked` takes long for a thousand."""
    ordered = sorted(players, key=lambda one: -one["dkp"])
    return [
        {"rank": at, "position": at, "id": one["id"], "name": one["name"]}
        | {"alliance": one["alliance"], "value": one["dkp"]}
        for at, one in enumerate(ordered, start=1)
    ]
