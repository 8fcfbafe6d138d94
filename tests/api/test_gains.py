"""Boards of gains as a client sees them: which snapshots, pages, versions, what is refused."""

from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key
from tests.api.between_lake import OLDER, OLDEST, copy_of, publish_all, publish_weeks
from tests.api.support import DAY_LONG, SHORT, Api
from tests.engines.support import DAY, FORMULA, curated_bytes, facts, player, put

KILLS: Final = "/v1/kingdoms/51/gains/kills"
POWER: Final = "/v1/kingdoms/51/gains/power"
ALLIANCE: Final = quote("[A1] Ünïon")

BEFORE: Final = [player(number, kills=number * 100) for number in range(1, 16)]
THEN: Final = [player(number, kills=number * 100 + 10) for number in range(1, 16)]
NOW: Final = [
    *(player(number, kills=number * 110 + 15, power=20 - number) for number in range(2, 11)),
    player(11, kills=1000),
    player(12, kills=None),
    player(13, kills=100_000),
    *(player(number, kills=number * 1000) for number in range(16, 19)),
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


@pytest.mark.usefixtures("lake")
def test_a_board_of_gains_is_what_the_contract_shows(api: Api) -> None:
    body = api.json(f"{KILLS}?limit=2&with=power,deaths&me=5")
    older, newer = facts(15, OLDER, run=2), facts(13, DAY, run=3)
    assert [*body] == [
        *("kingdom", "metric", "from", "to", "days", "total", "unknown", "limit", "offset"),
        *("next", "dkp", "me", "entries", "suspects", "unreliable_columns"),
    ]
    assert body["from"] == {
        "snapshot_date": str(OLDER),
        "run_id": older.run_id,
        "version": older.version,
        "players": 15,
        "floor": 1,
    }
    assert [*body["to"]] == [*body["from"]]
    assert body["to"]["version"] == newer.version
    assert (body["kingdom"], body["metric"], body["days"], body["dkp"]) == (51, "kills", 7, FORMULA)
    # Eleven fell, of twelve one value is not known.
    assert (body["total"], body["unknown"]) == (10, 1)
    assert body["next"] == (
        f"?from={OLDER}&to={DAY}&limit=2&offset=2&with=power,deaths&me=5"
        f"&version={newer.version}&from_version={older.version}"
    )
    first, second = body["entries"]
    assert [*first] == [
        *("rank", "position", "id", "name", "alliance", "value", "from", "to"),
        *("values", "suspects"),
    ]
    assert (first["id"], first["value"], first["from"], first["to"]) == (13, 98690, 1310, 100_000)
    assert [(one["kind"], one["column"]) for one in first["suspects"]] == [("jump", "kills")]
    assert [*first["values"].items()] == [("power", 0), ("deaths", 0)]
    assert (second["id"], second["value"], second["suspects"]) == (10, 105, [])
    assert second["values"]["power"] == 0
    me = body["me"]
    assert (me["entry"]["id"], me["entry"]["value"]) == (5, 55)
    assert me["entry"]["values"] == {"power": 10, "deaths": 0}
    assert me["above"] == {"rank": 6, "value": 65}
    assert [(one["id"], one["kind"], one["to"]) for one in body["suspects"]] == [(11, "fell", 1000)]
    assert body["unreliable_columns"] == []


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("query", "older", "newer"),
    [
        ("", OLDER, DAY),
        (f"?to={DAY}", OLDER, DAY),
        (f"?to={OLDER}", OLDEST, OLDER),
        (f"?from={OLDEST}", OLDEST, DAY),
        (f"?from={OLDEST}&to={OLDER}", OLDEST, OLDER),
    ],
)
def test_a_date_that_is_not_given_is_the_one_beside_it(
    api: Api, query: str, older: date, newer: date
) -> None:
    body = api.json(KILLS + query)
    assert (body["from"]["snapshot_date"], body["to"]["snapshot_date"]) == (str(older), str(newer))
    assert body["days"] == (newer - older).days


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        (f"?from={DAY}&to={OLDER}", 400, "from must be before to: 2026-01-26 is not before"),
        (f"?from={OLDER}&to={OLDER}", 400, "from must be before to"),
        (f"?from={DAY}", 400, "from must be before the newest snapshot, which is of 2026-01-26"),
        (f"?to={OLDEST}", 404, "kingdom 51 has no snapshot before 2026-01-12"),
        ("?to=2026-01-20", 404, "kingdom 51 has no snapshot of 2026-01-20"),
        ("?from=2026-01-20", 404, "kingdom 51 has no snapshot of 2026-01-20"),
        ("?around=12", 404, "player 12"),
        ("?around=5&offset=0", 400, "around and offset cannot be given together"),
        ("?weights=kills:1", 400, "weights are for the metric dkp, not kills"),
        (f"?version={'0' * 16}", 409, "start again without version"),
        (f"?from_version={'0' * 16}", 409, "start again without from_version"),
        ("?since=previous", 400, 'there is no parameter "since"'),
    ],
)
def test_what_cannot_be_answered_is_told(api: Api, query: str, status: int, words: str) -> None:
    response = api.get(KILLS + query)
    assert response.status_code == status
    assert words in response.json_body["Message"]


