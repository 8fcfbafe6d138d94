"""Players searched or idle, and a player's history, as the API tells them."""

import json
from datetime import date
from pathlib import Path

import pytest

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key, roster_key, snapshots_key
from chalicelib.players.schema import COUNTERS
from tests.api.between_lake import OLDER, OLDEST, WEEK, Asker, Reading, publish_all
from tests.api.support import SHORT
from tests.engines.support import DAY, player, put

URL = "/v1/kingdoms/51/players"
CATALOG, ROSTER = snapshots_key(51), roster_key(51)
WEEKS = (DAY, OLDER, OLDEST)


@pytest.fixture
def api(tmp_path: Path) -> Asker:
    """Three weeks; 1 is renamed each week and fights, 2 is idle, 3 is there in the second only."""
    asker = Asker(Reading(tmp_path))
    for age, (day, name) in enumerate(zip(WEEKS[::-1], ("Zoë", "=Ada", "Ada"), strict=True)):
        players = [
            player(1, name=name, alliance="A", kills=10 + age, power=50),
            player(2, name="Adam", alliance=None, power=None),
        ]
        publish_all(asker.store, [*players, player(3, name="Bo")] if age == 1 else players, day)
    return asker


@pytest.mark.parametrize("path", [f"{URL}?search=ada", f"{URL}/1", "/v1/kingdoms/51/changes"])
def test_a_kingdom_from_before_there_were_rosters_says_so(
    api: Asker, tmp_path: Path, path: str
) -> None:
    publish_all(api.store, [player(4, power=60)], DAY + WEEK)
    (tmp_path / ROSTER).unlink()
    answer = api.ask(path)
    assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
    assert "rebuild" in json.loads(answer.body)["Message"]


class TestLists:
    def test_a_search_finds_any_name_in_one_read(self, api: Asker) -> None:
        found = api.json(f"{URL}?search=ADA")
        assert api.store.read == [ROSTER]
        assert [*found] == ["kingdom", "total", "limit", "offset", "next", "players"]
        # An exact name first, then one that starts with it.
        assert [(one["id"], one["matched"]) for one in found["players"]] == [(1, None), (2, None)]
        assert found["players"][0] == {
            "id": 1,
            "name": "Ada",
            "alliance": "A",
            "power": 50,
            "matched": None,
            "first_seen": f"{OLDEST}",
            "last_seen": f"{DAY}",
            "last_changed": f"{DAY}",
        }
        (renamed,) = api.json(f"{URL}?search=zoe")["players"]
        assert (renamed["id"], renamed["matched"]) == (1, "Zoë")
        assert [one["id"] for one in api.json(f"{URL}?search=3")["players"]] == [3]

    def test_the_idle_are_in_the_newest_snapshot_and_have_not_grown_since(self, api: Asker) -> None:
        found = api.json(f"{URL}?idle_since={OLDEST}")
        assert api.store.read == [ROSTER]
        assert [(one["id"], one["last_changed"]) for one in found["players"]] == [(2, None)]
        assert api.json(f"{URL}?idle_since={DAY}&alliance=A")["total"] == 1

    def test_next_leads_through_all_pages(self, api: Asker) -> None:
        pages = [api.json(f"{URL}?search=ad&limit=1")]
        while (query := pages[-1]["next"]) is not None:
            pages.append(api.json(f"{URL}{query}"))
        assert [[one["id"] for one in page["players"]] for page in pages] == [[1], [2]]
        assert [page["offset"] for page in pages] == [0, 1]
        within = api.json(f"{URL}?search=%3D&alliance=A&limit=1")
        assert (within["total"], within["next"]) == (1, None)

    @pytest.mark.parametrize(
        "query",
        ["", "search=a&idle_since=2026-01-01", "search=", "search=%CC%81", "search=%EF%B8%8F"],
        ids=["neither", "both", "empty", "a mark alone", "a selector alone"],
    )
    def test_what_asks_for_nothing_or_for_both_is_refused(self, api: Asker, query: str) -> None:
        assert api.refusal(f"{URL}?{query}")[0] == 400

    def test_as_csv_a_name_is_no_formula(self, api: Asker) -> None:
        header, *lines = api.rows(f"{URL}.csv?search=1")
        assert header == [
            *("id", "name", "alliance", "power", "matched"),
            *("first_seen", "last_seen", "last_changed"),
        ]
        assert lines == [["1", "Ada", "A", "50", "", f"{OLDEST}", f"{DAY}", f"{DAY}"]]
        assert api.rows(f"{URL}.csv?search=%3Dad")[1][4] == "'=Ada"

    def test_a_copy_is_confirmed_until_the_roster_changes(self, api: Asker) -> None:
        url = f"{URL}?search=ada"
        fresh = api.ask(url)
        assert fresh.headers["Cache-Control"] == SHORT
        assert api.ask(url, tag=fresh.headers["ETag"]).status == 304
        publish_all(api.store, [player(4, name="Adan")], DAY + WEEK)
        again = api.ask(url, tag=fresh.headers["ETag"])
        assert (again.status, json.loads(again.body)["total"]) == (200, 3)


