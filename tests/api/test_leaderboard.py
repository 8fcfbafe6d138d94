"""A board as a client sees it: its pages, its versions, how long it may be kept."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.lake import NEWER, OTHER_FORMULA, publish
from tests.api.support import DAY_LONG, SHORT, Api
from tests.engines.support import DAY, FORMULA, kingdoms_of_players, player, ranked

BOARD = "/v1/kingdoms/51/leaderboards/dkp"


@pytest.mark.usefixtures("engine_name")
def test_a_board_is_what_the_contract_shows(api: Api, directory_store: DirectoryStore) -> None:
    players = [player(number, deaths=number // 2) for number in range(1, 6)]
    snapshot = publish(directory_store, players)
    body = api.json("/v1/kingdoms/51/leaderboards/deaths?limit=2")
    assert list(body.items()) == [
        ("kingdom", 51),
        ("metric", "deaths"),
        ("snapshot_date", "2026-01-26"),
        ("latest", True),
        ("total", 5),
        ("limit", 2),
        ("offset", 0),
        ("next", f"?date=2026-01-26&limit=2&offset=2&version={snapshot.version}"),
        ("run_id", snapshot.run_id),
        ("version", snapshot.version),
        ("ingested_at", snapshot.ingested_at),
        ("dkp", FORMULA),
        ("entries", ranked(players, "deaths")[:2]),
    ]
    assert list(body["entries"][0]) == ["rank", "position", "id", "name", "alliance", "value"]


def test_all_engines_answer_byte_for_byte_alike(
    api: Api, directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    players = [player(number, dkp=number // 4) for number in range(1, 1100)]
    publish(directory_store, players)
    paths = ["/v1/kingdoms", "/v1/kingdoms/51/snapshots", "/v1/kingdoms/52/snapshots"]
    paths += [f"/v1/kingdoms/51/leaderboards/{metric}?limit=1000" for metric in METRIC_NAMES]
    paths += [f"{BOARD}?offset={offset}&date=2026-01-26" for offset in (0, 950, 1000, 1099, 5000)]
    answers = []
    for engine in ("arrow", "boards"):
        monkeypatch.setenv("QUERY_ENGINE", engine)
        found = [api.get(path) for path in paths]
        answers.append([(one.status_code, one.body, one.headers) for one in found])
    assert answers[0] == answers[1]


@pytest.mark.usefixtures("engine_name")
def test_the_latest_board_is_that_of_the_newest_date(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish(directory_store, [player(1)], day=NEWER)
    publish(directory_store, [player(1), player(2)], day=DAY, run=2)
    for query in ("", "?date=latest"):
        response = api.get(BOARD + query)
        assert response.json_body["snapshot_date"] == "2026-02-02"
        assert response.json_body["latest"] is True
        assert response.headers["Cache-Control"] == SHORT


@pytest.mark.usefixtures("engine_name")
def test_all_that_changes_of_a_dated_board_under_one_run_is_whether_it_is_the_latest(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish(directory_store, [player(1)])
    dated = api.get(f"{BOARD}?date=2026-01-26")
    assert dated.headers["Cache-Control"] == SHORT
    assert dated.json_body["latest"] is True
    publish(directory_store, [player(1), player(2)], day=NEWER)
    again = api.get(f"{BOARD}?date=2026-01-26")
    assert again.json_body == {**dated.json_body, "latest": False}


@pytest.mark.usefixtures("engine_name")
@pytest.mark.parametrize("query", ["date=2026-01-26&", "date=latest&", ""])
def test_a_board_whose_version_is_named_never_changes_and_is_kept_for_a_day(
    api: Api, directory_store: DirectoryStore, query: str
) -> None:
    snapshot = publish(directory_store, [player(1), player(2)])
    path = f"{BOARD}?{query}version={snapshot.version}"
    named = api.get(path)
    assert named.headers["Cache-Control"] == DAY_LONG
    without_latest = {**api.json(BOARD)}
    assert without_latest.pop("latest") is True
    assert named.json_body == without_latest
    assert api.get(path).headers == named.headers
    publish(directory_store, [player(1)], day=NEWER)
    later = api.get(path)
    if "2026" in query:
        assert (later.body, later.headers) == (named.body, named.headers)
    else:
        assert later.status_code == 409


@pytest.mark.usefixtures("engine_name")
@pytest.mark.parametrize("again", [{"run": 2}, {"dkp": OTHER_FORMULA}, {"rules": 99}], ids=str)
def test_a_version_that_is_no_more_is_a_conflict_that_tells_the_one_there_is(
    api: Api, directory_store: DirectoryStore, again: dict[str, Any]
) -> None:
    first = publish(directory_store, [player(1)])
    second = publish(directory_store, [player(1)], **again)
    for query in ("?", "?date=2026-01-26&", "?limit=1&offset=1&"):
        response = api.get(f"{BOARD}{query}version={first.version}")
        assert response.status_code == 409
        assert response.json_body == {
            "Code": "ConflictError",
            "Message": f"the snapshot of kingdom 51 of 2026-01-26 is of version {second.version} "
            f"by now, not {first.version}; start again without version",
        }
        assert response.headers["Cache-Control"] == "no-store"
        assert api.get(f"{BOARD}{query}version={second.version}").status_code == 200


@pytest.mark.usefixtures("engine_name")
def test_a_version_of_a_date_that_is_not_there_is_not_found(
    api: Api, directory_store: DirectoryStore
) -> None:
    snapshot = publish(directory_store, [player(1)])
    response = api.get(f"{BOARD}?date=2026-01-25&version={snapshot.version}")
    assert response.status_code == 404


@pytest.mark.usefixtures("engine_name")
def test_a_date_that_is_not_there_is_told_with_the_latest(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish(directory_store, [player(1)])
    response = api.get(f"{BOARD}?date=2026-01-25")
    assert response.status_code == 404
    assert response.json_body["Message"] == (
        "kingdom 51 has no snapshot of 2026-01-25; its latest is of 2026-01-26"
    )


@pytest.mark.usefixtures("engine_name")
def test_an_offset_beyond_the_last_player_gives_an_empty_last_page(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish(directory_store, [player(1)])
    for offset in (1, 2, 2**53 - 1):
        body = api.json(f"{BOARD}?offset={offset}")
        assert (body["total"], body["entries"], body["next"]) == (1, [], None)


@pytest.mark.usefixtures("engine_name")
def test_an_empty_board_is_an_answer(api: Api, directory_store: DirectoryStore) -> None:
    publish(directory_store, [player(1, dkp=None)])
    body = api.json(BOARD)
    assert (body["total"], body["entries"], body["next"]) == (0, [], None)


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(
    players=kingdoms_of_players(30),
    metric=st.sampled_from(METRIC_NAMES),
    limit=st.integers(1, 12),
)
@pytest.mark.usefixtures("engine_name")
def test_following_next_shows_every_ranked_player_once_and_in_order(
    api: Api,
    directory_store: DirectoryStore,
    players: list[dict[str, Any]],
    metric: str,
    limit: int,
) -> None:
    publish(directory_store, players)
    expected = ranked(players, metric)
    pages = api.pages(f"/v1/kingdoms/51/leaderboards/{metric}?limit={limit}")
    assert [entry for page in pages for entry in page["entries"]] == expected
    assert {page["total"] for page in pages} == {len(expected)}
    assert len(pages) == max(1, -(-len(expected) // limit))


@pytest.mark.usefixtures("engine_name")
def test_paging_stays_on_the_date_it_began_with(api: Api, directory_store: DirectoryStore) -> None:
    players = [player(number) for number in range(1, 4)]
    publish(directory_store, players)
    first = api.json(f"{BOARD}?limit=2")
    publish(directory_store, [player(9)], day=NEWER)
    second = api.get(BOARD + first["next"])
    assert second.headers["Cache-Control"] == DAY_LONG
    assert second.json_body["snapshot_date"] == "2026-01-26"
    assert second.json_body["version"] == first["version"]
    assert first["entries"] + second.json_body["entries"] == ranked(players, "dkp")


@pytest.mark.usefixtures("engine_name")
@pytest.mark.parametrize("read_before", [1, 2, 3])
@pytest.mark.parametrize("again", [{"run": 2}, {"dkp": OTHER_FORMULA}], ids=str)
def test_a_run_that_comes_while_pages_are_read_is_a_conflict_and_never_a_mixture(
    api: Api, directory_store: DirectoryStore, read_before: int, again: dict[str, Any]
) -> None:
    players = [player(number) for number in range(1, 9)]
    publish(directory_store, players)
    path = f"{BOARD}?limit=2"
    for _ in range(read_before):
        path = BOARD + api.json(path)["next"]
    publish(directory_store, players[:5], **again)
    assert api.get(path).status_code == 409
    entries = [entry for page in api.pages(f"{BOARD}?limit=2") for entry in page["entries"]]
    assert entries == ranked(players[:5], "dkp")
