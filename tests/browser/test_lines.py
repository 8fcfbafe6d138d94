"""No figure and no word of a header is broken over lines, nor cut where there is room."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.views import KINGDOM, VIEWS, View

_BROKEN = """(parts) => [...document.querySelectorAll(parts)].filter(el => {
    const range = document.createRange();
    return [...el.childNodes].some(node => node.nodeType === Node.TEXT_NODE
        && !/\\s/.test(node.data.trim())
        && (range.selectNodeContents(node), range.getClientRects().length > 1));
}).map(el => el.textContent)"""
TABLES = [view for view in VIEWS if view.name in ("board", "gains", "alliances", "kingdoms")]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", TABLES, ids=lambda view: view.name)
def test_in_a_table(visit: Open, width: int, view: View) -> None:
    page = visit(width=width, locale="de-DE").open(view.query)
    assert page.evaluate(_BROKEN, "thead th, thead button, tbody .n, tbody .mv") == []


def test_on_a_card(visit: Open) -> None:
    page = visit(width=320, locale="de-DE").open(f"{KINGDOM}&p=12517131")
    figures = page.locator("dialog .ranks button")
    expect(figures).to_have_count(5)
    heights = figures.evaluate_all("all => all.map(el => el.lastChild.offsetHeight)")
    assert max(heights) < 30, heights


def test_an_alliance_has_the_room_beside_its_kingdom(visit: Open) -> None:
    page = visit(width=390).open(f"{KINGDOM}&view=kingdoms")
    edges = page.locator("tbody tr").first.evaluate(
        """row => [row.querySelector(".alli").getBoundingClientRect().right,
            row.querySelector(".main").getBoundingClientRect().left]"""
    )
    assert edges[0] == pytest.approx(edges[1], abs=1)
