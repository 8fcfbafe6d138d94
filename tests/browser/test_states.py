"""Whatever the API or the network does: words, a way on, and never an empty page."""

import json
import re
from typing import Final

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.scans import POWER_ONLY, UNKNOWN
from tests.browser.views import KINGDOM, VIEWS
from tests.browser.watched import Watched

BOARDS: Final = "**/leaderboards/**"
LATER: Final = [view for view in VIEWS if view.name in ("board", "gains", "week", "alliances")]
ERRORS: Final = {
    404: "NotFoundError",
    409: "ConflictError",
    429: "TooManyRequestsError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
}


def answer_with(page: Page, status: int, pattern: str = BOARDS, **headers: str) -> list[str]:
    """Let the API answer with an error; returns what it is asked for from now on."""
    asked: list[str] = []
    body = json.dumps({"Code": ERRORS[status], "Message": f"told by the API: {status}"})
    named = {"Content-Type": "application/json"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, body=body, headers=named)

    page.route(pattern, answer)
    return asked


class Held:
    """Requests that wait until somebody says how they go on."""

    def __init__(self, page: Page, pattern: str) -> None:
        """Let those wait whose addresses match."""
        self._routes: list[Route] = []
        self._open = False

        def hold(route: Route) -> None:
            if self._open:
                route.continue_()
            else:
                self._routes.append(route)

        page.route(pattern, hold)

    def go_on(self) -> None:
        """Send what waits, and whatever is asked from now on."""
        self._open = True
        for route in self._routes:
            route.continue_()

    def fail(self, status: int) -> None:
        """Answer what waits with an error."""
        for route in self._routes:
            route.fulfill(status=status, body="{}")


def expect_told(page: Page) -> str:
    """Somebody who looks or listens learns what is wrong, and finds a way on."""
    alert = page.locator("main [role=alert]")
    expect(alert).to_be_visible()
    expect(alert.locator("button, a").first).to_be_visible()
    words = alert.inner_text()
    for never in ("undefined", "null", "NaN", "[object", "Error:", "Traceback"):
        assert never not in words
    # The masthead stays: whoever got lost finds another view.
    expect(page.locator("#views a").first).to_be_visible()
    return words


def expect_board(page: Page) -> None:
    expect(page.locator("main [role=alert]")).to_have_count(0)
    expect(page.locator("main table tbody tr").first).to_be_visible()


@pytest.mark.parametrize("status", ERRORS)
def test_each_error_is_told_and_trying_again_helps(visit: Open, status: int) -> None:
    watched = visit()
    watched.expected = [str(status)]
    page = watched.page
    answer_with(page, status)
    watched.open(KINGDOM)
    expect_told(page)
    page.unroute(BOARDS)
    page.locator("main [role=alert] button").first.click()
    expect_board(page)


def test_the_words_differ_by_what_can_be_done(visit: Open) -> None:
    told = {}
    for status in ERRORS:
        watched = visit()
        watched.expected = [str(status)]
        answer_with(watched.page, status)
        told[status] = expect_told(watched.open(KINGDOM)).splitlines()[0]
    assert told[429] == told[503]
    assert len({*told.values()}) == len(ERRORS) - 1, told


@pytest.mark.parametrize("status", [429, 503])
def test_when_it_is_busy_the_page_comes_back_by_itself(visit: Open, status: int) -> None:
    watched = visit()
    watched.expected = [str(status)]
    page = watched.page
    asked = answer_with(page, status, Retry_After="1", Access_Control_Expose_Headers="Retry-After")
    watched.open(KINGDOM)
    expect_told(page)
    assert len(asked) == 1, "nothing is asked for at once"
    page.unroute(BOARDS)
    expect_board(page)


def test_api_gateways_own_errors_have_no_words_of_ours_and_are_told(visit: Open) -> None:
    watched = visit()
    watched.expected = ["429", "502"]
    page = watched.page
    page.route(BOARDS, lambda route: route.fulfill(status=502, body="<html>Bad Gateway</html>"))
    expect_told(watched.open(KINGDOM))


