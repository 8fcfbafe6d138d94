"""Real processes, killed and racing: a short run of what `make torture-processes` does."""

from pathlib import Path

import pytest

from chalicelib.lake.open import open_store
from tests.ingest.races import atomic_moto
from tests.torture.processes import check, kill_and_sweep, lay, race

pytestmark = pytest.mark.slow


@pytest.fixture(params=["directory", pytest.param("s3", marks=pytest.mark.long)])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "directory":
        return f"file:{tmp_path / 'lake'}"
    return f"s3://{request.getfixturevalue('s3_bucket')}"


@pytest.fixture
def size(uri: str) -> int:
    """How many uploads: fewer where each call of the store is one of HTTP."""
    return 40 if uri.startswith("file:") else 12


def test_processes_that_are_killed_lose_nothing_and_a_sweep_completes_what_they_began(
    uri: str, size: int
) -> None:
    uploads = lay(open_store(uri), size, seed=1)
    assert len(check(uri, uploads)) > size
    with atomic_moto():
        assert kill_and_sweep(uri, uploads, rounds=2, seed=1) == []


def test_processes_that_ingest_the_same_uploads_at_once_publish_nothing_twice(
    uri: str, size: int
) -> None:
    uploads = lay(open_store(uri), size, seed=2)
    with atomic_moto():
        assert race(uri, uploads, processes=4) == []
