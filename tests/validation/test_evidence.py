"""What a lone group (`106.315`) means follows from the whole file, and from nothing else."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.scans.csv import reader as read_csv
from chalicelib.scans.json import reader as read_json
from chalicelib.validation import evidence as evidence_module
from chalicelib.validation.number_faults import unclear_group
from tests.ingest.support import SLOW, patched, read
from tests.oracle.numbers import thousands_of

DOTS = "it could mean thousands or a fraction, and "


def csv_file(*powers: str, delimiter: str = ",", ids: dict[int, str] | None = None) -> bytes:
    lines = [["ID", "Name", "Power"]]
    for number, power in enumerate(powers, start=1):
        player = (ids or {}).get(number, str(number))
        cell = power.replace('"', '""')
        lines.append([player, "", f'"{cell}"'])
    return "".join(delimiter.join(line) + "\n" for line in lines).encode()


def powers(data: bytes, file_name: str = "players.csv") -> list[int | None] | list[str]:
    """The powers of an accepted file, else the codes and cells of the errors of its cells."""
    report, players = read(data, file_name)
    if report["error_count"]:
        return [one["value"] for one in report["errors"] if one["row"] is not None]
    return [player["power"] for player in players]


@pytest.mark.parametrize(
    ("cells", "delimiter", "outcome"),
    [
        (["106.315"], ",", ["106.315"]),
        (["106.315", "16.459.781"], ",", [106315, 16459781]),
        (["106.315", "1.234,00"], ",", [106315, 1234]),
        (["106.315", "16.459.781", "5.0"], ",", ["106.315"]),
        (["106.315", "16.459.781", "1,234.00"], ",", ["106.315"]),
        (["106.315", "16.459.781", "1234.000"], ",", ["106.315"]),
        (["106.315", "16.459.781", "-1.0"], ",", ["106.315"]),
        (["106.315", "16.459.781", "4.5"], ",", ["106.315", "4.5"]),
        (["106.315", "16.459.781", "1.2M"], ",", ["106.315", "1.2M"]),
        (["106.315", "99.999.999.999.999.999.999"], ",", ["99.999.999.999.999.999.999"]),
        (["106.315", "50 000 000"], ",", ["106.315"]),
        (["106.315", "16.459.781", "0.564"], ",", ["0.564"]),
        (["106,315"], ",", [106315]),
        (["106,315", "5,00"], ",", [106315, 5]),
        (["106,315"], "\t", [106315]),
        (["106,315"], ";", ["106,315"]),
        (["106,315", "674,093"], ";", ["106,315", "674,093"]),
        (["106,315", "16,459,781"], ";", [106315, 16459781]),
        (["106,315", "12,34,567"], ";", [106315, 1234567]),
        (["106,315", "16,459,781", "5,00"], ";", ["106,315"]),
        (["106,315", "5,00"], ";", ["106,315"]),
        (["106,315", "16,459,781.00"], ";", [106315, 16459781]),
        (["106,315", "106.315", "16,459,781.00"], ";", ["106.315"]),
        (["106,315", "106.315", "1.234.567"], ";", ["106,315"]),
        (["106.315", "1.234,00"], ";", [106315, 1234]),
        (["106.315", "-", "NaN"], ",", ["106.315"]),
    ],
)  # fmt: skip
def test_the_other_cells_of_the_file_settle_it(
    cells: list[str], delimiter: str, outcome: list[Any]
) -> None:
    assert powers(csv_file(*cells, delimiter=delimiter)) == outcome
    assert sorted(map(str, powers(csv_file(*cells[::-1], delimiter=delimiter)))) == sorted(
        map(str, outcome)
    )


def test_every_counter_and_the_id_bear_witness_and_texts_do_not() -> None:
    head = "ID,Name,Alliance,Power,Deads,Note\n"
    assert read(f"{head}1,a,b,106.315,1.234.567,x\n".encode())[0]["status"] == "accepted"
    assert read(f"{head}1.234.567,a,b,106.315,5,x\n".encode())[0]["status"] == "accepted"
    for row in ("1,1.234.567,b,106.315,5,x", "1,a,1.234.567,106.315,5,x"):
        assert read(f"{head}{row}\n".encode())[0]["status"] == "rejected"
    assert read(f"{head}1,a,b,106.315,5,1.234.567\n".encode())[0]["status"] == "rejected"


def test_an_id_is_read_as_the_counters_are() -> None:
    report, players = read(b"ID,Name,Power\n106.315,a,16.459.781\n")
    assert (report["status"], players[0]["id"]) == ("accepted", 106315)


@pytest.mark.parametrize("source", ["106.315", "1.5", "5.0", "16459781.0", "12.0e3"])
def test_numbers_of_json_are_no_evidence(source: str) -> None:
    text = f'[{{"ID":1,"Name":"a","Power":"106.315"}},{{"ID":2,"Name":"b","Power":{source}}}]'
    report, _ = read(text.encode(), "players.json")
    error = next(error for error in report["errors"] if error["value"] == "106.315")
    assert "no other cell of the file shows which" in error["message"]
    settled = text.replace("]", ',{"ID":3,"Name":"c","Power":"16.459.781"}]')
    values = powers(settled.encode(), "players.json")
    assert values == [source] if source in ("106.315", "1.5") else values[0] == 106315


def test_texts_of_json_are() -> None:
    cells = [{"ID": "1", "Name": "a", "Power": one} for one in ("106.315", 7, "1.234.567")]
    for number, cell in enumerate(cells):
        cell["ID"] = number + 1
    assert powers(json.dumps(cells).encode(), "players.json") == [106315, 7, 1234567]
    cells[1]["Power"] = "5.0"
    assert powers(json.dumps(cells).encode(), "players.json") == ["106.315"]


def test_the_error_says_which_cells_show_what() -> None:
    def message(*cells: str, delimiter: str = ",") -> str:
        report, _ = read(csv_file("7", *cells, delimiter=delimiter))
        found = next(one for one in report["errors"] if one["row"] is not None)
        assert found["hint"] == unclear_group("").hint
        return str(found["message"]).partition(DOTS)[2]

    assert message("106.315") == "no other cell of the file shows which."
    assert message("106.315", "5.0", "7.0") == (
        "in '5.0' (power in row 3) the dot is a decimal mark, so it may be one here too."
    )
    assert message("106,315", " 16,459,781 ", "1,0", "5,00", delimiter=";") == (
        "in '16,459,781' (power in row 3) the comma stands between thousands, in '1,0' (power in "
        "row 4) it is a decimal mark."
    )


def test_the_first_cell_in_file_order_is_shown_with_the_row_that_a_person_counts() -> None:
    text = 'ID,Name,Power,Deads\n1,a\n2,b,106.315,5\n,,,\n3,c,"1,5",9.0\n4,d,4.5,7\n'
    report, _ = read(text.encode())
    found = next(one for one in report["errors"] if one["value"] == "106.315")
    assert "in '9.0' (deaths in row 3)" in found["message"]


def test_a_long_cell_is_shown_in_part() -> None:
    report, _ = read(csv_file("106.315", "5." + "0" * 5000))
    assert f"in '5.{'0' * 38}…' (power in row 2)" in report["errors"][0]["message"]


def test_a_file_that_needs_no_evidence_is_read_once() -> None:
    looked = 0
    settle = evidence_module.Evidence.settle

    def counted(*arguments: Any) -> Any:
        nonlocal looked
        looked += 1
        return settle(*arguments)

    with patched((evidence_module.Evidence, "settle", counted)):
        assert powers(csv_file("1,234", "5.0", "16.459.781")) == [1234, 5, 16459781]
        assert looked == 1
        powers(csv_file("106.315", "5.0"))
    assert looked == 3


CELLS = [
    *(
        "106.315",
        "7.001",
        "1.000",
        "0.000",
        "0.564",
        "16.459.781",
        "5.0",
        "5.00",
        "1.234,00",
        "4.5",
    ),
    *("106,315", "16,459,781", "12,34,567", "5,0", "1,234.00", "5", "-1.0", "", "1.2M", "1234.567"),
    *("1 234.0", "1'234,00", "'106.315", '="16.459.781"', "٣.٠", "26.01.2026", "1.", "+106.315"),
]


def outcome(data: bytes, names: list[str]) -> list[tuple[str, str | None, str | None]]:
    """What became of each cell, whatever its row."""
    report, players = read(data)
    found = [(one["code"], one["value"]) for one in report["errors"] if one["row"] is not None]
    found += [(str(player["power"]), None) for player in players]
    return sorted((*one, report["status"]) for one in found)


@settings(SLOW, max_examples=60)
@given(
    st.lists(st.sampled_from(CELLS), min_size=1, max_size=12),
    st.sampled_from(",;"),
    st.integers(64, 200),
    st.randoms(use_true_random=False),
)
@pytest.mark.slow
def test_the_order_of_rows_and_the_borders_of_blocks_change_nothing(
    cells: list[str], delimiter: str, block: int, order: random.Random
) -> None:
    whole = outcome(csv_file(*cells, delimiter=delimiter), cells)
    shuffled = order.sample(cells, len(cells))
    assert outcome(csv_file(*shuffled, delimiter=delimiter), cells) == whole
    with patched((read_csv, "BLOCK", block)):
        assert outcome(csv_file(*shuffled, delimiter=delimiter), cells) == whole


@settings(SLOW, max_examples=100)
@given(st.lists(st.sampled_from(CELLS), min_size=1, max_size=8), st.sampled_from(",;"))
@pytest.mark.slow
def test_a_file_is_read_as_the_oracle_reads_it(cells: list[str], delimiter: str) -> None:
    report, _ = read(csv_file(*cells, delimiter=delimiter))
    unclear = {one["value"] for one in report["errors"] if DOTS in one["message"]}
    thousands = thousands_of([*cells, *map(str, range(len(cells)))], delimiter)
    for mark in ",.":
        lone = {cell for cell in cells if cell.strip("'+") in (f"106{mark}315", f"7{mark}001")}
        assert (unclear & lone == set()) == (mark in thousands or not lone)


@settings(SLOW, max_examples=30)
@given(st.lists(st.sampled_from(CELLS), min_size=1, max_size=8), st.integers(1, 60))
@pytest.mark.slow
def test_in_json_neither(cells: list[str], block: int) -> None:
    players = [{"ID": row, "Name": "", "Power": cell} for row, cell in enumerate(cells, start=1)]
    whole = powers(json.dumps(players).encode(), "players.json")
    with patched((read_json, "BLOCK", block)):
        lines = "\n".join(map(json.dumps, players))
        assert powers(lines.encode(), "players.jsonl") == whole