def test_what_changed_meanwhile_is_read_anew(visit: Open) -> None:
    """A page of a board whose version is gone: once more, from the start."""
    watched = visit()
    watched.expected = ["409"]
    page = watched.page
    asked = answer_with(page, 409)
    watched.open(KINGDOM)
    expect_told(page)
    page.unroute(BOARDS)
    page.locator("main [role=alert] button").first.click()
    expect_board(page)
    assert asked


@pytest.mark.parametrize("view", LATER, ids=[view.name for view in LATER])
def test_a_kingdom_that_is_not_there_is_said_not_to_be(visit: Open, view: object) -> None:
    watched = visit()
    watched.expected = ["404"]
    query = view.query.replace(KINGDOM, f"?k={UNKNOWN}")  # type: ignore[attr-defined]
    page = watched.open(query)
    expect_told(page)
    expect(page.locator("#kingdom")).to_have_value(str(UNKNOWN))
    with watched.redrawn():
        page.locator("#kingdom").select_option("51")
    expect(page.locator("main [role=alert]")).to_have_count(0)


def test_a_player_that_is_not_there_is_said_not_to_be(visit: Open) -> None:
    watched = visit()
    watched.expected = ["404"]
    page = watched.open(f"{KINGDOM}&p=999999999")
    card = page.get_by_role("dialog")
    expect(card).to_contain_text("999999999")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect_board(page)


@pytest.mark.parametrize("view", ["board", "gains", "week", "alliances", "kingdoms"])
def test_a_kingdom_of_one_scan_and_no_figures_has_words_for_it(visit: Open, view: str) -> None:
    watched = visit()
    watched.expected = ["404"]
    page = watched.open(f"?k={POWER_ONLY}&view={view}")
    assert len(page.locator("main").inner_text()) > 20
    for never in ("undefined", "NaN", "[object", "Invalid Date"):
        assert never not in page.locator("body").inner_text()


def test_a_search_without_a_result_says_so(visit: Open) -> None:
    page = visit().open(f"{KINGDOM}&view=find&q=nobodyiscalledthis")
    expect(page.locator("main .empty")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("nobodyiscalledthis")


def test_a_lake_without_a_kingdom_says_so(visit: Open) -> None:
    watched = visit()
    page = watched.page
    empty = json.dumps({"kingdoms": []})
    page.route(
        "**/v1/kingdoms", lambda route: route.fulfill(body=empty, content_type="application/json")
    )
    watched.open()
    assert len(page.locator("main").inner_text().strip()) > 20


def test_while_it_loads_the_page_says_that_it_does(visit: Open) -> None:
    watched = visit()
    page = watched.page
    held = Held(page, BOARDS)
    page.goto(watched.url + KINGDOM)
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#views a").first).to_be_visible()
    held.go_on()
    expect_board(page)
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


def test_offline_it_says_so_and_comes_back_by_itself(visit: Open) -> None:
    watched = visit()
    watched.expected = ["ERR_INTERNET_DISCONNECTED"]
    page = watched.open(KINGDOM)
    page.context.set_offline(True)
    with watched.redrawn():
        page.locator("#views a").nth(1).click()
    # What is there may be better than nothing, but is not what was asked for.
    expect_told(page)
    page.context.set_offline(False)
    expect_board(page)
    assert "view=gains" in page.url
    expect(page.locator("#views a[aria-current=page]")).to_have_attribute(
        "href", re.compile("view=gains")
    )


def test_a_connection_that_breaks_is_told(visit: Open) -> None:
    watched = visit()
    watched.expected = ["ERR_CONNECTION_RESET", "failed"]
    page = watched.page
    page.route(BOARDS, lambda route: route.abort("connectionreset"))
    watched.open(KINGDOM)
    expect_told(page)
    page.unroute(BOARDS)
    page.locator("main [role=alert] button").first.click()
    expect_board(page)


def test_an_error_of_a_view_that_is_left_does_not_cover_the_next(visit: Open) -> None:
    watched = visit()
    watched.expected = ["503"]
    page = watched.open(KINGDOM)
    held = Held(page, "**/gains/**")
    page.locator("#views a").nth(1).click()
    page.wait_for_timeout(100)
    _leave(watched, page)
    held.fail(503)
    page.wait_for_timeout(300)
    expect_board(page)


def _leave(watched: Watched, page: Page) -> None:
    with watched.redrawn():
        page.locator("#views a").first.click()
