"""Text that is checked while it passes, wherever its pieces are cut."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans import text_stream as module
from chalicelib.scans.text_stream import TextStream, UnreadableError
from tests.ingest.support import SLOW, patched


def opened(data: bytes) -> TextStream:
    return TextStream(lambda: io.BytesIO(data), gzipped=False, max_bytes=len(data))


def all_of(data: bytes) -> bytes:
    stream = opened(data)
    return b"".join(iter(lambda: stream.read(7), b""))


@SLOW
@given(st.text(max_size=40), st.integers(1, 9))
def test_what_is_utf_8_passes_unchanged(text: str, chunk: int) -> None:
    data = b"ID,N" + text.encode()
    with patched((module, "CHUNK", chunk)):
        assert all_of(data) == data


@SLOW
@given(
    st.text(max_size=20), st.binary(min_size=1, max_size=4), st.text(max_size=9), st.integers(1, 9)
)
def test_whether_it_is_utf_8_python_would_say_the_same_and_where(
    before: str, middle: bytes, after: str, chunk: int
) -> None:
    data = b"ID,N" + before.encode() + middle + after.encode()
    with patched((module, "CHUNK", chunk)):
        try:
            data.decode()
        except UnicodeDecodeError as wrong:
            lines = len(
                f"{data[: wrong.start].decode()}.".replace("\r\n", "\n")
                .replace("\r", "\n")
                .split("\n")
            )
            with pytest.raises(UnreadableError) as refused:
                all_of(data)
            assert refused.value.finding.code == "bad_encoding"
            assert refused.value.finding.line == lines
        else:
            assert all_of(data) == data


@SLOW
@given(
    st.text(st.sampled_from("a\r\n雪é"), max_size=30),
    st.integers(1, 9),
    st.sampled_from(["le", "be"]),
)
def test_in_utf_16_too_the_line_of_a_bad_byte_is_told(text: str, chunk: int, order: str) -> None:
    codec = f"utf-16-{order}"
    data = (
        f"\ufeffab{text}".encode(codec)
        + "\ud800".encode(codec, "surrogatepass")
        + "ab".encode(codec)
    )
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    with patched((module, "CHUNK", chunk)), pytest.raises(UnreadableError) as refused:
        all_of(data)
    assert refused.value.finding.line == lines


@pytest.mark.parametrize(
    "data", [b"\xe9\xbb\xc3\n", b"\xff", b"\n\n\xe9,", b"\xef\xbb\xbf\xe9", b"\xff\xfe\x00\xdc"]
)
def test_bad_bytes_at_the_very_start_are_told(data: bytes) -> None:
    with pytest.raises(UnreadableError) as refused:
        all_of(data)
    assert refused.value.finding.code == "bad_encoding"
    assert refused.value.finding.line == 1 + data.count(b"\n", 0, 2)
