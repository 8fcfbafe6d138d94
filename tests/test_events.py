import json
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


@pytest.mark.parametrize(
    ("event", "shapes"),
    [
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}, []),
        ({"Records": [record("inbox/a")]}, []),
        ({"Records": []}, []),
        ({}, ["{}"]),
        (None, ["null"]),
        ("no JSON", ["text"]),
        ({"Records": None}, ["{Records: null}"]),
        ({"Records": [record("inbox/a"), {"Sns": {"Message": "hello"}}]}, ["text"]),
        ({"Records": [{"body": "[1]"}]}, ["a number, true or false"]),
        (
            {"source": "aws.events", "detail": {"a": [{"b": {"c": 1}}]}},
            ["{source: text, detail: {a: [{b: {…}}]}}"],
        ),
        ({"my secret": 1, "x" * 40: "y"}, ["{…: a number, true or false, …: text}"]),
        ({f"a{n}": None for n in range(99)}, None),
    ],
)
def test_what_is_not_understood_is_told_by_its_shape(event: Any, shapes: list[str] | None) -> None:
    told = UploadEvent(event, None).not_understood
    assert shapes is None or told == shapes
    assert all(len(one) < 2000 for one in told)


def wrapped_in_sns(event: Any) -> Any:
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(event)}}]}


def wrapped_in_sqs(event: Any) -> Any:
    return {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(event)}]}


def told_by_sns(event: Any) -> Any:
    return {"Type": "Notification", "TopicArn": "arn:x", "Message": json.dumps(event)}


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=3),
    st.sampled_from(
        [
            [],
            [wrapped_in_sns],
            [wrapped_in_sqs],
            [told_by_sns, wrapped_in_sqs],
            [wrapped_in_sqs, wrapped_in_sns],
        ]
    ),
)
def test_a_wrapped_event_has_the_keys_of_the_event(keys: list[str], wrappers: list[Any]) -> None:
    event: Any = {"Records": [record(quote_plus(key, safe="/")) for key in keys]}
    for wrap in wrappers:
        event = wrap(event)
    found = UploadEvent(event, None)
    assert (found.keys, found.not_understood) == (keys, [])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_any_event_is_read_or_told_by_its_shape(event: Any) -> None:
    for one in (event, {"Records": [event]}, {"Records": [{"body": json.dumps(event)}]}):
        found = UploadEvent(one, None)
        assert found.keys == [] or not found.not_understood


def test_an_event_wrapped_without_end_is_not_followed() -> None:
    event: Any = {"Records": [record("inbox/a")]}
    for _ in range(6):  # each doubles the backslashes of those within
        event = wrapped_in_sqs(event)
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
