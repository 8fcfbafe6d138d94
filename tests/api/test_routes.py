"""Every route as a client sees it, through Chalice's own gateway."""

from datetime import date
from typing import Any

import pytest

from chalicelib import __version__
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.between_lake import publish_all
from tests.api.lake import NEWER, publish
from tests.api.support import APP, FOR_BROWSERS, SHORT, Api, address
from tests.engines.support import DAY, player

BOARD = "/v1/kingdoms/51/leaderboards/dkp"
EARLIER = date(2026, 1, 19)


def test_health_names_the_engine_and_touches_nothing(api: Api, engine_name: str) -> None:
    response = api.get("/v1/health")
    body = f'{{"status":"ok","version":"{__version__}","engine":"{engine_name}"}}'
    assert response.body.decode() == body
    assert response.headers["Cache-Control"] == "no-store"


def test_metrics_are_listed_with_words_for_people(api: Api) -> None:
    metrics = api.json("/v1/metrics")["metrics"]
    assert [metric["metric"] for metric in metrics] == list(METRIC_NAMES)
    assert all(list(metric) == ["metric", "label", "description"] for metric in metrics)


@pytest.mark.usefixtures("engine_name")
def test_an_empty_lake_has_no_kingdoms_and_no_boards(api: Api) -> None:
    assert api.json("/v1/kingdoms") == {"kingdoms": []}
    for path in ("/v1/kingdoms/51/snapshots", BOARD, f"{BOARD}?date=2026-01-26"):
        response = api.get(path)
        assert response.status_code == 404
        assert response.json_body == {"Code": "NotFoundError", "Message": "there is no kingdom 51"}


@pytest.mark.usefixtures("engine_name")
def test_kingdoms_come_with_their_latest_date(api: Api, directory_store: DirectoryStore) -> None:
    for kingdom, day in ((52, DAY), (51, NEWER), (51, DAY)):
        publish(directory_store, [player(1)], kingdom=kingdom, day=day)
    response = api.get("/v1/kingdoms")
    assert response.body == (
        b'{"kingdoms":[{"kingdom":51,"latest":"2026-02-02"},{"kingdom":52,"latest":"2026-01-26"}]}'
    )
    assert response.headers["Cache-Control"] == SHORT


@pytest.mark.usefixtures("engine_name")
def test_snapshots_come_newest_first_with_their_runs(
    api: Api, directory_store: DirectoryStore
) -> None:
    older = publish(
        directory_store, [player(1), player(2, dkp=None, kills=None), player(3, dkp=None)]
    )
    newer = publish(directory_store, [player(1)], day=NEWER, run=3)
    response = api.get("/v1/kingdoms/51/snapshots")
    known = {"dkp": 1, "kills": 2, "deaths": 3, "power": 3, "kill_points": 3}
    assert response.json_body == {
        "kingdom": 51,
        "snapshots": [
            {
                "snapshot_date": str(one.snapshot_date),
                "players": one.players,
                "run_id": one.run_id,
                "version": one.version,
                "ingested_at": one.ingested_at,
                "known": counts,
            }
            for one, counts in ((newer, dict.fromkeys(METRIC_NAMES, 1)), (older, known))
        ],
    }
    assert response.headers["Cache-Control"] == SHORT
    for row in response.json_body["snapshots"]:
        for metric, count in row["known"].items():
            board = api.json(f"/v1/kingdoms/51/leaderboards/{metric}?date={row['snapshot_date']}")
            assert (board["total"], board["version"]) == (count, row["version"])


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/v1/health?x=1", 400, 'there is no parameter "x"; this path takes none'),
        ("/openapi.json?x", 400, 'there is no parameter "x"; this path takes none'),
        (f"{BOARD}?limit=0", 400, "limit must be 1 to 1000, not 0"),
        (f"{BOARD}?limit=", 400, 'limit must be 1 to 1000 in plain digits, not ""'),
        (f"{BOARD}?limit=5&limit=5", 400, "limit is given 2 times; give it once"),
        (
            f"{BOARD}?Limit=5",
            400,
            'there is no parameter "Limit"; there are date, limit, offset, around, with,',
        ),
        (f"{BOARD}?version=1", 400, "version must be 16 digits of 0-9a-f as answers have it"),
        (f"{BOARD}?date=2026-02-30", 400, "date must be latest or a date like"),
        ("/v1/kingdoms/51/snapshots?version=9f2c4d7b1a3e5f60", 400, "this path takes none"),
        ("/v1/kingdoms/051/snapshots", 400, "kingdom must be 1 to 99999 without leading zeros"),
        ("/v1/kingdoms/100000/leaderboards/dkp", 400, "kingdom must be 1 to 99999, not 100000"),
        ("/v1/kingdoms/51%2F..%2F52/snapshots", 400, "kingdom must be 1 to 99999 in plain"),
        ("/v1/kingdoms/51/leaderboards/wins", 404, 'there is no metric "wins"; there are dkp,'),
        ("/v1/kingdoms/51/leaderboards/%27%20OR%201", 404, 'there is no metric "\' OR 1"'),
    ],
)
def test_a_bad_request_is_told_what_is_wrong_with_it(
    api: Api, directory_store: DirectoryStore, path: str, status: int, message: str
) -> None:
    publish(directory_store, [player(1)])
    response = api.get(path)
    assert response.status_code == status
    assert response.json_body["Code"] == {400: "BadRequestError", 404: "NotFoundError"}[status]
    assert message in response.json_body["Message"]
    assert list(response.json_body) == ["Code", "Message"]


