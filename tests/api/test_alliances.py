"""A kingdom's alliances, as the API tells them."""

import json
from pathlib import Path

import pytest

from chalicelib.api.parameters.versions import NONE_BEFORE
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key, snapshots_key
from tests.api.between_lake import OLDER, OLDEST, Asker, Reading, publish_all
from tests.api.support import DAY_LONG, SHORT
from tests.engines.support import DAY, player

URL = "/v1/kingdoms/51/alliances"
CATALOG = snapshots_key(51)
FILES = {day: curated_key(Partition(51, day)) for day in (OLDEST, OLDER, DAY)}


@pytest.fixture
def api(tmp_path: Path) -> Asker:
    """Three weeks of an alliance of two, and of a player without one."""
    asker = Asker(Reading(tmp_path))
    for age, day in enumerate(FILES):
        players = [
            player(1, alliance="=A", power=20, kills=100 + age),
            player(2, alliance="=A", power=None, kills=100 * 10**age, dkp=None),
            player(3, alliance=None, power=7),
        ]
        publish_all(asker.store, players, day)
    return asker


def test_sums_cost_one_file(api: Asker) -> None:
    found = api.json(URL)
    assert api.store.read == [CATALOG, FILES[DAY]]
    assert [*found] == ["kingdom", "snapshot_date", "run_id", "version", "alliances"]
    assert [(one["alliance"], one["members"]) for one in found["alliances"]] == [
        ("=A", 2),
        (None, 1),
    ]
    first = found["alliances"][0]
    assert [*first] == ["alliance", "members", "metrics"]
    assert [*first["metrics"]] == [*METRIC_NAMES]
    assert first["metrics"]["power"] == {"sum": 20, "known": 1}
    assert first["metrics"]["kills"] == {"sum": 10_102, "known": 2}


def test_gains_cost_two_files_of_whatever_dates(api: Asker) -> None:
    found = api.json(f"{URL}?since=previous")
    assert api.store.read[0] == CATALOG
    assert sorted(api.store.read[1:]) == sorted([FILES[OLDER], FILES[DAY]])
    assert [*found] == [
        *("kingdom", "snapshot_date", "run_id", "version"),
        *("since", "alliances", "unreliable_columns"),
    ]
    assert [*found["since"]] == ["snapshot_date", "run_id", "version"]
    first = found["alliances"][0]
    assert first["gains"]["kills"] == {"sum": 9001, "known": 2, "suspects": 1}
    assert first["gains"]["power"] == {"sum": 0, "known": 1, "suspects": 0}
    far = api.json(f"{URL}?since={OLDEST}")
    assert far["alliances"][0]["gains"]["kills"] == {"sum": 9902, "known": 2, "suspects": 1}
    old = api.json(f"{URL}?date={OLDER}&since={OLDEST}")
    assert old["alliances"][0]["gains"]["kills"]["sum"] == 901


def test_where_there_is_none_before_since_is_null_and_nothing_more(api: Asker) -> None:
    found = api.json(f"{URL}?date={OLDEST}&since=previous")
    assert api.store.read == [CATALOG, FILES[OLDEST]]
    assert [*found][4:] == ["since", "alliances"]
    assert found["since"] is None
    assert "gains" not in found["alliances"][0]


def test_as_csv_sums_and_gains_are_columns(api: Asker) -> None:
    header, *lines = api.rows(f"{URL}.csv")
    assert header[:4] == ["alliance", "members", "dkp", "dkp_known"]
    assert lines[0][:2] == ["'=A", "2"]
    assert lines[1][:2] == ["", "1"]
    header, *lines = api.rows(f"{URL}.csv?since=previous")
    told = dict(zip(header, lines[0], strict=True))
    gains = [told[f"kills_{name}"] for name in ("gain", "gain_known", "gain_suspects")]
    assert (told["kills"], told["kills_known"], gains) == ("10102", "2", ["9001", "2", "1"])
    assert api.rows(f"{URL}.csv?date={OLDEST}&since=previous")[0] == header


def test_what_cannot_be_answered_is_refused(api: Asker) -> None:
    for query, status in (
        (f"date={OLDER}&since={OLDER}", 400),
        (f"date={OLDER}&since={DAY}", 400),
        ("from_version=0123456789abcdef", 400),
        ("since=2026-01-01", 404),
        ("date=2026-01-01", 404),
        (f"version={'0' * 16}", 409),
        (f"since=previous&version={'0' * 16}", 409),
        (f"since=previous&from_version={'0' * 16}", 409),
        (f"date={OLDEST}&since=previous&from_version={'0' * 16}", 409),
    ):
        assert api.refusal(f"{URL}?{query}")[0] == status, query


def test_an_answer_of_named_versions_may_be_kept_for_a_day(api: Asker) -> None:
    found = api.json(f"{URL}?since=previous")
    version, from_version = found["version"], found["since"]["version"]
    oldest = api.json(f"{URL}?date={OLDEST}")["version"]
    for query, cache in (
        ("", SHORT),
        (f"version={version}", DAY_LONG),
        (f"since=previous&version={version}", SHORT),
        (f"date={OLDEST}&since=previous&version={oldest}", SHORT),
        (f"date={OLDEST}&since=previous&version={oldest}&from_version={NONE_BEFORE}", DAY_LONG),
        (f"since=previous&version={version}&from_version={from_version}", DAY_LONG),
    ):
        reply = api.ask(f"{URL}?{query}")
        assert reply.headers["Cache-Control"] == cache
        assert api.ask(f"{URL}?{query}", tag=reply.headers["ETag"]).status == 304
        assert api.store.read == [CATALOG]


@pytest.mark.parametrize("query", ["", "?since=previous"], ids=["sums", "gains"])
class TestMeanwhile:
    def test_a_file_that_is_newer_than_the_catalog_is_told_as_it_is_and_not_kept(
        self, api: Asker, query: str
    ) -> None:
        newer = publish_all(api.store, [player(1)], run=2, until="curated/")
        reply = api.ask(f"{URL}{query}")
        assert reply.headers["Cache-Control"] == "no-store"
        assert json.loads(reply.body)["run_id"] == newer.run_id

    def test_a_snapshot_that_is_being_withdrawn_is_told_so(self, api: Asker, query: str) -> None:
        publish_all(api.store, [], run=2, until="curated/")
        status, message = api.refusal(f"{URL}{query}")
        assert (status, "being withdrawn" in message) == (503, True)
