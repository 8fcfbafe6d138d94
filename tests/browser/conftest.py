"""The running site, a browser for the tests of a file, and pages that are watched."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.browsers import CHROMIUM, required, start_chromium
from tests.browser.site import Site
from tests.browser.watched import Watched

Open = Callable[..., Watched]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a browser and is slow; the views alone are a part of `make test`."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            if item.path.name != "test_views.py":
                item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site; one for all tests, so nobody changes it but the kingdom `DROPPED`."""
    required(CHROMIUM)
    with Site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright; no longer than a file's tests, since its event loop disturbs others."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; its contexts have nothing in common."""
    browser = start_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture
def visit(site: Site, chromium: Browser) -> Iterator[Open]:
    """Opens watched pages: `visit(width=390, color_scheme="dark", locale="de-DE", url=…)`.

    At the end of the test nothing may have gone wrong on any of them.
    """
    yield from visitor(chromium, site.url)


def visitor(browser: Browser, home: str) -> Iterator[Open]:
    """Opens watched pages of a site in a browser, see `visit`."""
    opened: list[Watched] = []

    def opens(width: int = 1280, height: int = 800, url: str = home, **options: Any) -> Watched:
        options = {"locale": "en-GB", "color_scheme": "light", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(15_000)
        opened.append(Watched(context, url))
        return opened[-1]

    yield opens
    faults = [fault for watched in opened for fault in watched.faults()]
    for watched in opened:
        watched.page.context.close()
    assert not faults, "\n".join(faults)