def paths() -> list[str]:
    api = [path for path in APP.routes if path not in FOR_BROWSERS]
    of_lists = [f"{path}.csv" for path in api if path.endswith("}")]
    return [*map(address, (*api, *of_lists))]


@pytest.mark.parametrize("path", paths())
class TestEveryRoute:
    def test_an_answer_has_all_headers_and_is_not_sent_twice(
        self, api: Api, directory_store: DirectoryStore, path: str
    ) -> None:
        publish_all(directory_store, [player(1)], EARLIER)
        publish_all(directory_store, [player(1)])
        fresh = api.get(path)
        assert fresh.status_code == 200
        of_path = "text/csv; charset=utf-8" if ".csv" in path else "application/json"
        assert fresh.headers["Content-Type"] == of_path
        assert fresh.headers["Cache-Control"]
        known = api.get(path, if_none_match=fresh.headers["ETag"])
        assert (known.status_code, known.body) == (304, b"")
        assert api.get(path).body == fresh.body
        for response in (fresh, known):
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            exposed = response.headers["Access-Control-Expose-Headers"].split(",")
            assert set(exposed) == {"ETag", "Retry-After", "Cache-Control"}
            assert response.headers["ETag"] == fresh.headers["ETag"]

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
    def test_another_method_is_refused_as_json_that_a_frontend_can_read(
        self, api: Api, path: str, method: str
    ) -> None:
        response = api.request(method, path)
        assert response.status_code == 405
        assert response.json_body == {
            "Code": "MethodNotAllowedError",
            "Message": f"Unsupported method: {method}",
        }
        assert response.headers["Allow"] == "GET"
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert (response.headers.get("Connection") == "close") == (method == "HEAD")

    def test_what_a_request_says_of_its_body_does_not_matter(
        self, api: Api, directory_store: DirectoryStore, path: str
    ) -> None:
        publish_all(directory_store, [player(1)], EARLIER)
        publish_all(directory_store, [player(1)])
        for kind in ("text/plain", "application/x-www-form-urlencoded", "junk"):
            assert api.get(path, content_type=kind).status_code == 200, kind
        assert api.get(path, accept="image/png").status_code == 200

    def test_a_frontend_may_send_if_none_match(self, api: Api, path: str) -> None:
        response = api.preflight(path)
        assert response["statusCode"] == 200
        headers = response["headers"]
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Access-Control-Allow-Methods"] == "GET,OPTIONS"
        assert "If-None-Match" in headers["Access-Control-Allow-Headers"].split(",")

    def test_an_error_is_as_readable_for_a_frontend_as_an_answer(self, api: Api, path: str) -> None:
        response = api.get(f"{path}{'&' if '?' in path else '?'}nonsense=1")
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


def test_an_unknown_path_is_the_gateways_own_403(api: Api) -> None:
    response = api.get("/v1/nothing")
    assert response.status_code == 403
    assert response.json_body == {"message": "Missing Authentication Token"}


@pytest.mark.usefixtures("engine_name")
def test_a_lake_that_cannot_be_reached_is_a_503(
    api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import app

    class DownStore:
        def __getattr__(self, name: str) -> Any:
            from chalicelib.errors import StoreUnavailableError

            raise StoreUnavailableError("connection refused by 10.0.0.1")

    monkeypatch.setenv("LAKE_URI", f"file:{tmp_path_factory.mktemp('down')}")
    monkeypatch.setattr(app, "lake", lambda _: DownStore())
    for path in ("/v1/kingdoms", "/v1/kingdoms/51/snapshots", BOARD, f"{BOARD}?date=2026-01-26"):
        response = api.get(path)
        assert response.status_code == 503
        assert response.json_body["Code"] == "ServiceUnavailableError"
        assert "10.0.0.1" not in response.json_body["Message"]
        assert response.headers["Retry-After"] == "5"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert api.get("/v1/health").status_code == 200


def test_the_api_reads_a_lake_in_s3(
    api: Api, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.lake.s3.store import S3Store

    publish(S3Store(s3_bucket, "some/prefix"), [player(1), player(2)])
    monkeypatch.setenv("LAKE_URI", f"s3://{s3_bucket}/some/prefix")
    for engine in ("arrow", "boards"):
        monkeypatch.setenv("QUERY_ENGINE", engine)
        assert api.json("/v1/kingdoms") == {"kingdoms": [{"kingdom": 51, "latest": "2026-01-26"}]}
        assert [entry["id"] for entry in api.json(BOARD)["entries"]] == [2, 1]
    assert api.get("/v1/kingdoms/52/snapshots").status_code == 404
