"""The page behind nginx as `infra/nginx` configures it, and below a path as API Gateway's stage."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open, visitor
from tests.browser.site import Site
from tests.browser.views import KINGDOM, VIEWS, View, expect_drawn
from tests.clients.gateway import STAGE, Gateway
from tests.edge.nginx import Nginx


@pytest.fixture(scope="module")
def stage(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    if not shutil.which("nginx"):
        pytest.skip("no nginx found: apt-get install nginx-light")
    folder: Path = tmp_path_factory.mktemp("cache")
    with Nginx(folder, site.port, clock=False) as nginx, Gateway(nginx.port) as started:
        yield started


@pytest.fixture
def visit(stage: Gateway, chromium: Browser) -> Iterator[Open]:
    yield from visitor(chromium, f"http://localhost:{stage.server_port}{STAGE}/")


@pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])
def test_each_view_opens_below_a_path(visit: Open, site: Site, stage: Gateway, view: View) -> None:
    watched = visit()
    page = watched.open(view.query)
    expect_drawn(page, site, view)
    assert all(STAGE in address for address in watched.requests)


def test_links_stay_below_the_path(visit: Open) -> None:
    watched = visit()
    page = watched.open(KINGDOM)
    with watched.redrawn():
        page.locator("#views a").nth(1).click()
    with watched.redrawn():
        page.locator("main tbody th[scope=row] a").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.url.startswith(watched.url)
    for link in page.locator("a[href]").all():
        address = link.evaluate("(el) => el.href")
        assert address.startswith(watched.url), address


def test_the_second_visitor_costs_the_api_nothing(visit: Open, stage: Gateway) -> None:
    visit().open(KINGDOM)
    second = visit()
    caches: list[str] = []
    second.page.on("response", lambda answer: caches.append(answer.header_value("x-cache") or ""))
    second.open(KINGDOM)
    assert {*caches} <= {"HIT"}, caches