@pytest.mark.parametrize("path", ["players?search=a", "players/1"], ids=["list", "history"])
class TestWhereNothingIs:
    def test_a_kingdom_that_is_not_there(self, api: Asker, path: str) -> None:
        assert api.refusal(f"/v1/kingdoms/52/{path}") == (404, "there is no kingdom 52")

    def test_a_kingdom_all_of_whose_uploads_are_withdrawn(self, api: Asker, path: str) -> None:
        publish_all(api.store, [player(1)], kingdom=52)
        publish_all(api.store, [], kingdom=52, run=2)
        assert api.refusal(f"/v1/kingdoms/52/{path}") == (404, "there is no kingdom 52")

    def test_a_damaged_roster_shows_nothing_of_the_inside(self, api: Asker, path: str) -> None:
        put(api.store, ROSTER, b"damaged")
        assert api.refusal(f"/v1/kingdoms/51/{path}") == (
            500,
            "An internal server error occurred.",
        )

    def test_a_lake_from_before_there_were_rosters_says_what_to_do(
        self, api: Asker, tmp_path: Path, path: str
    ) -> None:
        (tmp_path / ROSTER).unlink()
        reply = api.ask(f"/v1/kingdoms/51/{path}")
        message = json.loads(reply.body)["Message"]
        assert (reply.status, "chalicelib rebuild" in message) == (503, True)
        assert reply.headers["Retry-After"]


