"""What is packed comes back; damage is told, and names the item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import StoreError
from chalicelib.items.packing import pack, unpack
from chalicelib.lake.dynamodb.table import Item, ItemKey

KEY = ItemKey("51#2026-01-26#0123456789abcdef", "dkp#0000")
CONTENT = b'[null,null,null,0,0,0,1],\n[1,0,0,0],"players":[\n[1,"\xe9\x9b\xaa"]\n]}'
PACKED = bytes.fromhex("2ab84cf6728d850a8b262269a1ead0517a397b95522c303201")


@given(st.binary(max_size=300))
def test_what_is_packed_comes_back(content: bytes) -> None:
    assert unpack(Item(KEY, pack(content))) == content


def test_what_was_packed_by_the_first_version_is_read_for_ever() -> None:
    """Its words are a part of the form: other words could not read what is in the table."""
    assert unpack(Item(KEY, PACKED)) == CONTENT


@given(at=st.integers(0, len(PACKED) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_told(at: int, bit: int) -> None:
    body = bytearray(PACKED)
    body[at] ^= 1 << bit
    with pytest.raises(StoreError, match=r"51#2026-01-26#0123456789abcdef dkp#0000 .* rebuild"):
        unpack(Item(KEY, bytes(body)))


@given(size=st.integers(0, len(PACKED) - 1))
def test_a_body_that_was_cut_short_or_has_more_is_told(size: int) -> None:
    for body in (PACKED[:size], PACKED + PACKED[: size + 1]):
        with pytest.raises(StoreError, match="is damaged"):
            unpack(Item(KEY, body))
