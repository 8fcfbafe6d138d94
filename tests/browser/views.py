"""The page's views: how each is opened, and what the API says must stand on it."""

from typing import Final, NamedTuple

from playwright.sync_api import Page

from tests.browser.scans import EXAMPLES
from tests.browser.site import Site


class View(NamedTuple):
    """A view of the page.

    Attributes:
        name: the test's word for it.
        query: its address.
        path: the answer that it shows, below `/v1/kingdoms/51/` or `/v1/`.
        lists: where names are in that answer.
    """

    name: str
    query: str
    path: str
    lists: tuple[str, ...]


KINGDOM: Final = f"?k={EXAMPLES}"
_OURS: Final = f"kingdoms/{EXAMPLES}"
VIEWS: Final = (
    View("board", KINGDOM, f"{_OURS}/leaderboards/dkp", ("entries",)),
    View("deaths", f"{KINGDOM}&m=deaths", f"{_OURS}/leaderboards/deaths", ("entries",)),
    View("gains", f"{KINGDOM}&view=gains", f"{_OURS}/gains/dkp", ("entries",)),
    View("week", f"{KINGDOM}&view=week", f"{_OURS}/changes", ("joined", "left", "returned")),
    View("alliances", f"{KINGDOM}&view=alliances", f"{_OURS}/alliances", ("alliances",)),
    View("kingdoms", f"{KINGDOM}&view=kingdoms", "leaderboards/dkp?kingdoms=51,77", ("entries",)),
    View("find", f"{KINGDOM}&view=find&q=lor", f"{_OURS}/players?search=lor", ("players",)),
    View(
        "idle",
        f"{KINGDOM}&view=find&idle=2026-01-19",
        f"{_OURS}/players?idle_since=2026-01-19",
        ("players",),
    ),
)
SHOWN_AT_LEAST: Final = 3
_NAMES: Final = """(selector) => [...document.querySelectorAll(selector)].map(bdi => {
    const copy = bdi.cloneNode(true);
    for (const hidden of copy.querySelectorAll(".sr")) hidden.remove();
    return copy.textContent.trim();
})"""


def expected_names(site: Site, view: View) -> list[str]:
    """The first names that the API has for a view."""
    answer = site.api(view.path)
    names: list[str] = []
    for key in view.lists:
        named = (one.get("name") or one.get("alliance") for one in answer[key])
        names += [name for name in named if name][:SHOWN_AT_LEAST]
    assert names, view.path
    return names


def names_in(page: Page, place: str) -> list[str]:
    """The names that are seen in a part of the page; what only a screen reader gets is left out."""
    names: list[str] = page.evaluate(_NAMES, f"{place} bdi")
    return names


def expect_drawn(page: Page, site: Site, view: View) -> None:
    """The view is there: what the API says stands on it."""
    shown = names_in(page, "main")
    missing = {*expected_names(site, view)}.difference(shown)
    assert not missing, f"{missing} not in {page.locator('main').inner_text()[:500]}"
    assert page.locator("main [role=alert]").count() == 0
