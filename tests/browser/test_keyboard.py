"""The page by the keyboard alone."""

import re
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.views import KINGDOM, VIEWS

# What has the focus can be seen: where it is, it is what lies on top.
_COVERED: Final = """() => {
    const el = document.activeElement, box = el.getClientRects()[0];
    if (el === document.body || !box?.width) return "";
    const inside = box.top >= 0 && box.bottom <= innerHeight;
    const middle = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)];
    const at = document.elementFromPoint(...middle);
    if (inside && (el.contains(at) || at?.contains(el))) return "";
    const start = (one) => one?.outerHTML.slice(0, 120);
    return `${start(el)} under ${start(at)}`;
}"""
_WORDS: Final = """() => (document.activeElement.getAttribute("aria-label")
    ?? document.activeElement.textContent).trim()"""
# By itself, or by the box that it stands in.
_OUTLINE: Final = """() => {
    const shows = (el) => {
        const style = getComputedStyle(el);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
    };
    const el = document.activeElement;
    return el === document.body || shows(el) || shows(el.parentElement);
}"""


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until an element like that has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


def test_the_first_stop_skips_to_the_content(visit: Open) -> None:
    page = visit().open(KINGDOM)
    page.keyboard.press("Tab")
    link = page.locator("a[href='#main']")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_views_are_links_and_the_focus_stays_where_it_was(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    tab_to(page, "#views a:nth-of-type(2)")
    words = page.evaluate(_WORDS)
    with watched.redrawn():
        page.keyboard.press("Enter")
    assert "view=gains" in page.url
    assert page.evaluate(_WORDS) == words
    expect(page.locator("#views a[aria-current=page]")).to_have_count(1)


def test_a_column_is_sorted_and_said_to_be(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    names = page.locator("main tbody th[scope=row] bdi")
    tab_to(page, "main thead button[data-key=sort-name]")
    header = page.locator("main thead th[aria-sort]")
    expect(header).to_have_count(1)
    with watched.redrawn():
        page.keyboard.press("Enter")
    expect(header).to_have_count(1)
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert page.evaluate("() => document.activeElement.tagName") == "BUTTON"
    first = names.first.inner_text()
    with watched.redrawn():
        page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "descending")
    assert names.first.inner_text() != first
    assert not page.locator("main button[aria-sort]").count()


@pytest.mark.parametrize("close", ["Escape", "back"])
def test_a_card_opens_and_closes_and_the_focus_returns(visit: Open, close: str) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    tab_to(page, "main tbody th[scope=row] a")
    name = page.evaluate(_WORDS)
    with watched.redrawn():
        page.keyboard.press("Enter")
    card = page.get_by_role("dialog")
    expect(card).to_be_visible()
    expect(card).to_contain_text(name)
    assert page.evaluate("() => document.querySelector('dialog').contains(document.activeElement)")
    if close == "Escape":
        page.keyboard.press("Escape")
    else:
        page.go_back()
    expect(card).not_to_be_visible()
    expect(page).to_have_url(f"{watched.url}{KINGDOM}")
    assert page.evaluate(_WORDS) == name
    # Closing is no step forward: Back does not open it again.
    assert "p=" not in page.url


def test_the_search_finds_while_one_types(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    # No key leads there: WCAG 2.1.4 wants single keys to be left to the reader.
    tab_to(page, "#q")
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    with watched.redrawn():
        page.keyboard.type("lorcor", delay=20)
    expect(page.locator("main bdi", has_text="lorcor").first).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("lorcor")
    assert "q=lorcor" in page.url


@pytest.mark.parametrize("view", ["board", "gains"])
def test_a_flag_opens_its_reason(visit: Open, view: str) -> None:
    page = visit().open(f"{KINGDOM}&view={view}")
    tab_to(page, "main button[aria-expanded]", most=150)
    flag = page.locator("main button[aria-expanded]:focus")
    assert flag.get_attribute("aria-label")
    rows = page.locator("main tbody tr").count()
    page.keyboard.press("Enter")
    expect(flag).to_have_attribute("aria-expanded", "true")
    reason = page.locator("main tbody tr:has(:focus) + tr")
    expect(reason).to_be_visible()
    expect(reason).to_have_text(re.compile(r"\S.{30}", re.DOTALL), use_inner_text=True)
    page.keyboard.press("Space")
    expect(flag).to_have_attribute("aria-expanded", "false")
    assert page.locator("main tbody tr").count() == rows


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])
def test_what_has_the_focus_is_seen(visit: Open, view: object, width: int) -> None:
    watched = visit(width, 600)
    page = watched.open(view.query)  # type: ignore[attr-defined]
    for key in ["Tab"] * 45 + ["Shift+Tab"] * 20:
        page.keyboard.press(key)
        covered = page.evaluate(_COVERED)
        assert not covered, covered
        assert page.evaluate(_OUTLINE), page.evaluate("() => document.activeElement.outerHTML")


def test_the_colours_are_chosen_and_stay_chosen(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    tab_to(page, "#theme")
    background = "() => getComputedStyle(document.body).backgroundColor"
    seen = [page.evaluate(background)]
    words = {page.evaluate(_WORDS)}
    for _ in range(2):
        page.keyboard.press("Enter")
        assert page.locator("#theme").get_attribute("aria-label")
        words.add(page.evaluate(_WORDS))
        seen.append(page.evaluate(background))
    assert len(words) == 3
    assert len({*seen}) == 2
    page.reload()
    watched.wait_until_drawn()
    assert page.evaluate(background) == seen[-1]


def test_the_language_is_chosen_and_stays_chosen(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    tabs = page.locator("#views").inner_text()
    with page.expect_navigation():
        page.locator("#language").select_option("de")
    watched.wait_until_drawn()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.locator("#views").inner_text() != tabs
    page.reload()
    watched.wait_until_drawn()
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_in_forced_colours_the_search_has_an_edge_and_the_focus_is_another(visit: Open) -> None:
    page = visit(forced_colors="active").open(KINGDOM)
    width = "el => [getComputedStyle(el).outlineStyle, getComputedStyle(el).outlineWidth]"
    for one in (page.locator("#q"), page.locator("#views [aria-current]")):
        assert one.evaluate(width) == ["solid", "1px"]
        one.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert one.evaluate(width) == ["solid", "2px"]
