"""Fixtures of the stores' own tests."""

import threading
from collections.abc import Iterator

import pytest

from chalicelib.lake.s3.store import S3Store
from tests.lake.s3.fake_s3 import FakeS3, store_at


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
