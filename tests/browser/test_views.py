"""Every view opens, shows what the API says, and is nothing but an address."""

import pytest

from tests.browser.conftest import Open
from tests.browser.scans import EXAMPLES
from tests.browser.site import Site
from tests.browser.views import KINGDOM, VIEWS, View, expect_drawn

by_name = pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])


@by_name
def test_a_view_shows_what_the_api_says_and_is_the_same_after_a_reload(
    visit: Open, site: Site, view: View
) -> None:
    watched = visit()
    page = watched.open(view.query)
    expect_drawn(page, site, view)
    assert str(EXAMPLES) in page.title()
    shown = page.locator("main").inner_text()
    page.reload()
    watched.wait_until_drawn()
    assert page.locator("main").inner_text() == shown


def test_back_and_forward_go_through_the_views(visit: Open, site: Site) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    board, *_ = VIEWS
    tabs = page.locator("nav#views a")
    titles = [page.title()]
    for at in range(1, tabs.count()):
        with watched.redrawn():
            tabs.nth(at).click()
        titles.append(page.title())
    assert len({*titles}) == len(titles), "every view has a title of its own"
    for title in titles[-2::-1]:
        with watched.redrawn():
            page.go_back()
        assert page.title() == title
    expect_drawn(page, site, board)
    with watched.redrawn():
        page.go_forward()
    assert page.title() == titles[1]
