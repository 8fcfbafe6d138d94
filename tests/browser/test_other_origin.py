"""A page of another host reads the API in a real browser: answers, refusals, the gateway's own.

What a browser holds back a script gets as `TypeError: Failed to fetch`.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser.scans import THOUSAND
from tests.browser.site import ROOT, Site
from tests.clients.gateway import Gateway, own_answer
from tests.serving import Handler, Serving

PLAIN_BOARD: Final = "v1/kingdoms/51/leaderboards/dkp"
BOARD: Final = f"{PLAIN_BOARD}?limit=1"
API_DOC: Final = ROOT / "docs" / "api.md"
_FETCH: Final = """async ([url, options]) => {
    const answer = await fetch(url, options);
    const text = await answer.text();
    const read = (name) => answer.headers.get(name);
    return {
        status: answer.status, text, tag: read("ETag"), cache: read("Cache-Control"),
        after: read("Retry-After"),
    };
}"""


class _Blank(Handler):
    def answer(self, method: str) -> None:
        assert method == "GET"
        body = b"<!doctype html><link rel=icon href=data:,><title>another host</title>"
        self.send(200, [("Content-Type", "text/html")], body)


@pytest.fixture(scope="module")
def gateway(site: Site) -> Iterator[Gateway]:
    with Gateway(site.port) as started:
        yield started


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of a host of its own."""
    with Serving(_Blank) as server, closing(chromium.new_context()) as context:
        opened = context.new_page()
        opened.goto(f"http://localhost:{server.server_port}/")
        yield opened


def fetch(page: Page, url: str, **options: Any) -> Any:
    return page.evaluate(_FETCH, [url, {"cache": "no-store", **options}])


def test_an_answer_its_tag_and_how_long_it_holds(page: Page, site: Site) -> None:
    first = fetch(page, f"{site.url}{BOARD}")
    assert (first["status"], first["cache"][:17]) == (200, "public, max-age=6")
    again = fetch(page, f"{site.url}{BOARD}", headers={"If-None-Match": first["tag"]})
    assert (again["status"], again["text"], again["tag"]) == (304, "", first["tag"])


def test_a_copy_of_the_browser_s_own_is_confirmed_without_a_line_of_script(
    page: Page, gateway: Gateway
) -> None:
    first = fetch(page, f"{gateway.url}{BOARD}", cache="no-cache")
    again = fetch(page, f"{gateway.url}{BOARD}", cache="no-cache")
    assert again == first
    assert gateway.asked[f"/api/{BOARD}"] == 2
    assert gateway.statuses[-1] == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("v1/kingdoms/51/leaderboards/dkp?limit=0", 400),
        ("v1/kingdoms/999/snapshots", 404),
        ("v1/kingdoms/51/leaderboards/dkp?version=0000000000000000", 409),
        ("v1/kingdoms/51/leaderboards/dkp.csv?limit=2000", 400),
        ("v1/nothing", 403),
    ],
)
def test_a_refusal_of_the_local_server(page: Page, site: Site, path: str, status: int) -> None:
    refused = fetch(page, f"{site.url}{path}")
    assert refused["status"] == status
    assert refused["text"].startswith('{"message"' if status == 403 else '{"Code"')


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", (403, "ForbiddenError", None)),
        ("THROTTLED", (429, "TooManyRequestsError", "1")),
        ("DEFAULT_4XX", (413, "BadRequestError", None)),
        ("DEFAULT_5XX", (502, "InternalServerError", None)),
        ("INTEGRATION_TIMEOUT", (504, "GatewayTimeoutError", None)),
    ],
)
def test_what_api_gateway_answers_itself(
    page: Page, gateway: Gateway, kind: str, told: tuple[int, str, str | None]
) -> None:
    status, code, after = told
    gateway.refuse = {"/v1/metrics": (1, own_answer(kind, status, "in its words"))}
    refused = fetch(page, f"{gateway.url}v1/metrics")
    assert (refused["status"], refused["after"]) == (status, after)
    assert refused["text"].startswith(f'{{"Code":"{code}","Message":"')
    assert refused["cache"] == "no-store"


def example(page: Page, call: str, *arguments: Any) -> Any:
    """What a call of a function in docs/api.md comes to, on the page of another host."""
    blocks = re.findall(r"```js\n(.*?)```", API_DOC.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 4
    code = "".join(blocks).replace("limit=1000", "limit=300")  # several pages
    return page.evaluate(f"async (given) => {{ {code}\n{call} }}", arguments)


def test_the_example_of_a_whole_board(page: Page, gateway: Gateway, site: Site) -> None:
    throttled = own_answer("THROTTLED", 429, "Too Many Requests")
    gateway.refuse = {f"/{PLAIN_BOARD}": (1, throttled)}
    board = f"kingdoms/{THOUSAND}/leaderboards/power?limit=1000"
    first = site.api(board)
    found = example(page, 'return players(given[0], 51, "dkp")', gateway.url[:-1])
    assert [one["id"] for one in found] == [
        one["id"] for one in site.api("kingdoms/51/leaderboards/dkp?limit=1000")["entries"]
    ]
    many = example(page, f'return players(given[0], {THOUSAND}, "power")', gateway.url[:-1])
    assert len(many) == first["total"] > 900


def test_the_example_starts_again_when_a_scan_is_replaced(page: Page, gateway: Gateway) -> None:
    path = f"/v1/kingdoms/{THOUSAND}/leaderboards/power"
    conflict = (409, [("Access-Control-Allow-Origin", "*")], b'{"Code":"","Message":"other"}')
    # The first page comes out of the browser's copy, so it is the second that is refused.
    fetch(page, f"{gateway.url[:-1]}{path}?limit=300", cache="default")
    gateway.refuse = {path: (1, conflict)}
    many = example(page, f'return players(given[0], {THOUSAND}, "power")', gateway.url[:-1])
    assert gateway.refuse[path][0] == 0
    assert len({one["position"] for one in many}) == len(many) > 900
    gateway.refuse = {path.replace("power", "kills"): (9, conflict)}
    with pytest.raises(Error, match="other"):
        example(page, f'return players(given[0], {THOUSAND}, "kills")', gateway.url[:-1])
    gateway.refuse = {}


def test_the_examples_of_asking_again_cost_a_304(page: Page, gateway: Gateway) -> None:
    watching = """let shown = 0;
        const stop = new AbortController();
        const done = watch(given[0], () => { shown += 1; }, stop.signal, 0.05);
        await new Promise((wait) => setTimeout(wait, 1500));
        stop.abort();
        await done;
        return shown;"""
    before = len(gateway.statuses)
    assert example(page, watching, f"{gateway.url}{BOARD}") == 1
    first, *later = gateway.statuses[before:]
    assert first in (200, 304)
    assert {*later} == {304}
    twice = "return [await fresh(given[0]), await fresh(given[0])]"
    before = len(gateway.statuses)
    one, two = example(page, twice, f"{gateway.url}{PLAIN_BOARD}?limit=2")
    assert one == two
    assert gateway.statuses[before:] == [200, 304]


def test_the_example_says_what_is_wrong(page: Page, gateway: Gateway) -> None:
    with pytest.raises(Error, match="there is no kingdom 999"):
        example(page, 'return players(given[0], 999, "dkp")', gateway.url[:-1])
