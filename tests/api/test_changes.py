"""What happened between two snapshots, as the API tells it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import limits
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key, roster_key, snapshots_key, summary_key
from tests.api.between_lake import OLDER, OLDEST, WEEK, Asker, Reading, publish_all
from tests.api.support import DAY_LONG, SHORT
from tests.engines.support import DAY, player, put

URL = "/v1/kingdoms/51/changes"
CATALOG, ROSTER = snapshots_key(51), roster_key(51)
SUMMARY = summary_key(Partition(51, DAY))
FILES = [curated_key(Partition(51, day)) for day in (OLDER, DAY)]
LISTS = ["joined", "came_into_view", "returned", "left", "below_cut", "renamed", "changed_alliance"]


@pytest.fixture
def api(tmp_path: Path) -> Asker:
    """Three weeks in which everything happens once; nobody's power is below 100 but for 8 and 9."""
    asker = Asker(Reading(tmp_path))

    def week(*numbers: int, **of_one: str | int | None) -> list[dict[str, object]]:
        return [
            player(number, name=f"n{number}", alliance="A", power=100 + number, helps=5)
            | (of_one if number == 1 else {})
            for number in numbers
        ]

    publish_all(asker.store, week(1, 2, 5), OLDEST)
    below = player(8, name="n8", alliance="A", power=5)
    publish_all(asker.store, [*week(1, 2, 3, deaths=2), below], OLDER)
    weak = player(9, name=None, alliance=None, power=3)
    now = week(1, 2, 4, 5, name="=n", alliance=None, deaths=20)
    publish_all(asker.store, [*now, weak], DAY)
    return asker


def ids(document: dict[str, list[dict[str, int]]]) -> dict[str, list[int]]:
    return {name: [one["id"] for one in document[name]] for name in LISTS if document[name]}


def test_everybody_is_in_the_list_that_says_what_became_of_them(api: Asker) -> None:
    found = api.json(URL)
    assert [*found] == [
        *("kingdom", "from", "to", "records", *LISTS),
        *("suspects", "unreliable_columns"),
    ]
    assert (found["from"]["snapshot_date"], found["to"]["snapshot_date"]) == (f"{OLDER}", f"{DAY}")
    assert [*found["to"]] == ["snapshot_date", "run_id", "version", "players", "floor"]
    assert (found["from"]["floor"], found["to"]["floor"]) == (5, 3)
    # Of the two who are not in the week before, 5 was there two weeks ago.
    assert ids(found) == {
        "joined": [4],
        "came_into_view": [9],
        "returned": [5],
        "left": [3, 8],
        "renamed": [1],
        "changed_alliance": [1],
    }
    assert found["renamed"] == [{"id": 1, "name": "=n", "alliance": None, "before": "n1"}]
    assert found["joined"] == [{"id": 4, "name": "n4", "alliance": "A", "power": 104}]
    assert found["suspects"] == [
        {
            "id": 1,
            "name": "=n",
            "alliance": None,
            "kind": "jump",
            "column": "deaths",
            "from": 2,
            "to": 20,
            "ref": 0,
            "fault": None,
        }
    ]


def test_neighbours_cost_catalog_and_summary_and_the_roster_only_if_somebody_arrived(
    api: Asker,
) -> None:
    fresh = api.ask(URL)
    assert api.store.read == [CATALOG, SUMMARY, ROSTER]
    assert api.ask(URL, tag=fresh.headers["ETag"]).status == 304
    assert api.store.read == [CATALOG]
    publish_all(api.store, [player(1), player(2)], DAY + WEEK)
    assert api.json(URL)["joined"] == []
    assert api.store.read == [CATALOG, summary_key(Partition(51, DAY + WEEK))]


def test_snapshots_that_are_no_neighbours_are_compared_themselves(api: Asker) -> None:
    found = api.json(f"{URL}?from={OLDEST}")
    assert api.store.read[0] == CATALOG
    assert sorted(api.store.read[1:]) == [curated_key(Partition(51, OLDEST)), FILES[1], ROSTER]
    assert ids(found) == {
        "joined": [4],
        "came_into_view": [9],
        "renamed": [1],
        "changed_alliance": [1],
    }


@pytest.mark.parametrize("body", [None, b"damaged"], ids=["of another run", "damaged"])
def test_a_summary_that_does_not_serve_is_computed(api: Asker, body: bytes | None) -> None:
    expected = api.json(URL)
    with api.store.open(summary_key(Partition(51, OLDER))) as reader:
        other = reader.read()
    put(api.store, SUMMARY, other if body is None else body)
    assert api.json(URL) == expected
    # The oldest file for who is at fault.
    before = curated_key(Partition(51, OLDEST))
    assert sorted(api.store.read) == sorted([CATALOG, SUMMARY, before, *FILES, ROSTER])


