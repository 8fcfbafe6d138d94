"""A kingdom's item says what it was told, and damage is told."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.snapshots_document import Line, encode
from chalicelib.errors import CatalogError, StoreError
from chalicelib.items.keys import kingdom_key, roster_part, snapshot_part
from chalicelib.items.kingdom import (
    KingdomItem,
    content_of_kingdom,
    decode_kingdom,
    encode_kingdom,
    kingdom_item,
    named_parts,
)
from tests.catalog.support import catalog_bytes, days, lines
from tests.engines.support import facts

SAID = KingdomItem(51, "0123456789abcdef", catalog_bytes(2))
times = st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3)


@given(st.none() | st.text(max_size=9), st.integers(0, 3), times, times)
def test_it_reads_as_it_was_written_whatever_order_it_was_told_in(
    roster: str | None, count: int, superseded: dict[str, str], dropping: dict[str, str]
) -> None:
    said = KingdomItem(51, roster, catalog_bytes(count), superseded, dropping)
    body = encode_kingdom(said)
    assert decode_kingdom(body, 51) == said
    backwards = dict(reversed(superseded.items())), dict(reversed(dropping.items()))
    assert encode_kingdom(KingdomItem(51, roster, said.snapshots, *backwards)) == body


def test_its_facts_are_its_revision_and_the_newest_date() -> None:
    item = kingdom_item(SAID, "a revision")
    assert item.key == kingdom_key(51)
    assert item.facts == {"revision": "a revision", "latest": f"{days(1)[0]}"}
    withdrawn = encode(51, {days(1)[0]: Line(None, "etag")})
    assert kingdom_item(KingdomItem(51, None, withdrawn), "x").facts["latest"] == ""


def test_it_names_its_snapshots_by_date_and_version_and_its_roster() -> None:
    snapshots = {snapshot_part(day, facts(3, day).version) for day in days(2)}
    assert named_parts(SAID) == {*snapshots, roster_part("0123456789abcdef")}
    assert named_parts(SAID._replace(roster=None)) == snapshots
    assert named_parts(KingdomItem(51, None, encode(51, {}))) == set()


def test_what_is_compared_leaves_out_what_is_superseded_and_the_sources() -> None:
    content = content_of_kingdom(encode_kingdom(SAID))
    marked = SAID._replace(superseded={"a": "b"}, dropping={"c": "d"})
    others = {day: line._replace(source="another") for day, line in lines(2).items()}
    same = marked._replace(snapshots=encode(51, others))
    assert content_of_kingdom(encode_kingdom(same)) == content
    for other in (
        SAID._replace(roster=None),
        SAID._replace(roster="another"),
        SAID._replace(snapshots=catalog_bytes(1)),
    ):
        assert content_of_kingdom(encode_kingdom(other)) != content
    assert content_of_kingdom(b"damaged") == b"damaged"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"1",
        b"{",
        b'{"roster":1,"superseded":{},"dropping":{}}',
        b'{"roster":null,"superseded":{}}',
        b'{"roster":null,"superseded":[],"dropping":{}}',
        b'{"roster":null,"superseded":{},"dropping":{"a":1}}',
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_a_line_that_nobody_wrote_is_damage(line: bytes) -> None:
    with pytest.raises(CatalogError, match=r"kingdom 51 is damaged.* --engine dynamodb"):
        decode_kingdom(zlib.compress(line + b"\n" + SAID.snapshots), 51)


def test_no_byte_can_be_lost_or_changed_unseen() -> None:
    body = encode_kingdom(SAID)
    for at in range(0, len(body), 7):
        for damaged in (body[:at], body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], body + b"x"):
            with pytest.raises(CatalogError):
                decode_kingdom(damaged, 51)
    with pytest.raises(CatalogError):
        decode_kingdom(zlib.compress(json.dumps({"roster": None}).encode()), 51)


def test_two_years_of_weekly_scans_are_a_small_item() -> None:
    # A consistent read is a unit for each 4 KB.
    assert len(encode_kingdom(KingdomItem(51, "0123456789abcdef", catalog_bytes(104)))) < 20_000


def test_more_snapshots_than_an_item_holds_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.items.kingdom._MOST_BYTES", 1000)
    with pytest.raises(StoreError, match="kingdom 51 has more snapshots"):
        kingdom_item(SAID._replace(snapshots=catalog_bytes(53)), "a revision")
