"""Nobody waits for real in these tests."""

import pytest

from chalicelib.ingest import verify


@pytest.fixture(autouse=True)
def second_look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verifying looks twice at what may be in progress; here nothing is."""
    monkeypatch.setattr(verify, "SECOND_LOOK", 0)
