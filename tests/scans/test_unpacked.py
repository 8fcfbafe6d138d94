"""Gzip: what is unpacked, what is refused, and how much work a file can make."""

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.scans import unpacked
from chalicelib.scans.unpacked import MAX_MEMBERS, Unpacked
from chalicelib.scans.unreadable import UnreadableError
from tests.ingest.support import patched

TEXT = b"ID,Name,Power\n" + b"".join(b"%d,Ana %d,%d\n" % (n, n, n * 7) for n in range(40_000))
PACKED = gzip.compress(TEXT)
EMPTY = gzip.compress(b"", mtime=0)


def content(packed: bytes, size: int = 1 << 20, limit: int = 10**9) -> bytes:
    source = Unpacked(io.BytesIO(packed), limit)
    pieces = []
    while piece := source.read(size):
        assert size < 0 or len(piece) <= size
        pieces.append(piece)
    assert source.read(size) == b""
    return b"".join(pieces)


def members(text: bytes, size: int) -> bytes:
    cuts = range(0, len(text), size)
    return b"".join(gzip.compress(text[at : at + size], mtime=0) for at in cuts)


@pytest.mark.parametrize("size", [-1, 1000, 1 << 20])
@pytest.mark.parametrize(
    "packed",
    [
        lambda: PACKED,
        lambda: gzip.compress(TEXT, compresslevel=0),
        lambda: members(TEXT, 65_536),
        lambda: members(TEXT, 7_001) + b"\0" * 200_000,
        lambda: EMPTY * 50 + PACKED + b"\0" + EMPTY,
    ],
    ids=["one", "stored", "blocks", "filled up", "empty ones"],
)
def test_it_gives_what_gzip_itself_gives(packed: Callable[[], bytes], size: int) -> None:
    data = packed()
    assert gzip.decompress(data) == TEXT
    assert content(data, size) == TEXT


def test_a_member_may_begin_anywhere_in_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT[:3000]
    packed = members(text, 10) + b"\0" * 9
    for block in (1, 2, 3, 17, len(packed)):
        monkeypatch.setattr(unpacked, "_BLOCK", block)
        assert content(packed) == text


def test_nothing_holds_nothing() -> None:
    assert content(b"") == b""
    assert content(EMPTY) == b""


@pytest.mark.parametrize(
    "packed",
    [
        PACKED[:-1],
        PACKED[:5000],
        PACKED[:-8] + b"\0" * 8,
        PACKED + b"more",
        PACKED + b"\x1f",
        b"\x1f",
        b"\x1f\x8b",
        b"\0" * 100 + EMPTY,
        zlib.compress(TEXT),
    ],
    ids=["cut", "half", "checksum", "tail", "magic", "m", "head", "zeros", "zlib"],
)
def test_what_is_broken_is_refused_as_gzip_itself_does(packed: bytes) -> None:
    with pytest.raises((EOFError, OSError, zlib.error)):
        gzip.decompress(packed)
    with pytest.raises(UnreadableError, match=r"The gzip file is broken or cut off \(.+\)\.$"):
        content(packed)


@pytest.mark.parametrize(
    "text",
    [
        b"ID,Name\n",
        b"I",
        "\ufeffID,Name".encode(),
        "아이디,이름".encode() * 9,
        "ID".encode("utf-16"),
    ],
    ids=["ascii", "one", "bom", "korean", "utf-16"],
)
def test_a_text_is_told_to_drop_gz_from_its_name(text: bytes) -> None:
    with pytest.raises(UnreadableError, match="not compressed") as refused:
        content(text)
    assert refused.value.finding.code == "bad_encoding"
    assert "Take .gz off" in refused.value.finding.hint


def test_it_unpacks_no_more_than_the_limit() -> None:
    assert content(PACKED, limit=len(TEXT)) == TEXT
    for packed in (PACKED, members(TEXT, 9000)):
        with pytest.raises(UnreadableError) as refused:
            content(packed, limit=len(TEXT) - 1)
        assert refused.value.finding.code == "too_large"


def test_members_are_limited_so_that_no_file_makes_more_work_than_its_bytes() -> None:
    calls: Counter[str] = Counter()
    real = zlib.decompressobj

    def counted(*arguments: Any) -> Any:
        calls["members"] += 1
        return real(*arguments)

    with patched((zlib, "decompressobj", counted)):
        assert content(EMPTY * MAX_MEMBERS) == b""
        assert calls["members"] == MAX_MEMBERS
        with pytest.raises(UnreadableError, match="more than 20,000 gzip files in a row") as found:
            content(EMPTY * (MAX_MEMBERS * 10))
    assert calls["members"] == 2 * MAX_MEMBERS
    assert found.value.finding.code == "bad_encoding"
