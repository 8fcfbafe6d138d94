"""The API's answers are cacheable: nginx, with the configuration that we ship, proves it.

The API is the real one, behind a real socket, over a lake that the real ingestion fills; it notes
what it is asked for.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.lake.view_keys import snapshots_key
from tests.certificates import NAME, certificate
from tests.edge.clients import Answer, Client, ask_all_the_time, ask_at_once
from tests.edge.lake import BOARD, BOARDS, fill, upload
from tests.edge.nginx import Nginx, require, set_api_on_aws
from tests.edge.origin import Origin
from tests.edge.tls_origin import TlsOrigin

require()

pytestmark = [pytest.mark.slow, pytest.mark.long]

MINUTE = 60
"""What `max-age` of a board is."""
BRIDGED = 60 + 600
"""How old an answer may become: `max-age` and `stale-if-error`."""
DAY = 86_400


class Site:
    """A lake, the API over it, and nginx in front of the API.

    Attributes:
        lake: the lake's folder.
        origin: the API.
        nginx: the cache.
        client: a client of the cache.
    """

    def __init__(self, lake: Path, origin: Origin, nginx: Nginx, client: Client) -> None:
        self.lake = lake
        self.origin = origin
        self.nginx = nginx
        self.client = client

    def get(self, path: str = BOARD, **headers: str) -> Answer:
        return self.client.get(path, **headers)


@pytest.fixture(scope="module")
def ten_kingdoms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with fifty boards, that nobody changes."""
    lake = tmp_path_factory.mktemp("ten") / "lake"
    fill(lake)
    return lake


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of one kingdom, whose cache has a clock of its own."""
    lake = tmp_path / "lake"
    lake.mkdir()
    upload(lake, 51, 1000)
    with (
        Origin(lake, tmp_path) as origin,
        Nginx(tmp_path, origin.port) as nginx,
        Client(nginx.port) as client,
    ):
        yield Site(lake, origin, nginx, client)


def first(answer: Answer) -> int:
    """The value of a board's first player."""
    assert answer.status == 200, answer
    return int(json.loads(answer.body)["entries"][0]["value"])


def test_sixteen_clients_for_thirty_seconds_ask_the_api_for_each_of_fifty_boards_once(
    ten_kingdoms: Path, tmp_path: Path
) -> None:
    with (
        Origin(ten_kingdoms, tmp_path) as origin,
        Nginx(tmp_path, origin.port, clock=False) as nginx,
    ):
        answers = ask_all_the_time(nginx.port, BOARDS, clients=16, seconds=30)
        asked = origin.asked()
        assert asked == dict.fromkeys(BOARDS, 1)
        assert {answer.status for answer in answers} == {200}
        # Enough to mean something: each client has been around several times.
        assert len(answers) > 16 * 50 * 4
        with Client(origin.port) as direct:
            bodies = {board: direct.get(board).body for board in BOARDS}
        assert all(answer.body == bodies[answer.path] for answer in answers)


def test_every_further_minute_costs_one_request_a_board_that_is_answered_304(
    ten_kingdoms: Path, tmp_path: Path
) -> None:
    with Origin(ten_kingdoms, tmp_path) as origin, Nginx(tmp_path, origin.port) as nginx:
        for minute in range(3):
            nginx.turn_clock_to(minute * (MINUTE + 1))
            answers = ask_all_the_time(nginx.port, BOARDS, clients=16, seconds=1.5)
            assert {answer.status for answer in answers} == {200}
            asked = origin.asked()
            assert asked
            assert set(asked.values()) == {1}
            came = {answer.cache for answer in answers}
            assert came <= ({"MISS", "HIT"} if not minute else {"REVALIDATED", "UPDATING", "HIT"})


@pytest.mark.parametrize("age", [0, MINUTE + 1])
def test_sixteen_at_once_for_a_board_that_is_new_or_too_old_are_one_request(
    site: Site, age: int
) -> None:
    if age:
        site.get()
        site.nginx.turn_clock_to(age)
        site.origin.asked()
    answers = ask_at_once(site.nginx.port, BOARD, clients=16)
    assert len({answer.body for answer in answers}) == 1
    assert site.origin.asked() == {BOARD: 1}


@pytest.mark.parametrize("path", [BOARD, f"{BOARD}?date=2026-01-26&limit=1"])
def test_a_corrected_scan_is_seen_within_a_minute(site: Site, path: str) -> None:
    assert first(site.get(path)) == 1000
    upload(site.lake, 51, 2000, second=1)
    site.nginx.turn_clock_to(MINUTE - 2)
    assert first(site.get(path)) == 1000
    site.nginx.turn_clock_to(MINUTE + 1)
    assert first(site.get(path)) == 2000


def test_an_answer_of_a_named_version_is_asked_for_once_a_day(site: Site) -> None:
    version = json.loads(site.get().body)["version"]
    path = f"{BOARD}?version={version}"
    assert site.get(path).cache == "MISS"
    upload(site.lake, 51, 2000, second=1)
    site.nginx.turn_clock_to(DAY - 10)
    assert (site.get(path).cache, first(site.get(path))) == ("HIT", 1000)
    site.nginx.turn_clock_to(DAY + 10)
    assert site.get(path).status == 409


def test_a_dead_api_is_bridged_for_ten_minutes_and_then_told_in_our_words(site: Site) -> None:
    fresh = site.get()
    site.origin.stop()
    for age in (MINUTE - 2, MINUTE + 5, BRIDGED - 5):
        site.nginx.turn_clock_to(age)
        assert site.get().body == fresh.body
    assert site.get().cache == "STALE"
    site.nginx.turn_clock_to(BRIDGED + 5)
    assert_unavailable(site.get())
    site.origin.start()
    assert site.get().body == fresh.body


