"""A board across kingdoms, as the API tells it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.catalog import kingdoms_document
from chalicelib.catalog.kingdoms_document import KingdomLine
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import KINGDOMS_KEY, boards_key, curated_key, snapshots_key
from tests.api.between_lake import Asker, Reading, publish_all
from tests.api.support import DAY_LONG, SHORT
from tests.engines.support import DAY, player, put

URL = "/v1/leaderboards/power"
DATES = {51: DAY, 52: DAY - timedelta(days=1), 53: DAY - timedelta(days=30)}
CATALOGS = [snapshots_key(kingdom) for kingdom in DATES]
BOARDS = [boards_key(Partition(*one)) for one in DATES.items()]


@pytest.fixture
def api(tmp_path: Path) -> Asker:
    """Three kingdoms, whose newest snapshots are of different days."""
    asker = Asker(Reading(tmp_path))
    for kingdom, day in DATES.items():
        players = [player(number, power=number * 10, name="=n") for number in (5, kingdom)]
        publish_all(asker.store, players, day, kingdom=kingdom)
    return asker


def test_all_kingdoms_are_on_one_board(api: Asker) -> None:
    found = api.json(f"{URL}?with=kills,power")
    assert sorted(api.store.read) == sorted([KINGDOMS_KEY, *CATALOGS, *BOARDS])
    assert [*found] == [
        *("metric", "kingdoms", "version", "total", "limit", "offset", "next", "entries"),
    ]
    assert [(one["kingdom"], one["snapshot_date"]) for one in found["kingdoms"]] == [
        (kingdom, f"{day}") for kingdom, day in DATES.items()
    ]
    assert [(one["rank"], one["kingdom"], one["id"]) for one in found["entries"]] == [
        *((1, 53, 53), (2, 52, 52), (3, 51, 51)),
        *((4, 51, 5), (4, 52, 5), (4, 53, 5)),
    ]
    assert [*found["entries"][0]] == [
        *("rank", "position", "kingdom", "id", "name", "alliance", "value", "values"),
    ]
    assert found["entries"][0]["values"] == {"kills": 53, "power": 530}


def test_chosen_kingdoms_cost_two_reads_each(api: Asker) -> None:
    fresh = api.ask(f"{URL}?kingdoms=52,51")
    assert sorted(api.store.read) == sorted([*CATALOGS[:2], *BOARDS[:2]])
    assert [one["kingdom"] for one in json.loads(fresh.body)["kingdoms"]] == [51, 52]
    assert api.ask(f"{URL}?kingdoms=52,51", tag=fresh.headers["ETag"]).status == 304
    assert sorted(api.store.read) == CATALOGS[:2]
    assert api.json(f"{URL}?kingdoms=51,52&offset=1000")["total"] == 4
    files = [curated_key(Partition(*one)) for one in DATES.items()]
    assert sorted(api.store.read) == sorted([*CATALOGS[:2], *files[:2]])


def test_next_names_kingdoms_and_version_and_leads_through_one_state(api: Asker) -> None:
    first = api.json(f"{URL}?limit=2&with=kills")
    version = first["version"]
    assert first["next"] == f"?kingdoms=51,52,53&limit=2&offset=2&with=kills&version={version}"
    pages = [first]
    while (query := pages[-1]["next"]) is not None:
        reply = api.ask(f"{URL}{query}")
        assert reply.headers["Cache-Control"] == DAY_LONG
        pages.append(json.loads(reply.body))
    assert [one["position"] for page in pages for one in page["entries"]] == [1, 2, 3, 4, 5, 6]
    assert {page["version"] for page in pages} == {version}
    publish_all(api.store, [player(1)], DATES[52], kingdom=52, run=2)
    status, message = api.refusal(f"{URL}{first['next']}")
    assert (status, message.endswith("start again without version")) == (409, True)


def test_the_version_is_of_all_kingdoms_that_are_in_it(api: Asker) -> None:
    assert api.ask(URL).headers["Cache-Control"] == SHORT
    versions = {
        api.json(f"{URL}?kingdoms={chosen}")["version"] for chosen in ("51", "52", "51,52", "52,51")
    }
    assert len(versions) == 3
    before = api.json(f"{URL}?kingdoms=51,52")["version"]
    publish_all(api.store, [player(1)], DATES[53], kingdom=53, run=2)
    assert api.json(f"{URL}?kingdoms=51,52")["version"] == before


def test_what_cannot_be_answered_is_refused(api: Asker) -> None:
    for query, status in (
        ("kingdoms=51,54", 404),
        ("kingdoms=51,51", 400),
        ("kingdoms=", 400),
        ("kingdoms=" + ",".join(map(str, range(1, 66))), 400),
        ("offset=-1", 400),
        (f"version={'0' * 16}", 409),
    ):
        assert api.refusal(f"{URL}?{query}")[0] == status, query


def test_of_more_than_64_kingdoms_one_has_to_choose(api: Asker) -> None:
    lines = {number: KingdomLine(DAY, "etag") for number in range(1, 66)}
    put(api.store, KINGDOMS_KEY, kingdoms_document.encode(lines))
    status, message = api.refusal(URL)
    assert (status, "choose 64 at most, like kingdoms=51,52" in message) == (400, True)
    assert api.json(f"{URL}?kingdoms=51")["total"] == 2


def test_an_empty_lake_has_an_empty_board(tmp_path: Path) -> None:
    found = Asker(Reading(tmp_path)).json(URL)
    assert (found["kingdoms"], found["total"], found["entries"]) == ([], 0, [])


def test_every_metric_has_one(api: Asker) -> None:
    for metric in METRIC_NAMES:
        assert api.json(f"/v1/leaderboards/{metric}")["metric"] == metric
    assert api.refusal("/v1/leaderboards/helps")[0] == 404


def test_as_csv(api: Asker) -> None:
    header, first, *_ = api.rows(f"{URL}.csv?with=kills")
    assert header == [
        *("rank", "position", "kingdom", "id", "name", "alliance", "value"),
        "kills",
    ]
    assert first[:5] == ["1", "1", "53", "53", "'=n"]


class TestMeanwhile:
    def test_a_file_that_is_newer_than_the_catalog_is_told_as_it_is_and_not_kept(
        self, api: Asker
    ) -> None:
        before = api.json(URL)["version"]
        newer = publish_all(api.store, [player(1)], kingdom=51, run=2, until="boards/")
        reply = api.ask(URL)
        assert reply.headers["Cache-Control"] == "no-store"
        found = json.loads(reply.body)
        assert found["kingdoms"][0]["run_id"] == newer.run_id
        assert found["version"] != before
        named = api.ask(f"{URL}?version={found['version']}")
        assert (named.status, named.headers["Cache-Control"]) == (200, "no-store")

    def test_a_snapshot_that_is_being_withdrawn_is_told_so(self, api: Asker) -> None:
        publish_all(api.store, [], kingdom=51, run=2, until="boards/")
        status, message = api.refusal(URL)
        assert (status, "being withdrawn" in message) == (503, True)

    def test_a_kingdom_that_is_gone_from_its_own_catalog_is_left_out(self, api: Asker) -> None:
        with api.store.open(KINGDOMS_KEY) as reader:
            old = reader.read()
        publish_all(api.store, [], DATES[52], kingdom=52, run=2)
        put(api.store, KINGDOMS_KEY, old)
        assert [one["kingdom"] for one in api.json(URL)["kingdoms"]] == [51, 53]
        assert api.refusal(f"{URL}?kingdoms=51,52") == (404, "there is no kingdom 52")
