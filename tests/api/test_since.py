"""What a board says besides its page: who moved since when, one's own place, other metrics."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import boards_key, curated_key
from tests.api.between_lake import OLDER, OLDEST, copy_of, publish_all, publish_weeks
from tests.api.lake import OTHER_FORMULA
from tests.api.support import DAY_LONG, SHORT, Api
from tests.engines.support import (
    DAY,
    FORMULA,
    boards_bytes,
    curated_bytes,
    facts,
    player,
    put,
    ranked,
)

BOARD: Final = "/v1/kingdoms/51/leaderboards/kills"
DKP: Final = "/v1/kingdoms/51/leaderboards/dkp"
ALLIANCE: Final = quote("[A1] Ünïon")

BEFORE: Final = [player(number, kills=number * 100) for number in range(1, 21)]
THEN: Final = [
    player(number, kills=None if number == 4 else number * 100 + 1) for number in range(1, 21)
]
NOW: Final = [
    *(player(number, kills=2500 - number * 20, power=7) for number in range(2, 10)),
    player(10, kills=9000, power=None),
    *(player(number, kills=number * 100 + number) for number in range(11, 25)),
]

pytestmark = pytest.mark.usefixtures("engine_name")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots of kingdom 51, with all views; made once, since that takes a while."""
    return publish_weeks(tmp_path_factory.mktemp("lake"), BEFORE, THEN, NOW)


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> DirectoryStore:
    """A copy of it, which a test may change."""
    return copy_of(made, tmp_path / "lake")


def moved(now: list[dict[str, Any]], then: list[dict[str, Any]], metric: str) -> list[Any]:
    """Each entry's `since` and movement, worked out player by player."""
    older = {one["id"]: one for one in ranked(then, metric)}
    there = {one["id"] for one in then}
    found: list[tuple[Any, str]] = []
    for entry in ranked(now, metric):
        was = older.get(entry["id"])
        if was is None:
            found.append((None, "unknown" if entry["id"] in there else "new"))
            continue
        since = {"rank": was["rank"], "value": was["value"]}
        ranks = (was["rank"], entry["rank"])
        found.append(
            (since, "same" if ranks[0] == ranks[1] else "up" if ranks[0] > ranks[1] else "down")
        )
    return found


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("since", "then"),
    [("previous", THEN), (OLDER, THEN), (OLDEST, BEFORE)],
    ids=["previous", "a week", "two weeks"],
)
def test_each_entry_says_how_it_has_moved(api: Api, since: Any, then: Any) -> None:
    board = api.json(f"{BOARD}?since={since}")
    found = [(entry["since"], entry["movement"]) for entry in board["entries"]]
    assert found == moved(NOW, then, "kills")
    assert {movement for _, movement in found} >= {"new", "up", "down"}
    plain = api.json(BOARD)
    more = ("since", "movement", "suspects")
    assert [
        {name: entry[name] for name in entry if name not in more} for entry in board["entries"]
    ] == plain["entries"]
    assert [*board] == [*[*plain][:-1], "since", "entries", "unreliable_columns"]


@pytest.mark.usefixtures("lake")
def test_a_player_whose_value_was_not_known_is_unknown(api: Api) -> None:
    (entry,) = api.json(f"{BOARD}?since=previous&around=4&limit=1")["entries"]
    assert (entry["id"], entry["since"], entry["movement"]) == (4, None, "unknown")


@pytest.mark.usefixtures("lake")
def test_what_is_likely_wrong_stands_with_the_player_and_a_wrong_column_once(api: Api) -> None:
    board = api.json(f"{BOARD}?since=previous&me=10")
    (jump,) = [one for one in board["me"]["entry"]["suspects"] if one["column"] == "kills"]
    assert (jump["kind"], jump["from"], jump["to"]) == ("jump", 1001, 9000)
    assert [one["column"] for one in board["unreliable_columns"]] == []
    with_board = [entry for entry in board["entries"] if entry["id"] == 10]
    assert with_board == [board["me"]["entry"]]


