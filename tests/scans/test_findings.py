"""Findings (contract, section 5): the first 1,000 in file order, and the count of all."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans import findings
from chalicelib.scans.batch import RowLocation
from chalicelib.scans.findings import (
    MAX_LISTED,
    MAX_VALUE_LENGTH,
    ErrorCode,
    Finding,
    FindingList,
    WarningCode,
    shorten,
)
from tests.ingest.support import patched

CODES = (
    "bad_key future_date unsupported_format too_large empty_file bad_encoding bad_json "
    "bad_workbook missing_column duplicate_column ragged_row missing_value bad_number bad_text "
    "out_of_range wrong_type duplicate_id other_kingdom several_scans"
)
WARNINGS = (
    "unknown_value ignored_column kill_points_mismatch skipped_lines damaged_names other_kingdom"
)


def finding(row: int | None, position: int = 0, **other: object) -> Finding:
    return Finding("bad_number", "It is wrong.", "Fix it.", row, position, **other)  # type: ignore[arg-type]


places = st.tuples(st.none() | st.integers(1, 9), st.integers(-1, 3))


def test_the_codes_are_the_contract_s() -> None:
    assert " ".join(get_args(ErrorCode)) == CODES
    assert " ".join(get_args(WarningCode)) == WARNINGS


def test_a_finding_has_the_contract_s_shape() -> None:
    shown = finding(17, column="deaths", value="x", line=19).as_json()
    assert list(shown.items()) == [
        ("row", 17),
        ("line", 19),
        ("column", "deaths"),
        ("value", "x"),
        ("code", "bad_number"),
        ("message", "It is wrong."),
        ("hint", "Fix it."),
    ]


class TestList:
    @given(st.lists(st.lists(places, max_size=8), max_size=6), st.integers(1, 12))
    def test_whatever_the_batches_the_first_in_file_order_are_listed_and_all_are_counted(
        self, batches: list[list[tuple[int | None, int]]], most: int
    ) -> None:
        every = [finding(*place) for batch in batches for place in batch]
        with patched((findings, "MAX_LISTED", most)):
            found = FindingList()
            for batch in batches:
                found.add([finding(*place) for place in batch])
            assert found.room == max(0, most - len(every))
        assert found.count == len(every)
        assert found.listed == sorted(every, key=lambda one: (one.row or 0, one.position))[:most]

    def test_a_thousand_are_listed_and_those_that_were_only_counted_count(self) -> None:
        found = FindingList()
        found.add([finding(row) for row in range(2, 1502)], count=1_000_000)
        found.add([finding(1)])
        assert (found.count, found.room, MAX_LISTED) == (1_000_001, 0, 1000)
        assert [one.row for one in found.listed] == [*range(1, 1001)]

    def test_findings_of_one_place_stay_in_the_order_they_came(self) -> None:
        found = FindingList()
        found.add([finding(1, value="a"), finding(1, value="b")])
        found.add([finding(1, value="c")])
        assert [one.value for one in found.listed] == ["a", "b", "c"]

    def test_what_concerns_the_whole_file_comes_first(self) -> None:
        found = FindingList()
        found.add([finding(1, -1), finding(None, 5)])
        assert [one.row for one in found.listed] == [None, 1]

    def test_a_summary_comes_after_the_whole_file_and_before_its_cells_and_is_not_counted(
        self,
    ) -> None:
        found = FindingList()
        found.add([finding(row, 4) for row in range(1, 1400)])
        found.summarise([finding(None, 4, value="all")])
        found.add([finding(None, value="file")])
        assert [(one.row, one.value) for one in found.listed[:3]] == [
            (None, "file"),
            (None, "all"),
            (1, None),
        ]
        assert (found.count, found.room, len(found.listed)) == (1400, 0, MAX_LISTED + 1)

    def test_another_list_is_added_with_its_summaries_and_its_count(self) -> None:
        found, other = FindingList(), FindingList()
        found.add([finding(1, value="mine")])
        other.add([finding(2)], count=30)
        other.summarise([finding(None, 3)])
        found.extend(other)
        assert [one.row for one in found.listed] == [None, 1, 2]
        assert found.count == 31


class TestLocate:
    def test_a_row_gets_its_line_and_one_that_is_known_stays(self) -> None:
        found = FindingList()
        found.add([finding(None), finding(1, value="x"), finding(2, line=7), finding(3)])
        found.locate({1: RowLocation(4, "id 1"), 2: RowLocation(5, "id 2")})
        assert [one.line for one in found.listed] == [None, 4, 7, None]
        assert [one.value for one in found.listed] == [None, "x", None, None]

    def test_a_repeated_id_is_shown_as_it_is_written(self) -> None:
        found = FindingList()
        found.add([Finding("duplicate_id", "It is there.", "Delete it.", 2, 0, "id")])
        found.locate({2: RowLocation(3, " 1,000 ")})
        assert (found.listed[0].line, found.listed[0].value) == (3, " 1,000 ")


class TestShorten:
    @pytest.mark.parametrize("length", [0, 1, MAX_VALUE_LENGTH - 1, MAX_VALUE_LENGTH])
    def test_a_value_of_up_to_100_characters_is_shown_whole(self, length: int) -> None:
        assert shorten("龍" * length) == "龍" * length

    def test_a_longer_one_is_cut_and_shows_it(self) -> None:
        assert shorten("x" * 101) == "x" * 99 + "…"

    def test_no_value_stays_none(self) -> None:
        assert shorten(None) is None

    @given(st.text(st.characters(exclude_categories=[]), max_size=200))
    def test_whatever_it_is_it_can_be_written_as_utf_8(self, value: str) -> None:
        shown = shorten(value) or ""
        assert shown.encode().decode() == shown
        assert finding(1, value=value).as_json()["value"] == shown

    def test_half_of_a_pair_is_shown_as_its_escape(self) -> None:
        assert shorten("a\ud83dz") == r"a\ud83dz"
