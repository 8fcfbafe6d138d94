"""On paper: the board, and nothing that wants to be clicked."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.views import KINGDOM


@pytest.mark.parametrize("view", ["board", "gains"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_has_the_table_and_no_controls(visit: Open, view: str, scheme: str) -> None:
    watched = visit(800, color_scheme=scheme)
    page = watched.open(f"{KINGDOM}&view={view}")
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main table")).to_be_visible()
    for gone in ("#find", "#theme", "#views", "#language", "main .files"):
        for one in page.locator(gone).all():
            expect(one).to_be_hidden()
    stuck = """() => [...document.querySelectorAll("body *")].filter(el => el.offsetWidth
        && ["sticky", "fixed"].includes(getComputedStyle(el).position))
        .map(el => el.outerHTML.slice(0, 100))"""
    assert page.evaluate(stuck) == []
    colours = """(selector) => {
        const style = getComputedStyle(document.querySelector(selector));
        return [style.color, style.backgroundColor].map(text => text.match(/[\\d.]+/g).map(Number));
    }"""
    ink, paper = page.evaluate(colours, "header")
    assert sum(ink[:3]) < 300, "dark ink, whatever the theme"
    assert sum(paper[:3]) > 700 or paper[3:] == [0], "on paper as it is"


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_on_paper_each_column_lies_below_its_head(visit: Open, locale: str) -> None:
    page = visit(718, locale=locale).open(KINGDOM)
    page.emulate_media(media="print")
    edges = """() => ["thead tr", "tbody tr"].map(row =>
        [...document.querySelector(`main ${row}`).children].filter(cell => cell.offsetWidth)
            .map(cell => Math.round(cell.getBoundingClientRect().right)))"""
    head, row = page.evaluate(edges)
    assert head == row
    assert len(head) > 4
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 718
    for button in page.locator("main .note > span:has(button)").all():
        expect(button).to_be_hidden()


def test_of_an_open_card_the_card_alone_is_printed(visit: Open) -> None:
    page = visit(718).open(KINGDOM)
    page.locator("main tbody a").first.click()
    card = page.locator("#card")
    expect(card.locator("h2")).to_be_visible()
    page.emulate_media(media="print")
    for gone in ("header.mast", "main", "#card .shut"):
        expect(page.locator(gone)).to_be_hidden()
    box = card.bounding_box()
    assert box is not None
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] > 600, "the sheet's width, and no panel"
    assert card.evaluate("card => getComputedStyle(card).position") != "fixed"
    assert card.evaluate("card => getComputedStyle(card).overflow") == "visible"
