"""axe-core, the audit of accessibility, on what a page shows right now."""

from collections.abc import Iterator
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.watched import Watched

RULES: Final = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"),
]
WIDTHS: Final = (320, 390, 1280)
_AXE: Final = Axe()
_OPTIONS: Final = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
WIDER: Final = """() => {
    const root = document.documentElement;
    return root.scrollWidth - root.clientWidth;
}"""
_SHORTENED: Final = """(most) => {
    for (const body of document.querySelectorAll("tbody, main ol, main ul")) {
        while (body.children.length > most) body.lastElementChild.remove();
    }
}"""
_ROWS: Final = 20


def violations(page: Page) -> Iterator[str]:
    """What axe finds wrong: the rule, and the first elements."""
    result: dict[str, Any] = _AXE.run(page, options=_OPTIONS).response
    assert not result.get("error"), result
    for one in result["violations"]:
        nodes = [f"{node['html'][:160]} {node['failureSummary']}" for node in one["nodes"][:3]]
        yield f"{one['id']} ({len(one['nodes'])} times): {one['help']}\n    " + "\n    ".join(nodes)


def audit(watched: Watched) -> list[str]:
    """What is wrong with what is shown, at each width and in both themes.

    A page that is wider than the window is a fault too: at 320 pixels nothing scrolls sideways.
    Everything is looked at once; at the other widths long lists are shortened, since axe takes its
    time for each row, and their rows are alike.
    """
    page = watched.page
    page.set_viewport_size({"width": WIDTHS[-1], "height": 800})
    faults = [f"whole: {fault}" for fault in violations(page)]
    page.evaluate(_SHORTENED, _ROWS)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wider = page.evaluate(WIDER)
        if wider > 0:
            faults.append(f"{width}: {wider} pixels too wide")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults += [f"{width} {scheme}: {fault}" for fault in violations(page)]
    return faults
