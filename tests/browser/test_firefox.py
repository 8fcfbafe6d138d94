"""The main views in Firefox, as Debian packages it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.audit import WIDER
from tests.browser.browsers import FIREFOX, required, start_firefox
from tests.browser.conftest import Open, visitor
from tests.browser.scans import HOSTILE
from tests.browser.site import Site
from tests.browser.views import KINGDOM, VIEWS, View, expect_drawn


@pytest.fixture(scope="module")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    required(FIREFOX)
    browser = start_firefox(playwright)
    yield browser
    browser.close()


@pytest.fixture
def visit(site: Site, firefox: Browser) -> Iterator[Open]:
    yield from visitor(firefox, site.url)


@pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])
def test_each_view_opens(visit: Open, site: Site, view: View) -> None:
    page = visit().open(view.query)
    expect_drawn(page, site, view)


def test_a_board_is_sorted_and_a_card_opens_and_closes(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    with watched.redrawn():
        page.locator("main thead button[data-key=sort-name]").click()
    expect(page.locator("main thead th[aria-sort=ascending]")).to_have_count(1)
    with watched.redrawn():
        page.locator("main tbody th[scope=row] a").first.click()
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).not_to_be_visible()


def test_hostile_names_are_text(visit: Open) -> None:
    page = visit().open(f"?k={HOSTILE}")
    expect(page.locator("main img, main script, #from-a-name")).to_have_count(0)


def test_a_phones_width_is_enough(visit: Open) -> None:
    page = visit(390).open(KINGDOM)
    assert page.evaluate(WIDER) <= 0
