"""The transcript in README.md is what an upload says."""

import pytest

from tools.transcript_doc import DOC, with_transcript

pytestmark = pytest.mark.slow


def test_the_transcript_is_up_to_date() -> None:
    text = DOC.read_text("utf-8")
    assert with_transcript(text) == text, "run `make transcript`"
