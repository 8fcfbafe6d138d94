"""Names that players chose: whole, in every script, and never anything but text."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.scans import HOSTILE, LONG, MARKUP, SCRIPTS
from tests.browser.views import KINGDOM, names_in

BOARD: Final = f"?k={HOSTILE}"
EVERYWHERE: Final = (
    BOARD,
    f"{BOARD}&m=deaths",
    f"{BOARD}&view=gains",
    f"{BOARD}&view=week",
    f"{BOARD}&view=alliances",
    f"{BOARD}&view=kingdoms",
    f"{BOARD}&view=find&q=a",
    f"{BOARD}&view=find&q=%3Cscript%3Ealert(1)%3C/script%3E",
    f"{BOARD}&p=1000",
    f"{BOARD}&p=1022",
    f"{BOARD}&p=1024",
    f"{BOARD}&view=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
    f"{BOARD}&m=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    f"{BOARD}&a=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
)

# Whatever the page itself never makes: it could only come from a name.
_FROM_NAMES: Final = """() => [...document.querySelectorAll(
    "img, script:not([src]), b[id], [onerror], [onmouseover], iframe, a[href^='javascript:' i]",
)].map(el => el.outerHTML)"""
# Each name's box, and whether letters of it lie beyond the box that it is clipped to.
_CUT: Final = """() => [...document.querySelectorAll("main tbody th[scope=row] a bdi")]
    .filter(el => el.offsetWidth && el.scrollWidth > el.offsetWidth + 1)
    .map(el => el.textContent)"""
_NOT_ISOLATED: Final = """(names) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), bare = [];
    for (let node; (node = walker.nextNode());) {
        const el = node.parentElement;
        if (el.closest("option, title, script, style")) continue;
        const name = names.find(name => node.data.includes(name));
        if (name && !el.closest("bdi, input")) bare.push(el.outerHTML.slice(0, 200));
    }
    return bare;
}"""
# Of each row: the places of its cells, from left to right.
_CELLS: Final = """() => [...document.querySelectorAll("main tbody tr")].map(row =>
    [...row.children].filter(cell => cell.offsetWidth)
        .map(cell => Math.round(cell.getBoundingClientRect().left)))"""
_RIGHT_TO_LEFT: Final = [SCRIPTS[name] for name in ("Hebrew", "Arabic", "Syriac", "Thaana")]


@pytest.mark.parametrize("query", EVERYWHERE)
def test_no_name_and_no_address_becomes_an_element(visit: Open, query: str) -> None:
    watched = visit()
    if "a=%3C" in query or '"' in query:
        watched.expected = ["404", "400"]
    page = watched.open(query)
    assert page.evaluate(_FROM_NAMES) == []
    for flag in page.locator("main button[aria-expanded=false]").all()[:3]:
        flag.dispatch_event("click")
    assert page.evaluate(_FROM_NAMES) == []
    isolated = [*MARKUP[:3], *_RIGHT_TO_LEFT]
    assert page.evaluate(_NOT_ISOLATED, isolated) == []


def test_markup_is_shown_as_the_player_wrote_it(visit: Open) -> None:
    page = visit().open(BOARD)
    assert {*MARKUP} <= {*names_in(page, "main tbody th[scope=row]")}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_names_of_every_script_are_shown_whole(visit: Open, width: int) -> None:
    page = visit(width).open(BOARD)
    assert {*SCRIPTS.values()} <= {*names_in(page, "main tbody th[scope=row]")}
    cut = {*page.evaluate(_CUT)}
    assert not cut & {*SCRIPTS.values()}
    # What is longer than a row is cut at its own end, and whole on the card.
    assert LONG[0] in cut


def test_a_name_that_is_cut_is_whole_on_the_card(visit: Open) -> None:
    watched = visit(390)
    page = watched.open(BOARD)
    with watched.redrawn():
        page.locator("main tbody th[scope=row] a", has_text=LONG[0]).first.click()
    name = page.get_by_role("dialog").locator("bdi", has_text=LONG[0]).first
    expect(name).to_be_visible()
    assert name.evaluate("(el) => el.scrollWidth <= el.offsetWidth + 1")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_name_that_runs_right_to_left_moves_no_figure(visit: Open, width: int) -> None:
    page = visit(width).open(BOARD)
    places = {tuple(row) for row in page.evaluate(_CELLS)}
    assert len(places) == 1, places
    for name in _RIGHT_TO_LEFT:
        row = page.locator("main tbody tr", has=page.locator("bdi", has_text=name)).first
        figure = row.locator("td data").first
        value = int(figure.get_attribute("value") or "")
        digits = re.sub(r"\D", "", figure.inner_text())
        assert digits.startswith(str(value)), (digits, value)


def test_a_stack_of_marks_reaches_into_no_other_row(visit: Open) -> None:
    page = visit().open(BOARD)
    heights = page.evaluate(
        "() => [...document.querySelectorAll('main tbody tr')].map(row => row.offsetHeight)"
    )
    assert max(heights) <= 2 * min(heights), heights


def test_who_has_no_visible_name_is_called_by_the_id(visit: Open) -> None:
    page = visit().open(BOARD)
    links = page.locator("main tbody th[scope=row] a")
    assert all(text.strip() for text in links.all_text_contents())
    assert all(re.search(r"\w", text) for text in _nameless(page))


def _nameless(page: Page) -> list[str]:
    texts = page.locator("main tbody th[scope=row] a:not(:has(bdi))").all_text_contents()
    assert len(texts) >= 4
    return texts


def test_an_example_kingdom_shows_its_names_too(visit: Open) -> None:
    page = visit().open(f"{KINGDOM}&view=find&q=null")
    assert "null" in names_in(page, "main")
