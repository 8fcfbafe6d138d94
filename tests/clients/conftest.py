"""The running API behind a gateway, and its document."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.browser.site import Site
from tests.clients.gateway import Gateway

UNLISTED = 78
"""A kingdom with boards that no catalog lists: whoever asks for it is told to come again."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here starts processes by the dozen."""
    for item in items:
        if "tests/clients/" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`make run`, with a kingdom more whose catalog is missing."""
    with Site(tmp_path_factory.mktemp("api")) as site:
        boards = site.lake / "boards" / "source=rok_players"
        shutil.copytree(boards / "kingdom=77", boards / f"kingdom={UNLISTED}")
        yield site


@pytest.fixture(scope="module")
def gateway(running: Site) -> Iterator[Gateway]:
    """The gateway in front of it."""
    with Gateway(running.port) as started:
        yield started


@pytest.fixture(scope="session")
def document(running: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document as the API answers it, in a file."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    opener = build_opener(ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{running.port}/openapi.json", timeout=30) as response:
        path.write_text(json.dumps(json.load(response)), "utf-8")
    return path