def test_one_snapshot_alone_has_no_gains(api: Api, directory_store: DirectoryStore) -> None:
    publish_all(directory_store, NOW)
    for query in ("", f"?to={DAY}", f"?from={DAY}"):
        response = api.get(KILLS + query)
        assert (response.status_code, response.json_body["Code"]) == (404, "NotFoundError")
    assert api.get("/v1/kingdoms/52/gains/kills").status_code == 404


def test_a_dkp_of_another_basis_is_refused_but_not_for_other_metrics(
    api: Api, directory_store: DirectoryStore
) -> None:
    publish_all(directory_store, THEN, OLDER, dkp={"basis": "file"})
    publish_all(directory_store, NOW, DAY, run=3)
    response = api.get("/v1/kingdoms/51/gains/dkp")
    assert response.status_code == 400
    assert "weights" in response.json_body["Message"] or "dkp" in response.json_body["Message"]
    assert api.json(KILLS)["dkp"] == FORMULA
    own = api.json("/v1/kingdoms/51/gains/dkp?weights=kills:2")
    assert own["dkp"] == {"basis": "formula", "weights": {"kills": 2}}
    assert (own["entries"][0]["id"], own["entries"][0]["value"]) == (13, 2 * 98690)


@pytest.mark.usefixtures("lake")
def test_a_loss_of_power_is_ranked_as_such(api: Api) -> None:
    body = api.json(POWER)
    values = [entry["value"] for entry in body["entries"]]
    assert values == sorted(values, reverse=True)
    assert min(values) == 0 or min(values) < 0
    assert [entry["to"] - entry["from"] for entry in body["entries"]] == values


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("query", ["", "&with=power,dkp&me=3", "&alliance={ALLIANCE}"])
def test_next_leads_through_one_state_to_its_end(api: Api, query: str) -> None:
    whole = api.json(f"{KILLS}?limit=1000{query}")
    pages = api.pages(f"{KILLS}?limit=2{query}")
    assert [entry for page in pages for entry in page["entries"]] == whole["entries"]
    assert {page["total"] for page in pages} == {len(whole["entries"])}
    assert all(page["suspects"] == whole["suspects"] for page in pages)
    if pages[0]["next"] is not None:
        assert api.get(KILLS + pages[0]["next"]).headers["Cache-Control"] == DAY_LONG
    assert api.get(f"{KILLS}?limit=2{query}").headers["Cache-Control"] == SHORT


@pytest.mark.usefixtures("lake")
def test_the_page_around_a_player_goes_on_by_offset(api: Api) -> None:
    body = api.json(f"{KILLS}?around=5&limit=3")
    assert 5 in [entry["id"] for entry in body["entries"]]
    assert f"&offset={body['offset'] + 3}&" in body["next"]
    assert "around" not in body["next"]


@pytest.mark.parametrize("day", [OLDEST, OLDER, DAY])
def test_another_run_of_any_of_the_snapshots_makes_another_tag(
    api: Api, lake: DirectoryStore, day: date
) -> None:
    tag = api.get(KILLS).headers["ETag"]
    assert api.get(KILLS, if_none_match=tag).status_code == 304
    publish_all(lake, THEN, day, run=9)
    assert api.get(KILLS, if_none_match=tag).status_code == 200


@pytest.mark.parametrize("day", [OLDER, DAY])
def test_an_answer_of_a_file_that_the_catalog_does_not_know_is_kept_by_nobody(
    api: Api, lake: DirectoryStore, day: date
) -> None:
    newer = facts(len(THEN), day, run=9)
    put(lake, curated_key(Partition(51, day)), curated_bytes(newer, THEN))
    response = api.get(KILLS)
    body: Any = response.json_body
    assert response.headers["Cache-Control"] == "no-store"
    assert body["from" if day == OLDER else "to"]["run_id"] == newer.run_id
    name = "version" if day == DAY else "from_version"
    named = api.get(f"{KILLS}?{name}={newer.version}")
    assert (named.status_code, named.headers["Cache-Control"]) == (200, "no-store")
    listed = facts(15 if day == OLDER else 13, day, run=2 if day == OLDER else 3).version
    assert api.get(f"{KILLS}?{name}={listed}").status_code == 409


def test_a_snapshot_that_is_being_withdrawn_is_a_503(api: Api, lake: DirectoryStore) -> None:
    put(lake, curated_key(Partition(51, OLDER)), curated_bytes(facts(0, OLDER, run=9), []))
    response = api.get(KILLS)
    assert response.status_code == 503
    assert "being withdrawn" in response.json_body["Message"]
    assert "Retry-After" in response.headers