def test_more_than_can_be_listed_is_refused_and_the_answer_says_which_scans_to_look_at(
    api: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_LISTED", 1)
    put(api.store, SUMMARY, b"damaged")
    status, message = api.refusal(URL)
    assert status == 500
    assert message.startswith("kingdom 51: 7 differences between the snapshots of")
    assert message.endswith("correct the scan that is wrong")


def test_as_csv_every_line_begins_with_its_list(api: Asker) -> None:
    header, *lines = api.rows(f"{URL}.csv")
    assert header == [
        *("list", "id", "name", "alliance", "power", "before"),
        *("kind", "column", "from", "to", "ref", "fault", "fell", "players"),
    ]
    assert [line[:2] for line in lines] == [
        *(["joined", "4"], ["came_into_view", "9"], ["returned", "5"], ["left", "3"]),
        *(["left", "8"], ["renamed", "1"], ["changed_alliance", "1"], ["suspects", "1"]),
    ]
    assert lines[-3][2:6] == ["'=n", "", "", "n1"]
    assert lines[-1][6:] == ["jump", "deaths", "2", "20", "0", "", "", ""]


def test_as_csv_unreliable_columns_are_lines_too(tmp_path: Path) -> None:
    api = Asker(Reading(tmp_path))
    for day, helps in ((OLDER, 9), (DAY, 8)):
        publish_all(api.store, [player(one, deaths=1, helps=helps) for one in range(1, 7)], day)
    header, *lines = api.rows(f"{URL}.csv")
    assert [line[0] for line in lines] == ["suspects"] * 6 + ["unreliable_columns"]
    told = {name: cell for name, cell in zip(header, lines[-1], strict=True) if cell}
    assert told == {
        "list": "unreliable_columns",
        "column": "helps",
        "fell": "6",
        "players": "6",
    }


class TestWhichTwo:
    def test_to_alone_is_compared_with_the_one_before_it(self, api: Asker) -> None:
        found = api.json(f"{URL}?to={OLDER}")
        assert found["from"]["snapshot_date"] == f"{OLDEST}"

    def test_from_alone_is_compared_with_the_newest(self, api: Asker) -> None:
        found = api.json(f"{URL}?from={OLDEST}")
        assert found["to"]["snapshot_date"] == f"{DAY}"

    def test_dates_in_the_wrong_order_are_refused(self, api: Asker) -> None:
        assert api.refusal(f"{URL}?from={DAY}&to={OLDER}")[0] == 400

    @pytest.mark.parametrize(
        "query", [f"to={OLDEST}", f"to={DAY + timedelta(days=1)}"], ids=["first", "none"]
    )
    def test_what_has_no_two_snapshots_is_not_found(self, api: Asker, query: str) -> None:
        assert api.refusal(f"{URL}?{query}")[0] == 404

    def test_a_kingdom_with_one_snapshot_has_no_changes(self, api: Asker) -> None:
        publish_all(api.store, [player(1)], kingdom=52)
        status, message = api.refusal("/v1/kingdoms/52/changes")
        assert (status, "two are needed" in message) == (404, True)

    def test_a_withdrawn_date_is_passed_over(self, api: Asker) -> None:
        publish_all(api.store, [], OLDER, run=2)
        found = api.json(URL)
        assert found["from"]["snapshot_date"] == f"{OLDEST}"
        assert sorted(api.store.read) == sorted([CATALOG, SUMMARY, ROSTER])


class TestVersions:
    def test_an_answer_of_named_versions_may_be_kept_for_a_day(self, api: Asker) -> None:
        found = api.json(URL)
        version, from_version = found["to"]["version"], found["from"]["version"]
        assert api.ask(URL).headers["Cache-Control"] == SHORT
        assert api.ask(f"{URL}?version={version}").headers["Cache-Control"] == SHORT
        both = api.ask(f"{URL}?version={version}&from_version={from_version}")
        assert both.headers["Cache-Control"] == DAY_LONG
        assert json.loads(both.body) == found

    @pytest.mark.parametrize("name", ["version", "from_version"])
    def test_another_version_is_a_conflict(self, api: Asker, name: str) -> None:
        status, message = api.refusal(f"{URL}?{name}={'0' * 16}")
        assert (status, message.endswith(f"start again without {name}")) == (409, True)

    def test_a_tag_follows_from_all_that_returned_and_fault_follow_from(self, api: Asker) -> None:
        before = api.ask(URL)
        publish_all(api.store, [player(1), player(4)], OLDEST, run=2)
        after = api.ask(URL, tag=before.headers["ETag"])
        assert after.status == 200
        assert ids(json.loads(after.body))["returned"] == [4]


class TestMeanwhile:
    def test_a_file_that_is_newer_than_the_catalog_is_told_as_it_is_and_not_kept(
        self, api: Asker
    ) -> None:
        listed = api.json(URL)
        newer = publish_all(api.store, [player(1)], run=2, until="curated/")
        put(api.store, SUMMARY, b"")
        reply = api.ask(URL)
        assert reply.headers["Cache-Control"] == "no-store"
        found = json.loads(reply.body)
        assert found["to"]["run_id"] == newer.run_id
        assert found["from"] == listed["from"]
        named = api.ask(f"{URL}?version={newer.version}")
        assert (named.status, named.headers["Cache-Control"]) == (200, "no-store")

    def test_a_snapshot_that_is_being_withdrawn_is_told_so(self, api: Asker) -> None:
        publish_all(api.store, [], run=2, until="curated/")
        put(api.store, SUMMARY, b"")
        status, message = api.refusal(URL)
        assert (status, "being withdrawn" in message) == (503, True)

    def test_a_roster_that_lags_behind_does_not_lose_who_arrived(self, api: Asker) -> None:
        with api.store.open(ROSTER) as reader:
            old = reader.read()
        publish_all(api.store, [player(1), player(4), player(77)], DAY + WEEK)
        put(api.store, ROSTER, old)
        assert ids(api.json(URL))["joined"] == [77]
