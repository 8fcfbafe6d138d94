"""The API over a lake in a directory, answered by each engine."""

from pathlib import Path

import pytest

from tests.api.support import Api


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The API over the lake of `directory_store`, answered by the default engine."""
    monkeypatch.setenv("LAKE_URI", f"file:{tmp_path / 'lake'}")
    monkeypatch.delenv("QUERY_ENGINE", raising=False)
    return Api(tmp_path)


@pytest.fixture(params=["arrow", "boards"])
def engine_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, api: Api) -> str:
    """Lets the API answer by this engine."""
    name = str(request.param)
    monkeypatch.setenv("QUERY_ENGINE", name)
    return name
