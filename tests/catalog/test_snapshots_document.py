"""A kingdom's catalog: what is read of it, and damage that makes nothing else unreadable."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.entries import CatalogEntry
from chalicelib.catalog.snapshots_document import (
    NEWEST_BYTES,
    SnapshotsDocument,
    encode,
    encode_line,
)
from chalicelib.catalog.sources_tail import content_of
from chalicelib.config import WEIGHABLE
from chalicelib.errors import CatalogError
from tests.catalog.support import KNOWN, catalog_bytes, days, lines
from tests.engines.support import DAY, facts

BODY = catalog_bytes(5)


def entry(at: int) -> CatalogEntry:
    snapshot = facts(3, days(at + 1)[at])
    return CatalogEntry(snapshot, snapshot.version, KNOWN)


def test_it_is_json_with_the_newest_snapshot_first_in_the_api_s_words() -> None:
    whole = json.loads(BODY)
    assert (whole["kingdom"], whole["count"]) == (51, 5)
    assert [row["snapshot_date"] for row in whole["snapshots"]] == [str(day) for day in days(5)]
    newest = facts(3)
    row = whole["snapshots"][0]
    assert row["run_id"] == newest.run_id
    assert row["version"] == newest.version
    assert (row["players"], row["ingested_at"]) == (3, newest.ingested_at)
    assert (row["known"], row["dkp"]) == (KNOWN, newest.dkp)
    assert whole["sources"] == {str(day): f"etag {day}" for day in days(5)}


@pytest.mark.parametrize("count", [1, 5, 500])
def test_any_snapshot_is_found_by_its_date(count: int) -> None:
    document = SnapshotsDocument(catalog_bytes(count), 51)
    assert document.newest() == entry(0)
    assert document.find(days(count)[-1]) == entry(count - 1)
    assert document.find(DAY.replace(year=2031)) is None
    assert document.entries() == [entry(at) for at in range(count)]


def test_the_newest_is_found_in_the_beginning_alone() -> None:
    assert SnapshotsDocument(catalog_bytes(500)[:NEWEST_BYTES], 51).newest() == entry(0)


def test_the_longest_line_has_room_in_the_beginning() -> None:
    weights = dict.fromkeys(WEIGHABLE, 1_000_000)
    dkp = {"basis": "formula", "weights": weights}
    line = encode_line(facts(2**53 - 1, kingdom=99_999)._replace(dkp=dkp), KNOWN)
    assert len(line) < NEWEST_BYTES / 2


def test_a_kingdom_without_snapshots_is_a_catalog_too() -> None:
    document = SnapshotsDocument(encode(51, {}), 51)
    assert document.newest() is None
    assert document.find(DAY) is None
    assert document.entries() == []


def test_lines_are_taken_over_with_their_sources() -> None:
    assert SnapshotsDocument(BODY, 51).lines() == lines(5)
    assert encode(51, SnapshotsDocument(BODY, 51).lines()) == BODY
    assert SnapshotsDocument(b"", 51).lines() == {}


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_told_or_changes_nothing_that_is_said(at: int, bit: int) -> None:
    body = bytearray(BODY)
    body[at] ^= 1 << bit
    damaged = SnapshotsDocument(bytes(body), 51)
    told = 0
    for day, expected in zip(days(5), map(entry, range(5)), strict=True):
        try:
            assert damaged.find(day) == expected
        except CatalogError:
            told += 1
    assert told <= 2, "damage makes no line unreadable but its own, or those that it joins"
    in_lines = len(b"{") <= at < len(content_of(BODY))
    assert not in_lines or content_of(bytes(body)) != content_of(BODY)
    taken_over = SnapshotsDocument(bytes(body), 51).lines()
    assert all(line == lines(5)[day] for day, line in taken_over.items())


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_makes_the_object_differ(at: int, bit: int) -> None:
    """So `rebuild --verify` names it, also where only the notes of sources are damaged."""
    body = bytearray(BODY)
    body[at] ^= 1 << bit
    assert content_of(bytes(body)) != content_of(BODY)


@given(size=st.integers(0, len(BODY) - 1))
def test_what_was_cut_off_is_never_taken_for_a_snapshot_that_is_not_there(size: int) -> None:
    damaged = SnapshotsDocument(BODY[:size], 51)
    for day, expected in zip(days(5), map(entry, range(5)), strict=True):
        with suppress(CatalogError):
            assert damaged.find(day) == expected


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"null\n", b"[]\n", b"\xff\xfe\n", b"[" * 100_000, catalog_bytes(2, kingdom=52)],
)
def test_other_bytes_are_told_apart_from_a_catalog(body: bytes) -> None:
    document = SnapshotsDocument(body, 51)
    for look in (document.newest, document.entries, lambda: document.find(DAY)):
        with pytest.raises(CatalogError, match="kingdom 51 is damaged: rebuild it"):
            look()
    assert document.lines() == {} or body.startswith(b'{"kingdom": 52')
