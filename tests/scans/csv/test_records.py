"""Records that are asked for by number are those that a reading from the start has there."""

import io
from collections.abc import Iterable
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.csv import records as csv_records
from chalicelib.scans.csv.records import Record, UnclosedQuoteError, records, records_at

PARTS = st.sampled_from(["a", ",", "\n", "\r\n", "\r", '"', "5", "雪", 'x,"y\nz"\n', "1,2\n"])
TEXTS = st.lists(PARTS, max_size=40).map(lambda parts: "".join(parts).encode())


def taken(found: Iterable[tuple[int, Record]]) -> tuple[list[tuple[int, Record]], bool]:
    """What comes, and whether the text then ends inside quotes."""
    got: list[tuple[int, Record]] = []
    try:
        got.extend(found)
    except UnclosedQuoteError:
        return got, True
    return got, False


@given(text=TEXTS, piece=st.integers(1, 30), numbers=st.sets(st.integers(1, 20)))
def test_records_by_number_are_those_of_a_reading_from_the_start(
    text: bytes, piece: int, numbers: set[int]
) -> None:
    everything, unclosed = taken(enumerate(records(io.BytesIO(text), ",", 7), 1))
    with patch.object(csv_records, "_PIECE", piece):
        got, ended = taken(records_at(io.BytesIO(text), ",", sorted(numbers), 7))
    assert got == [one for one in everything if one[0] in numbers]
    # Nothing is read behind the last one.
    found_all = {number for number, _ in got} == numbers
    assert ended == (unclosed and not found_all)


def test_the_text_behind_the_last_number_is_not_read() -> None:
    source = io.BytesIO(b"1,2\n" * 500_000)
    assert [number for number, _ in records_at(source, ",", [1, 9])] == [1, 9]
    assert source.tell() < 500_000