def test_an_api_that_answers_with_errors_is_bridged_in_the_same_way(site: Site) -> None:
    fresh = site.get()
    (site.lake / snapshots_key(51)).write_bytes(b"damaged")
    for age in (MINUTE + 5, BRIDGED - 5):
        site.nginx.turn_clock_to(age)
        answer = site.get()
        assert (answer.cache, answer.body) == ("STALE", fresh.body)
    site.nginx.turn_clock_to(BRIDGED + 5)
    assert_unavailable(site.get())
    # What the cache never had cannot be bridged.
    assert_unavailable(site.get(f"{BOARD}?limit=7"))


def assert_unavailable(answer: Answer) -> None:
    """The error has the API's shape, and a frontend can read it."""
    assert answer.status == 503
    assert json.loads(answer.body)["Code"] == "ServiceUnavailableError"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["retry-after"]) > 0


def test_the_page_is_asked_for_once_a_minute_and_its_files_once(site: Site) -> None:
    page = site.get("/?k=51")
    name = re.findall(rb'src="(static/app\.js\?v=[0-9a-f]{6})"', page.body)[0].decode()
    script = site.get(f"/{name}")
    assert (page.cache, script.cache) == ("MISS", "MISS")
    assert (page.headers["content-type"], script.headers["content-type"]) == (
        "text/html; charset=utf-8",
        "text/javascript; charset=utf-8",
    )
    assert "content-security-policy" in page.headers
    small = site.get(f"/{name}", Accept_Encoding="gzip")
    assert gzip.decompress(small.body) == script.body
    other = f"/static/app.js?v={'0' * 6}"
    for _ in range(2):
        assert site.get(other).status == 404
    assert site.origin.asked() == {"/?k=51": 1, f"/{name}": 1, other: 2}
    site.nginx.turn_clock_to(MINUTE + 1)
    assert site.get("/?k=51").cache == "REVALIDATED"
    assert site.get(f"/{name}").cache == "HIT"


def test_a_copy_is_confirmed_by_the_cache_itself(site: Site) -> None:
    tag = site.get().headers["etag"]
    site.origin.asked()
    for given in (tag, f"W/{tag}", f'"another", {tag}', "*"):
        answer = site.get(If_None_Match=given)
        assert (answer.status, answer.body) == (304, b""), given
    assert site.get(If_None_Match='"another"').status == 200
    assert not site.origin.asked()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/health", 200), ("/v1/kingdoms/52/leaderboards/dkp", 404), (f"{BOARD}?limit=0", 400)],
)
def test_what_says_no_store_is_never_kept(site: Site, path: str, status: int) -> None:
    for _ in range(2):
        answer = site.get(path)
        assert (answer.status, answer.headers["cache-control"]) == (status, "no-store")
    assert site.origin.asked() == {path: 2}


def test_one_copy_serves_who_wants_it_compressed_and_who_does_not(site: Site) -> None:
    plain, packed = site.get(), site.get(Accept_Encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert site.origin.asked() == {BOARD: 1}


def test_nothing_that_a_client_sends_along_makes_another_answer(site: Site) -> None:
    plain = site.get()
    other = site.get(Cookie="a=b", Authorization="Bearer x", Cache_Control="no-cache")
    assert (other.cache, other.body) == ("HIT", plain.body)
    assert "set-cookie" not in other.headers


def test_pages_and_dates_are_answers_of_their_own_and_headers_come_through(site: Site) -> None:
    page = site.get(f"{BOARD}?limit=1&offset=1")
    assert [entry["position"] for entry in json.loads(page.body)["entries"]] == [2]
    assert len(json.loads(site.get().body)["entries"]) == 100
    with Client(site.origin.port) as client:
        direct = client.get(BOARD)
    ours = site.get()
    for name in ("cache-control", "etag", "content-type", "access-control-allow-origin"):
        assert ours.headers[name] == direct.headers[name]


def test_head_and_a_preflight_are_answered(site: Site) -> None:
    head = site.client.get(BOARD, "HEAD")
    assert (head.status, head.body) == (200, b"")
    preflight = site.client.get(BOARD, "OPTIONS")
    assert preflight.status == 200
    assert preflight.headers["access-control-allow-origin"] == "*"


class TestApiOnAws:
    """The lines that site.conf has as a comment: TLS, the API's own name, a path before ours."""

    def ask(
        self, folder: Path, believed: Path | None = None
    ) -> tuple[list[tuple[str, str]], list[Answer]]:
        """Ask twice; returns what the API was asked, and what it or nginx answered."""
        with TlsOrigin(folder) as origin:
            nginx = Nginx(folder, origin.server_port, clock=False)
            set_api_on_aws(
                nginx.config.parent, origin.server_port, NAME, believed or origin.certificate
            )
            with nginx, Client(nginx.port) as client:
                answers = [client.get("/v1/kingdoms?limit=1") for _ in range(2)]
                return origin.asked, answers

    def test_it_is_asked_by_its_name_and_below_its_stage_once(self, tmp_path: Path) -> None:
        asked, answers = self.ask(tmp_path)
        assert [(one.status, one.cache) for one in answers] == [(200, "MISS"), (200, "HIT")]
        assert asked == [("/api/v1/kingdoms?limit=1", NAME)]

    def test_one_whose_certificate_nobody_vouches_for_is_not_believed(self, tmp_path: Path) -> None:
        folder = tmp_path / "another"
        folder.mkdir()
        another, _ = certificate(folder)
        asked, answers = self.ask(tmp_path, another)
        assert asked == []
        for answer in answers:
            assert_unavailable(answer)
