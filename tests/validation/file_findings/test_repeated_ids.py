"""Ids that are in a file more than once: each is found, in whatever parts they are sorted."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.batch import SkippedRows, WholeRow
from chalicelib.scans.csv import reader as read_csv
from chalicelib.validation.file_findings import repeated_ids
from chalicelib.validation.file_findings.repeated_ids import (
    RepeatedIds,
    Repetition,
    explain_repetitions,
)
from tests.ingest.support import SLOW, patched, read

HEADER = "ID,Name,Power,Note\n"


@pytest.mark.slow
@SLOW
@given(
    st.lists(st.integers(1, 40) | st.just(2**53 - 1), min_size=1, max_size=60),
    st.sampled_from([1, 2, 3, 7, 1 << 20]),
)
def test_every_id_that_is_there_again_is_told_with_its_first_row(ids: list[int], most: int) -> None:
    scan = "ID,Name,Power\n" + "".join(f"{one},x,5\n" for one in ids)
    with patched((repeated_ids, "_SORTED_AT_ONCE", most), (read_csv, "BLOCK", 64)):
        report, _ = read(scan.encode())
    again = [(row, one) for row, one in enumerate(ids, 1) if ids.index(one) + 1 != row]
    assert [(error["row"], error["value"]) for error in report["errors"]] == [
        (row, str(one)) for row, one in again
    ]
    assert all(
        f"row {ids.index(one) + 1} already" in error["message"]
        for (_, one), error in zip(again, report["errors"], strict=True)
    )
    assert report["error_count"] == sum(Counter(ids).values()) - len(set(ids))


def test_rows_that_are_the_same_are_told_from_rows_that_differ() -> None:
    rows = "7,Ana,5,x\n8,Bo,6,\n7,Ana,5,x\n8,Bo,6,new\n7,Ana,50,x\n"
    report, _ = read((HEADER + rows).encode())
    assert [(error["row"], error["message"]) for error in report["errors"]] == [
        (3, "The id 7 is in row 1 already, and the two rows are the same in every cell."),
        (4, 'The id 8 is in row 2 already, and the two rows differ: "Note" is empty there and '
            "'new' here."),
        (5, "The id 7 is in row 1 already, and the two rows differ: \"Power\" is '5' there and "
            "'50' here."),
    ]  # fmt: skip
    assert ["nothing is lost" in error["hint"] for error in report["errors"]] == [
        True,
        False,
        False,
    ]


def test_of_rows_that_are_too_long_to_be_kept_it_is_not_told_how_they_differ() -> None:
    rows = [WholeRow(row, row + 1, ("7", "x" * 50)) for row in (1, 2)]
    with patched((repeated_ids, "_ROOM", 100)):
        (finding,) = explain_repetitions([Repetition(7, 2, 1)], rows, ("ID", "Name"), 0)
    assert finding.message == "The id 7 is in row 1 already."


@pytest.mark.slow
@SLOW
@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 9) | st.none(), st.integers(0, 3)), max_size=6),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1, 2, 5, 1 << 20]),
)
def test_pairs_of_an_id_and_a_key_are_compared_whatever_the_batches(
    batches: list[list[tuple[int | None, int]]], most: int
) -> None:
    with patched((repeated_ids, "_SORTED_AT_ONCE", most)):
        found = RepeatedIds(SkippedRows())
        for batch in batches:
            found.add(pa.array([one for one, _ in batch], pa.int64()))
        found.find()
        pairs = [pair for batch in batches for pair in batch if pair[0] is not None]
        keys = pa.array([key for _, key in pairs], pa.int32())
        assert found.are_unique_with(keys) == (len(set(pairs)) == len(pairs))
    every = [one for batch in batches for one, _ in batch]
    assert list(found.rows()) == [row for row, one in enumerate(every, 1) if one is not None]


def test_rows_that_differ_in_spaces_only_are_told_so() -> None:
    report, _ = read(f"{HEADER}1,Ana,5,\n1, Ana,5,\n".encode())
    (error,) = report["errors"]
    assert "cannot be seen" in error["message"]
    assert "'Ana' in both" in error["message"]
    assert "repair" not in report
