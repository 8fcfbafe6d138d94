"""The lake's catalog."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.kingdoms_document import KingdomLine, decode, decode_lines, encode
from chalicelib.catalog.sources_tail import content_of
from chalicelib.errors import CatalogError

LINES = {
    1024: KingdomLine(date(2026, 1, 3), "c"),
    9: KingdomLine(date(2026, 1, 1), "a"),
    51: KingdomLine(date(2026, 1, 12), "b"),
    52: KingdomLine(None, "d"),
}
BODY = encode(LINES)


def test_it_is_json_in_order_of_the_kingdoms_numbers() -> None:
    whole = json.loads(BODY)
    assert whole["kingdoms"] == [
        {"kingdom": 9, "latest": "2026-01-01"},
        {"kingdom": 51, "latest": "2026-01-12"},
        {"kingdom": 1024, "latest": "2026-01-03"},
    ]
    assert whole["sources"] == {"9": "a", "51": "b", "52": "d", "1024": "c"}


def test_a_kingdom_without_a_snapshot_is_noted_and_not_listed() -> None:
    assert list(decode(BODY).latest) == [9, 51, 1024]
    assert decode_lines(BODY) == LINES


def test_its_version_changes_with_what_it_says_and_with_nothing_else() -> None:
    other = LINES | {9: KingdomLine(date(2026, 1, 1), "another etag")}
    assert decode(encode(other)).version == decode(BODY).version
    later = LINES | {9: KingdomLine(date(2026, 1, 8), "a")}
    assert decode(encode(later)).version != decode(BODY).version


def test_a_lake_without_kingdoms_is_a_catalog_too() -> None:
    assert decode(encode({})).latest == {}


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_told_or_changes_nothing_that_is_said(at: int, bit: int) -> None:
    body = bytearray(BODY)
    body[at] ^= 1 << bit
    assert content_of(bytes(body)) != content_of(BODY)
    try:
        assert decode(bytes(body)) == decode(BODY)
    except CatalogError:
        assert decode_lines(bytes(body)) == {}
    else:
        assert decode_lines(bytes(body)) in ({}, LINES)


@pytest.mark.parametrize("body", [b"", b"{}", b"null\n", b"\xff\xfe\n", b"[" * 100_000, BODY[:99]])
def test_other_bytes_are_told_apart_from_a_catalog(body: bytes) -> None:
    with pytest.raises(CatalogError, match="the catalog of kingdoms is damaged: rebuild it"):
        decode(body)
    assert decode_lines(body) == {}
