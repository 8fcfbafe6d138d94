"""axe-core finds no violation in the second language, whose words are longer."""

import pytest
from playwright.sync_api import expect

from tests.browser.audit import audit
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.test_accessible import by_name, open_card, open_flag
from tests.browser.views import KINGDOM, View, expect_drawn


@by_name
def test_each_view(visit: Open, site: Site, view: View) -> None:
    watched = visit(reduced_motion="reduce", locale="de-DE")
    expect_drawn(watched.open(view.query), site, view)
    expect(watched.page.locator("html")).to_have_attribute("lang", "de")
    found = audit(watched)
    assert not found, "\n".join(found)


def test_a_players_card(visit: Open) -> None:
    watched = visit(reduced_motion="reduce", locale="de-DE")
    open_card(watched.open(KINGDOM))
    watched.page.locator("dialog table").first.wait_for()
    found = audit(watched)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("view", ["gains"])
def test_with_the_reason_of_a_suspect_open(visit: Open, view: str) -> None:
    watched = visit(reduced_motion="reduce", locale="de-DE")
    open_flag(watched.open(f"{KINGDOM}&view={view}"))
    found = audit(watched)
    assert not found, "\n".join(found)