class TestHistory:
    @pytest.fixture
    def api(self, api: Asker) -> Asker:
        """With an engine, which tells the past."""
        return Asker(api.store, "boards")

    def test_it_has_names_values_and_ranks_newest_first(self, api: Asker) -> None:
        found = api.json(f"{URL}/1")
        assert [*found][:8] == [
            *("kingdom", "id", "name", "alliance"),
            *("first_seen", "last_seen", "last_changed", "names"),
        ]
        assert [*found][8:] == ["next", "snapshots"]
        assert found["names"] == [
            {"name": "Ada", "from": f"{DAY}", "to": f"{DAY}"},
            {"name": "=Ada", "from": f"{OLDER}", "to": f"{OLDER}"},
            {"name": "Zoë", "from": f"{OLDEST}", "to": f"{OLDEST}"},
        ]
        assert [one["snapshot_date"] for one in found["snapshots"]] == [f"{day}" for day in WEEKS]
        newest = found["snapshots"][0]
        assert [*newest] == [
            *("snapshot_date", "run_id", "record_hash", "name", "alliance", "values", "ranks"),
        ]
        assert [*newest["values"]] == [*COUNTERS]
        assert newest["values"]["kills"] == 12
        assert newest["values"]["t4_kills"] is None
        assert [*newest["ranks"]] == [*METRIC_NAMES]
        assert newest["ranks"]["kills"] == {"rank": 1, "of": 2}
        assert newest["ranks"]["power"] == {"rank": 1, "of": 1}
        assert api.json(f"{URL}/2")["snapshots"][0]["ranks"]["power"] is None

    def test_it_costs_catalog_roster_and_a_read_a_snapshot_that_has_the_player(
        self, api: Asker
    ) -> None:
        files = [curated_key(Partition(51, day)) for day in WEEKS]
        fresh = api.ask(f"{URL}/1")
        assert api.store.read[:2] == [CATALOG, ROSTER]
        assert sorted(api.store.read[2:]) == sorted(files)
        assert api.ask(f"{URL}/1", tag=fresh.headers["ETag"]).status == 304
        assert api.store.read == [CATALOG, ROSTER]
        api.json(f"{URL}/3")
        assert api.store.read == [CATALOG, ROSTER, files[1]]

    def test_next_goes_on_by_date(self, api: Asker) -> None:
        page = api.json(f"{URL}/1?limit=2")
        assert [one["snapshot_date"] for one in page["snapshots"]] == [f"{DAY}", f"{OLDER}"]
        assert page["next"] == f"?limit=2&before={OLDER}"
        page = api.json(f"{URL}/1{page['next']}")
        assert [one["snapshot_date"] for one in page["snapshots"]] == [f"{OLDEST}"]
        assert page["next"] is None
        assert api.json(f"{URL}/1?before={date(2020, 1, 1)}")["snapshots"] == []

    def test_a_player_of_whom_nothing_is_known_has_a_history_too(self, api: Asker) -> None:
        nothing = dict.fromkeys((*METRIC_NAMES, "name", "alliance", "helps"))
        most = player(2**53 - 1, **nothing)
        publish_all(api.store, [most, player(1)], DAY + WEEK)
        found = api.json(f"{URL}/{2**53 - 1}")
        assert (found["name"], found["names"], found["last_changed"]) == (None, [], None)
        (only,) = found["snapshots"]
        assert {*only["values"].values()} == {*only["ranks"].values()} == {None}

    def test_who_was_never_there_is_not_found(self, api: Asker) -> None:
        assert api.refusal(f"{URL}/4") == (404, "kingdom 51 has no player 4")

    def test_another_player_s_news_leave_a_copy_as_it_is(self, api: Asker) -> None:
        fresh = api.ask(f"{URL}/3")
        publish_all(api.store, [player(1), player(4)], DAY + WEEK)
        assert api.ask(f"{URL}/3", tag=fresh.headers["ETag"]).status == 304

    def test_as_csv_counters_and_ranks_are_columns(self, api: Asker) -> None:
        header, *lines = api.rows(f"{URL}/1.csv")
        assert header == [
            *("snapshot_date", "run_id", "record_hash", "name", "alliance"),
            *COUNTERS,
            *(f"{metric}_{part}" for metric in METRIC_NAMES for part in ("rank", "of")),
        ]
        assert [line[3] for line in lines] == ["Ada", "'=Ada", "Zoë"]
        told = dict(zip(header, lines[0], strict=True))
        assert (told["kills"], told["kills_rank"], told["kills_of"]) == ("12", "1", "2")
        assert told["t4_kills"] == ""

    def test_a_file_that_is_newer_than_the_catalog_is_told_as_it_is_and_not_kept(
        self, api: Asker
    ) -> None:
        newer = publish_all(api.store, [player(1, kills=99)], run=2, until="curated/")
        reply = api.ask(f"{URL}/1")
        assert reply.headers["Cache-Control"] == "no-store"
        newest = json.loads(reply.body)["snapshots"][0]
        assert (newest["run_id"], newest["values"]["kills"]) == (newer.run_id, 99)

    @pytest.mark.parametrize("players", [[], [player(2)]], ids=["withdrawn", "without the player"])
    def test_a_snapshot_that_has_the_player_no_more_is_left_out(
        self, api: Asker, players: list[dict[str, object]]
    ) -> None:
        publish_all(api.store, players, OLDER, run=2, until="curated/")
        reply = api.ask(f"{URL}/1")
        dates = [one["snapshot_date"] for one in json.loads(reply.body)["snapshots"]]
        assert (dates, reply.headers["Cache-Control"]) == ([f"{DAY}", f"{OLDEST}"], "no-store")

    def test_only_snapshots_of_the_catalog_are_shown(self, api: Asker) -> None:
        publish_all(api.store, [player(1)], DAY + WEEK, until="players/")
        found = api.json(f"{URL}/1")
        assert found["last_seen"] == f"{DAY + WEEK}"
        assert [one["snapshot_date"] for one in found["snapshots"]] == [f"{day}" for day in WEEKS]
