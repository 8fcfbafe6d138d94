"""What a visit costs: requests, round trips, bytes; and what a second one does."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Response, Route, expect

from tests.browser.conftest import Open
from tests.browser.scans import DROPPED
from tests.browser.views import KINGDOM, VIEWS, View
from tests.browser.watched import Watched

MOST_BYTES: Final = 47_500
MOST_REQUESTS: Final = 4
# What Chromium counts for an answer of 304, which has no body.
BYTES_OF_A_304: Final = 300

_LOADED: Final = """() => performance.getEntriesByType("resource")
    .filter(one => one.name.includes("/v1/"))
    .map(one => ({path: one.name, bytes: one.transferSize, whole: one.decodedBodySize}))"""


def of_api(addresses: list[str]) -> list[str]:
    return [address for address in addresses if "/v1/" in address]


class Held:
    """Requests that are held back until they are let go."""

    def __init__(self, watched: Watched) -> None:
        self._routes: list[Route] = []
        self._open = False
        watched.page.route("**/v1/**", self._hold)

    def paths(self) -> list[str]:
        return sorted(urlsplit(route.request.url).path.split("/v1/")[1] for route in self._routes)

    def let_go(self) -> None:
        waiting = [*self._routes]
        self._open = True
        for route in waiting:
            route.continue_()

    def _hold(self, route: Route) -> None:
        self._routes.append(route)
        if self._open:
            route.continue_()


def settled(watched: Watched, count: Callable[[], int]) -> None:
    """Wait until a number has not grown for a while."""
    before = -1
    while before != (now := count()) or not now:
        before = now
        watched.page.wait_for_timeout(400)


@pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])
def test_with_the_kingdom_in_the_address_all_is_there_after_one_round_trip(
    visit: Open, view: View
) -> None:
    watched = visit()
    held = Held(watched)
    watched.page.goto(watched.url + view.query, wait_until="commit")
    settled(watched, lambda: len(held.paths()))
    at_once = held.paths()
    # No race: all are here before any of them has its answer.
    assert len(at_once) <= MOST_REQUESTS, at_once
    assert {"kingdoms", "kingdoms/51/snapshots"} <= {*at_once}
    held.let_go()
    watched.wait_until_drawn()
    assert len(held.paths()) <= MOST_REQUESTS, held.paths()
    # Of more than 64 kingdoms the API wants a choice: that list comes first.
    if view.name not in ("week", "kingdoms"):
        assert held.paths() == at_once, "something waited for another answer"


def test_a_board_asks_for_nothing_twice_and_for_no_row(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(300)
    asked = [path for path in of_api(watched.requests) if not path.endswith("/snapshots")]
    assert len(asked) == len({*asked}) <= MOST_REQUESTS - 1


def test_without_a_kingdom_the_first_one_is_shown(visit: Open) -> None:
    watched = visit()
    page = watched.open()
    expect(page.locator("main table tbody tr").first).to_be_visible()
    assert len(of_api(watched.requests)) <= MOST_REQUESTS


@pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])
def test_a_first_load_is_small(visit: Open, view: View) -> None:
    watched = visit()
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    watched.page.on("response", note)
    watched.open(view.query)
    sizes = {one.url: len(one.body()) for one in answers if "/v1/" not in one.url}
    print(f"{sum(sizes.values())} bytes in {len(sizes)} files")
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_a_second_load_takes_what_has_not_changed_from_its_own_copies(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    page.reload()
    watched.wait_until_drawn()
    loaded = page.evaluate(_LOADED)
    assert len(loaded) >= 3
    for one in loaded:
        assert one["bytes"] <= BYTES_OF_A_304, one
        assert one["whole"] > 0, one


def test_an_open_page_asks_whether_there_is_a_new_scan_for_a_304(visit: Open) -> None:
    watched = visit()
    page = watched.open(f"?k={DROPPED}")
    asked = f"""() => ({_LOADED})().filter(one => one.path.endsWith("/snapshots")).slice(1)"""
    page.wait_for_function(f"() => ({asked})().length > 0")
    again = page.evaluate(asked)
    assert 0 < again[0]["bytes"] <= BYTES_OF_A_304, again
