"""axe-core finds no violation: each view and state, each width, both themes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.audit import audit
from tests.browser.conftest import Open
from tests.browser.scans import HOSTILE, THOUSAND, UNKNOWN
from tests.browser.site import Site
from tests.browser.views import KINGDOM, VIEWS, View, expect_drawn

by_name = pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])


@by_name
def test_each_view(visit: Open, site: Site, view: View) -> None:
    watched = visit(reduced_motion="reduce")
    expect_drawn(watched.open(view.query), site, view)
    found = audit(watched)
    assert not found, "\n".join(found)


def open_card(page: Page) -> None:
    page.locator("main tbody th[scope=row] a").first.click()
    expect(page.locator("dialog")).to_be_visible()


def open_flag(page: Page) -> None:
    page.locator("main button[aria-expanded=false]").first.click()
    expect(page.locator("main button[aria-expanded=true]").first).to_be_visible()


def test_a_players_card(visit: Open) -> None:
    watched = visit(reduced_motion="reduce")
    open_card(watched.open(KINGDOM))
    watched.page.locator("dialog table").first.wait_for()
    found = audit(watched)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("view", ["board", "gains"])
def test_with_the_reason_of_a_suspect_open(visit: Open, view: str) -> None:
    watched = visit(reduced_motion="reduce")
    open_flag(watched.open(f"{KINGDOM}&view={view}"))
    found = audit(watched)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "query",
    [
        f"?k={HOSTILE}",
        f"?k={HOSTILE}&view=week",
        f"{KINGDOM}&view=find&q=nobodyiscalledthis",
        f"?k={THOUSAND}&view=gains&w=deaths:1",
    ],
)
def test_other_states(visit: Open, query: str) -> None:
    watched = visit(reduced_motion="reduce")
    watched.open(query)
    expect(watched.page.locator("main [role=alert]")).to_have_count(0)
    found = audit(watched)
    assert not found, "\n".join(found)


def test_a_kingdom_that_is_not_there(visit: Open) -> None:
    watched = visit(reduced_motion="reduce")
    watched.expected = ["404"]
    watched.open(f"?k={UNKNOWN}")
    expect(watched.page.locator("main [role=alert]")).to_be_visible()
    found = audit(watched)
    assert not found, "\n".join(found)
