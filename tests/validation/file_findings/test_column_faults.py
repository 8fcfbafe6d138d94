"""A column whose every known cell has one fault has one finding that says so first."""

import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.players.headers import map_headers
from chalicelib.scans.batch import Cells
from chalicelib.scans.csv import reader as read_csv
from chalicelib.validation.columns import read_numbers, validate_batch
from chalicelib.validation.derive import plan
from chalicelib.validation.explain import explain_cell
from chalicelib.validation.file_findings import column_faults
from chalicelib.validation.file_findings.column_faults import ColumnFaults
from tests.ingest.support import SLOW, patched, read

HEADER = "ID,Name,Power,Deads"


def scan(*cells: str, header: str = HEADER) -> bytes:
    rows = [f'{row},n,5,"{cell}"' for row, cell in enumerate(cells, 1)]
    return "\n".join([header, *rows, ""]).encode()


def summaries(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The summaries, after a look that they are before all cells and are not counted."""
    found = [one for one in report["errors"] if one["row"] is None]
    assert report["errors"][: len(found)] == found
    assert len(report["errors"]) - len(found) == min(1000, report["error_count"])
    return found


class TestASummary:
    def test_says_how_many_cells_look_like_what_and_what_to_do(self) -> None:
        report, _ = read(scan("many", "", "few", "-", "some"))
        (summary,) = summaries(report)
        cells = [one for one in report["errors"] if one["row"]]
        assert (summary["column"], summary["code"], summary["value"]) == (
            "deaths",
            "bad_number",
            "many",
        )
        assert summary["message"] == (
            "3 cells of deaths look like many: it has something other than digits."
        )
        assert summary["hint"] == cells[0]["hint"]
        assert [one["row"] for one in cells] == [1, 3, 5]
        assert report["error_count"] == 3

    @pytest.mark.parametrize(
        "cells",
        [
            ("many",),
            ("many", "5"),
            ("many", "few", "some", "0"),
            ("many", "1.2E+9"),
            ("-5", "many"),
            ("", "-"),
            ("1.2M", "(10,975)"),
        ],
    )
    def test_needs_two_cells_and_no_cell_without_the_fault(self, cells: tuple[str, ...]) -> None:
        assert summaries(read(scan(*cells))[0]) == []

    def test_there_is_one_for_each_such_column_in_the_file_s_order(self) -> None:
        rows = ["1,n,x,1.2M,8", "2,n,y,3.4M,9", "3,n,z,,many"]
        data = "\n".join(["ID,Name,Deads,Power,Helps", *rows]).encode()
        report, _ = read(data)
        assert [one["column"] for one in summaries(report)] == ["deaths", "power"]

    def test_what_concerns_the_whole_file_is_before_it(self) -> None:
        rows = ["7,2026-07-29,x", "7,2026-07-30,y"]
        report, _ = read("\n".join(["ID,Name,Power", *rows]).encode())
        assert [one["code"] for one in report["errors"]] == [
            "several_scans",
            "bad_number",
            "bad_number",
            "bad_number",
        ]

    def test_a_second_header_is_none_of_its_cells(self) -> None:
        data = scan("many", "few") + f"{HEADER}\n".encode() + b"9,n,5,some\n"
        (summary,) = summaries(read(data)[0])
        assert summary["message"].startswith("3 cells of deaths")


FAULTS: list[tuple[str, list[Any], str]] = [
    ("Power", [-5, -7], "out_of_range"),
    ("Power", [2**53, 2**60], "out_of_range"),
    ("Power", [True, False], "wrong_type"),
    ("Power", [[1], [2, 3]], "wrong_type"),
    ("Power", [1.5, 2.25], "bad_number"),
    ("Power", ["1.2M", "3.4M"], "bad_number"),
    ("Name", [5, 6], "wrong_type"),
    ("Name", ["a\x00", "b\x1f"], "bad_text"),
    ("Name", ["x" * 201, "y" * 300], "bad_text"),
    ("ID", [None, None], "missing_value"),
    ("ID", ["", "-"], "missing_value"),
    ("ID", [0, 0], "out_of_range"),
    ("ID", ["#1", "#2"], "bad_number"),
]


@pytest.mark.parametrize(("column", "cells", "code"), FAULTS, ids=range(len(FAULTS)))
def test_every_fault_of_cells_has_one(column: str, cells: list[Any], code: str) -> None:
    players = [
        {"ID": row, "Name": "n", "Power": 5, "Helps": 1, column: cell}
        for row, cell in enumerate(cells, 1)
    ]
    report, _ = read(json.dumps(players).encode(), "players.json")
    (summary,) = summaries(report)
    assert (summary["column"], summary["code"]) == (column.lower(), code)
    assert summary["message"].startswith("2 cells of ")


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Power", [-5, 2**60]),
        ("Power", [True, "x"]),
        ("Power", [[1], {"a": 1}]),
        ("Power", [1.5, True]),
        ("ID", [None, 0]),
        ("Name", ["x" * 201, "\x00"]),
        ("Name", ["x" * 201, "Ana"]),
        ("Name", [5, "Ana"]),
    ],
    ids=range(8),
)
def test_two_faults_or_a_good_cell_have_none(column: str, cells: list[Any]) -> None:
    players = [
        {"ID": row, "Name": "n", "Power": 5, "Helps": 1, column: cell}
        for row, cell in enumerate(cells, 1)
    ]
    report, _ = read(json.dumps(players).encode(), "players.json")
    assert report["status"] == "rejected"
    assert [one for one in summaries(report) if one["column"] == column.lower()] == []


class TestManyCells:
    CELLS = tuple(f"{row}.{row % 7}M" for row in range(1, 3001))

    @pytest.mark.parametrize("block", [pytest.param(256, marks=pytest.mark.slow), 1 << 20])
    def test_it_is_exact_beyond_what_is_listed_and_in_all_batches(self, block: int) -> None:
        with patched((read_csv, "BLOCK", block)):
            report, _ = read(scan(*self.CELLS))
            (summary,) = summaries(report)
            assert summary["message"].startswith("3,000 cells of deaths look like 1.1M:")
            for other in ("5", "x", "-5"):
                assert summaries(read(scan(*self.CELLS, other))[0]) == []
                assert summaries(read(scan(other, *self.CELLS))[0]) == []

    def test_few_of_them_are_explained(self) -> None:
        explained = []

        def explain(column: str, cell: Any) -> Any:
            explained.append(cell)
            return explain_cell(column, cell)

        faults = ColumnFaults(["power"], explain)
        for _ in range(3):
            add(faults, [f"{row}.5M" for row in range(1, 20_000)])
        assert len(explained) < 100
        assert len(faults.summaries({"power": 2})) == 1

    def test_of_too_many_shapes_there_is_no_summary(self) -> None:
        faults = ColumnFaults(["power"], explain_cell)
        with patched((column_faults, "MAX_SHAPES", 50)):
            add(faults, [f"{chr(0x4E00 + row)}" for row in range(200)])
        assert faults.summaries({"power": 2}) == []


def add(faults: ColumnFaults, power: list[str]) -> None:
    ids = [str(row) for row in range(1, len(power) + 1)]
    columns = {"id": pa.array(ids), "name": pa.array(ids), "power": pa.array(power)}
    cells = Cells(columns, len(power))
    derivation = plan(map_headers([*columns]), {"kills": 1})
    validated = validate_batch(cells, read_numbers(cells), derivation)
    faults.add(cells, validated, validated.faulty, cells.length)


KINDS = ("1.5M", "7.25M", "-5", "x", "(5)", "5", "", "-", "1e5", "12.5")


@SLOW
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8), st.sampled_from([64, 1 << 20]))
def test_there_is_one_just_if_all_known_cells_say_the_same(cells: list[str], block: int) -> None:
    with patched((read_csv, "BLOCK", block)):
        report, _ = read(scan(*cells))
    known = [cell for cell in cells if cell not in ("", "-")]
    problems = [explain_cell("deaths", cell) for cell in known]
    reasons = {
        (one.code, one.message.removeprefix(f"'{cell}'").removeprefix(cell), one.hint)
        if one
        else None
        for cell, one in zip(known, problems, strict=True)
    }
    wanted = len(known) > 1 and len(reasons) == 1 and None not in reasons
    assert len(summaries(report)) == wanted
