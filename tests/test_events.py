import math
from typing import Any
from urllib.parse import quote_plus

import pytest
from chalice.local import LambdaContext
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.events import SweepEvent, UploadEvent


def record(key: Any) -> dict[str, Any]:
    return {"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}, "object": {"key": key}}}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_key_is_decoded_exactly_once(key: str) -> None:
    encoded = quote_plus(key, safe="/")
    assert UploadEvent({"Records": [record(encoded)]}, None).keys == [key]


def test_every_record_counts() -> None:
    event = UploadEvent({"Records": [record("inbox/a"), record("inbox/b%2520c+d")]}, None)
    assert event.keys == ["inbox/a", "inbox/b%20c d"]


def test_keys_are_those_of_the_lake() -> None:
    event = UploadEvent({"Records": [record("x/inbox/a"), record("inbox/b")]}, None)
    assert event.keys_below("x/") == ["inbox/a"]
    assert event.keys_below("") == ["x/inbox/a", "inbox/b"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        [],
        "text",
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"},
        {"Records": None},
        {"Records": []},
        {"Records": [None, {}, {"s3": None}, {"s3": {"object": {}}}, {"Sns": {}}, record(7)]},
        {"Records": [record("")]},
        {"source": "aws.events", "detail-type": "Scheduled Event"},
    ],
)
def test_an_event_that_tells_of_no_upload_has_no_keys(event: Any) -> None:
    assert UploadEvent(event, None).keys == []


class TestSecondsLeft:
    """The budget of the sweep: what Lambda says, each time it is asked."""

    def test_it_is_what_the_context_says_now(self) -> None:
        left = iter([300_000, 12_345])

        class Context:
            def get_remaining_time_in_millis(self) -> int:
                return next(left)

        context: Any = Context()
        event = SweepEvent({}, context)
        assert (event.seconds_left(), event.seconds_left()) == (300.0, 12.345)

    def test_without_a_limit_it_is_infinite(self) -> None:
        assert SweepEvent({}, None).seconds_left() == math.inf
        # Chalice's test client pretends 3 s, whatever the function is given.
        pretended: Any = LambdaContext("sweep_inbox", 1024)
        assert SweepEvent({}, pretended).seconds_left() == math.inf
