"""Moments in answers of AWS: read fast, and as botocore reads them."""

from typing import Any

import pytest
from botocore.utils import parse_timestamp as botocore_parse

from chalicelib.lake.aws import parse_timestamp


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-26T15:30:12.000Z",
        "2026-01-26T15:30:12.123Z",
        "2026-01-26T15:30:12Z",
        "2026-01-26T15:30:12+02:00",
        "Mon, 26 Jan 2026 15:30:12 GMT",
        "20260126T153012Z",
        1769441412,
        1769441412.5,
        "1769441412",
    ],
)
def test_they_are_what_botocore_reads(value: Any) -> None:
    assert parse_timestamp(value) == botocore_parse(value)
    assert parse_timestamp(value).tzinfo is not None


@pytest.mark.parametrize("value", ["Z", "nonsense Z", "", None, "2026-99-26T15:30:12.000Z"])
def test_what_is_none_is_refused_as_botocore_refuses_it(value: Any) -> None:
    with pytest.raises(ValueError, match=r"Invalid timestamp|time data") as ours:
        parse_timestamp(value)
    with pytest.raises(type(ours.value)):
        botocore_parse(value)