@pytest.mark.usefixtures("lake")
def test_previous_where_there_is_none_is_null_and_nothing_more(api: Api) -> None:
    url = f"{BOARD}?date={OLDEST}"
    plain, board = api.json(url), api.json(f"{url}&since=previous")
    assert board.pop("since", "") is None
    assert board == plain
    following = api.json(f"{url}&since=previous&limit=5")["next"]
    assert "&since=previous&version=" in following
    assert "&from_version=" in following
    assert api.json(BOARD + following)["since"] is None
    named = api.get(f"{url}&since=previous&version={plain['version']}&from_version={'0' * 16}")
    assert (named.status_code, named.json_body["Code"]) == (409, "ConflictError")


def test_whoever_follows_next_is_told_when_there_is_a_snapshot_before_by_then(
    api: Api, lake: DirectoryStore
) -> None:
    following = api.json(f"{BOARD}?date={OLDEST}&since=previous&limit=1")["next"]
    before = OLDEST - timedelta(days=7)
    publish_all(lake, THEN, before)
    answer = api.get(BOARD + following)
    assert (answer.status_code, answer.json_body["Code"]) == (409, "ConflictError")
    assert answer.json_body["Message"] == (
        f"kingdom 51 has a snapshot before by now, of {before}; start again without from_version"
    )


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        (f"since={DAY}", 400, "since must be before the board's date 2026-01-26"),
        ("since=2026-02-02", 400, "since must be before the board's date 2026-01-26"),
        (f"date={OLDER}&since={DAY}", 400, "since must be before the board's date 2026-01-19"),
        ("since=2026-01-20", 404, "kingdom 51 has no snapshot of 2026-01-20"),
        ("date=2026-01-20&since=previous", 404, "kingdom 51 has no snapshot of 2026-01-20"),
        (f"since=previous&from_version={'0' * 16}", 409, "start again without from_version"),
        (f"since=previous&version={'0' * 16}", 409, "start again without version"),
        ("around=1", 404, "player 1 is not ranked by kills on 2026-01-26"),
        ("around=11&alliance=x", 404, "within the alliance x; leave out alliance or around"),
        ("weights=kills:1", 400, "weights are for the metric dkp, not kills"),
    ],
)
def test_what_cannot_be_answered_is_told(api: Api, query: str, status: int, words: str) -> None:
    response = api.get(f"{BOARD}?{query}")
    assert response.status_code == status
    assert words in response.json_body["Message"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("lake")
def test_an_answer_all_of_whose_versions_are_named_is_kept_a_day_without_latest(api: Api) -> None:
    board = api.get(f"{BOARD}?since=previous")
    body = board.json_body
    assert (board.headers["Cache-Control"], body["latest"]) == (SHORT, True)
    version = f"version={body['version']}"
    half = api.get(f"{BOARD}?since=previous&{version}")
    assert (half.headers["Cache-Control"], half.json_body["latest"]) == (SHORT, True)
    older = f"from_version={body['since']['version']}"
    whole = api.get(f"{BOARD}?since=previous&{version}&{older}")
    assert whole.headers["Cache-Control"] == DAY_LONG
    assert "latest" not in whole.json_body
    assert whole.json_body["entries"] == body["entries"]


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    "query",
    [
        "since=previous&with=power,deaths&me=10",
        f"alliance={ALLIANCE}&me=13",
        f"since={OLDEST}&alliance={ALLIANCE}",
    ],
)
def test_next_repeats_what_was_asked_for_and_names_the_state(api: Api, query: str) -> None:
    whole = api.json(f"{BOARD}?{query}&limit=1000")
    pages = api.pages(f"{BOARD}?{query}&limit=3")
    assert [entry for page in pages for entry in page["entries"]] == whole["entries"]
    assert all(page["total"] == len(whole["entries"]) for page in pages)
    assert all(page.get("me") == whole.get("me") for page in pages)
    following = BOARD + pages[0]["next"]
    assert api.get(following).headers["Cache-Control"] == DAY_LONG


