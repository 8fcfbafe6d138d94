"""Fixtures of the stores' own tests."""

import os
import threading
from collections.abc import Callable, Iterator

import pytest

from chalicelib.lake.s3.store import S3Store
from tests.lake.s3.fake_s3 import FakeS3, store_at


@pytest.fixture(autouse=True)
def real_disk(sync: Callable[[int], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is on the disk, as users have it."""
    monkeypatch.setattr(os, "fsync", sync)


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with FakeS3() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def failing(fake: FakeS3) -> S3Store:
    """A store at the fake endpoint whose client tries once."""
    return store_at(fake)
