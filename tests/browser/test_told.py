"""What the page says of itself: in its own language, about the right scan, where it can be seen."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.scans import UNKNOWN
from tests.browser.views import KINGDOM

OLDEST, OLDER, NEWEST = "2026-01-12", "2026-01-19", "2026-01-26"
LORCOR = 12517131
"""A player of the examples whose T4 kills were misread in the newest scan."""


def without(page: Page, date: str, metric: str) -> None:
    """Let the page hear that a scan has nothing of a metric."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body: Any = response.json()
        for scan in body["snapshots"]:
            if scan["snapshot_date"] == date:
                scan["known"][metric] = 0
        route.fulfill(response=response, body=json.dumps(body))

    page.route("**/snapshots", answer)


@pytest.mark.parametrize("view", ["board", "gains"])
def test_it_compares_with_the_last_scan_that_has_the_metric(visit: Open, view: str) -> None:
    watched = visit()
    without(watched.page, OLDER, "deaths")
    page = watched.open(f"{KINGDOM}&view={view}&m=deaths")
    expect(page.locator("#when select").nth(1)).to_have_value(OLDEST)
    asked = [one for one in watched.requests if "/deaths?" in one]
    assert f"={OLDEST}&" in f"{asked[-1]}&"
    with watched.redrawn():
        page.locator("nav.tabs a", has_text="Power").click()
    expect(page.locator("#when select").nth(1)).to_have_value(OLDER)


def test_a_scan_that_was_chosen_and_lacks_the_metric_is_named(visit: Open) -> None:
    watched = visit()
    without(watched.page, OLDER, "deaths")
    page = watched.open(f"{KINGDOM}&m=deaths&since={OLDER}")
    expect(page.locator("main .note").first).to_contain_text("Deaths: not in the scan of 19 Jan")


@pytest.mark.parametrize("view", ["board", "gains", "week", "alliances"])
def test_a_scan_that_is_not_older_is_refused_in_the_pages_language(visit: Open, view: str) -> None:
    watched = visit(locale="de-DE")
    watched.expected = ["400"]
    page = watched.open(f"{KINGDOM}&view={view}&date={OLDER}&since={NEWEST}")
    shown = page.locator("main").inner_text()
    assert "früheren Scan" in shown
    assert "before" not in shown
    with watched.redrawn():
        page.locator("main .end a").click()
    expect(page.locator("main .lead, main table").first).to_be_visible()


def test_errors_are_told_in_the_pages_language(visit: Open) -> None:
    watched = visit(locale="de-DE")
    watched.expected = ["404"]
    page = watched.open(f"?k={UNKNOWN}")
    assert "kingdom" not in page.locator("main").inner_text()
    page = watched.open(f"{KINGDOM}&p=999999999")
    expect(page.get_by_role("dialog")).to_contain_text("Kein Spieler")


def test_a_cards_rank_of_a_figure_in_doubt_is_marked(visit: Open) -> None:
    page = visit().open(f"{KINGDOM}&p={LORCOR}")
    card = page.get_by_role("dialog")
    marked = {}
    for metric in ("dkp", "kills", "deaths", "power"):
        button = card.locator(f".ranks button[data-key=m-{metric}]")
        marked[metric] = "Suspect" in button.inner_text() and bool(button.locator("svg").count())
    assert marked == {"dkp": True, "kills": True, "deaths": False, "power": False}
    expect(card.locator(".hist tbody tr").first.locator("svg")).to_have_count(1)
    expect(card.locator(".hist tbody tr").nth(1).locator("svg")).to_have_count(0)


def test_the_order_is_told(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    with watched.redrawn():
        page.locator("main thead button[data-key=sort-name]").click()
    expect(page.locator("#say")).to_contain_text("sorted by Name, ascending")


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
@pytest.mark.parametrize("width", [320, 390])
def test_all_views_are_in_sight(visit: Open, width: int, locale: str) -> None:
    page = visit(width, locale=locale).open(KINGDOM)
    assert page.evaluate("() => document.querySelector('#views').scrollWidth") <= width


def test_the_search_is_called_what_it_shows(visit: Open) -> None:
    page = visit(locale="de-DE").open(KINGDOM)
    expect(page.get_by_role("searchbox", name="Finde dich")).to_be_visible()


def test_several_kingdoms_give_no_honours_since_no_figure_is_marked_there(visit: Open) -> None:
    page = visit().open(f"{KINGDOM}&view=kingdoms")
    expect(page.locator("main tbody tr").first).to_be_visible()
    assert page.locator("main tbody tr.top").count() == 0


def test_the_strip_of_ones_own_has_room_for_the_name(visit: Open) -> None:
    watched = visit(320)
    page = watched.open(KINGDOM)
    page.evaluate(f"() => localStorage.setItem('me:51', '{LORCOR}')")
    page.reload()
    watched.wait_until_drawn()
    name = page.locator("main .mine bdi")
    assert name.evaluate("(el) => el.scrollWidth <= el.offsetWidth")
    # What a screen reader makes of the arrow and the number are two words.
    assert "up 19" in page.locator("main .mine .mv").evaluate(
        "(el) => el.firstChild.ariaLabel + el.textContent.slice(1)"
    )
