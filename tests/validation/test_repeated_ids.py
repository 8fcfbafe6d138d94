"""Ids that are in a file more than once: each is found, in whatever parts they are sorted."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.csv import reader as read_csv
from chalicelib.validation import row_findings
from tests.ingest.support import SLOW, patched, read


@SLOW
@given(
    st.lists(st.integers(1, 40) | st.just(2**53 - 1), min_size=1, max_size=60),
    st.sampled_from([1, 2, 3, 7, 1 << 20]),
)
def test_every_id_that_is_there_again_is_told_with_its_first_row(ids: list[int], most: int) -> None:
    scan = "ID,Name,Power\n" + "".join(f"{one},x,5\n" for one in ids)
    with patched((row_findings, "_SORTED_AT_ONCE", most), (read_csv, "BLOCK", 64)):
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