@pytest.mark.usefixtures("lake")
def test_the_page_around_a_player_goes_on_by_offset(api: Api) -> None:
    board = api.json(f"{BOARD}?around=11&limit=4")
    at = [entry["id"] for entry in ranked(NOW, "kills")].index(11)
    assert board["offset"] == max(0, min(at - 2, board["total"] - 4))
    assert [entry["id"] for entry in board["entries"]] == [
        entry["id"] for entry in ranked(NOW, "kills")[board["offset"] : board["offset"] + 4]
    ]
    assert board["next"] is None or f"&offset={board['offset'] + 4}&" in board["next"]
    assert board["next"] is None or "around" not in board["next"]


@pytest.mark.usefixtures("lake")
def test_me_is_that_player_wherever_it_is_and_who_is_above(api: Api) -> None:
    order = ranked(NOW, "kills")
    for at in (0, 5, len(order) - 1):
        me = api.json(f"{BOARD}?limit=1&me={order[at]['id']}")["me"]
        above = None if at == 0 else {name: order[at - 1][name] for name in ("rank", "value")}
        assert me == {"entry": order[at], "above": above}
    assert api.json(f"{BOARD}?limit=1&me=1")["me"] is None


@pytest.mark.usefixtures("lake")
def test_the_values_of_other_metrics_stand_in_the_order_asked_for(api: Api) -> None:
    for entry in api.json(f"{BOARD}?with=power,kills")["entries"]:
        (row,) = [one for one in NOW if one["id"] == entry["id"]]
        assert [*entry["values"].items()] == [("power", row["power"]), ("kills", row["kills"])]


def test_a_dkp_of_another_formula_cannot_be_compared_but_one_s_own_can(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish_all(directory_store, THEN, OLDER, dkp=OTHER_FORMULA)
    publish_all(directory_store, NOW, DAY, run=3)
    board = api.json(f"{DKP}?since=previous")
    assert board["dkp"] == FORMULA
    assert {entry["movement"] for entry in board["entries"]} == {"unknown", "new"}
    weights = "weights=deaths:0,kills:1000000"
    own = api.json(f"{DKP}?since=previous&{weights}")
    assert own["dkp"] == {"basis": "formula", "weights": {"deaths": 0, "kills": 1_000_000}}
    assert {entry["movement"] for entry in own["entries"]} >= {"new", "up"}
    assert (
        "weights=deaths:1000000,kills:1"
        in api.json(f"{DKP}?weights=deaths:1000000,kills:1&limit=1")["next"]
    )


@pytest.mark.parametrize("day", [OLDEST, OLDER, DAY])
def test_another_run_of_any_of_the_snapshots_makes_another_tag(
    api: Api, lake: DirectoryStore, day: date
) -> None:
    url = f"{BOARD}?since=previous"
    tag = api.get(url).headers["ETag"]
    assert api.get(url, if_none_match=tag).status_code == 304
    publish_all(lake, THEN, day, run=9)
    assert api.get(url, if_none_match=tag).status_code == 200


@pytest.mark.parametrize("day", [OLDER, DAY])
def test_an_answer_of_a_file_that_the_catalog_does_not_know_is_of_it_and_kept_by_nobody(
    api: Api, lake: DirectoryStore, day: date
) -> None:
    newer = facts(len(THEN), day, run=9)
    put(lake, curated_key(Partition(51, day)), curated_bytes(newer, THEN))
    put(lake, boards_key(Partition(51, day)), boards_bytes(newer, THEN))
    response = api.get(f"{BOARD}?since=previous")
    body = response.json_body
    assert response.headers["Cache-Control"] == "no-store"
    runs = {OLDER: body["since"]["run_id"], DAY: body["run_id"]}
    assert runs[day] == newer.run_id
    # The suspects are those of the file that was read: nobody has jumped in it.
    now, then = (THEN, THEN) if day == DAY else (NOW, THEN)
    assert [entry["movement"] for entry in body["entries"]] == [
        movement for _, movement in moved(now, then, "kills")
    ]
    jumps = [entry["id"] for entry in body["entries"] if entry["suspects"]]
    assert (10 in jumps) == (day == OLDER)
    name = "version" if day == DAY else "from_version"
    named = api.get(f"{BOARD}?since=previous&{name}={newer.version}")
    assert (named.status_code, named.headers["Cache-Control"]) == (200, "no-store")
