"""What a workbook's reader gives besides batches: places, whole rows, and the rows as CSV."""

import io

import pytest

from chalicelib.scans.batch import RowLocation, WholeRow
from chalicelib.scans.xlsx import reader as xlsx_reader
from chalicelib.scans.xlsx.reader import WorkbookReader
from tests.ingest.support import patched, read
from tests.scans.xlsx.books import Book, Cell, Rows, Styled, Text, Xml, error, formula, scan

LIMIT = 1 << 28
ROWS: Rows = [
    ["A title"],
    [],
    ["ID", "Name", "Power", "When", "Note"],
    [11, "Ana, the 1st", Xml("><v>5.0E7</v>"), Styled(46048, "yyyy-mm-dd"), True],
    [],
    [12, Text(' "Bo"\nx'), "1,234", Styled(0.5, "h:mm"), error("#REF!")],
    [None, None, None, "a note"],
    ["13", Styled(7, "000"), None, formula("1+1"), Styled(1234, "#,##0"), None, "beyond"],
    [Xml("><v>14.0</v>"), None, 7, 4.5],
]


def reader_of(rows: Rows = ROWS) -> WorkbookReader:
    data = Book({"S": rows}).pack()
    return WorkbookReader(lambda: io.BytesIO(data), LIMIT)


def test_rows_are_numbered_with_their_lines() -> None:
    reader = reader_of()
    assert [batch.length for batch in reader.batches()] == [3]
    assert (reader.rows, reader.blank_rows) == (4, 2)
    assert (reader.sheet, reader.sheets) == ("S", ("S",))
    assert (reader.header_line, reader.skipped_line) == (3, 1)
    assert [one.row for one in reader.errors.listed] == [3]
    assert reader.locate_rows([1, 3, 4]) == {
        1: RowLocation(4, "11"),
        3: RowLocation(8, "13"),
        4: RowLocation(9, "14"),
    }


def test_whole_rows_have_every_column_as_it_is_shown() -> None:
    assert [*reader_of().whole_rows()] == [
        WholeRow(1, 4, ("11", "Ana, the 1st", "50000000", "2026-01-26", "TRUE")),
        WholeRow(2, 6, ("12", ' "Bo"\nx', "1,234", "12:00:00", "#REF!")),
        WholeRow(4, 9, ("14", "", "7", "4.5", "")),
    ]


def test_rows_are_written_as_csv_that_is_read_as_the_same_values() -> None:
    out = io.BytesIO()
    reader_of().write_without({2}, out)
    assert out.getvalue().decode("utf-8-sig").split("\r\n") == [
        "ID,Name,Power,When,Note",
        '11,"Ana, the 1st",50000000,2026-01-26,TRUE',
        '13,007,,,"1,234",beyond',
        "14,,7,4.5,",
        "",
    ]


def test_how_rows_are_cut_into_batches_changes_nothing() -> None:
    data = Book({"S": scan(30)}).pack()
    expected = read(data, "players.xlsx")
    for rows in (1, 7):
        with patched((xlsx_reader, "BATCH_ROWS", rows)):
            assert read(data, "players.xlsx") == expected
    with patched((xlsx_reader, "_BATCH_TEXT", 50)):
        assert read(data, "players.xlsx") == expected


def test_batches_may_be_read_again() -> None:
    reader = reader_of()
    first = [batch.columns for batch in reader.batches()]
    assert [batch.columns for batch in reader.batches()] == first
    assert reader.rows == 4


@pytest.mark.parametrize(("rows", "row"), [([1, 1], 2), ([5, 6, 5], 3)])
def test_a_repeated_id_has_its_line_and_its_text(rows: list[int], row: int) -> None:
    players: list[list[Cell]] = [["ID", "Name", "Power"]]
    players += [[one, "A", 5] for one in rows]
    report, _ = read(Book({"S": players}).pack(), "players.xlsx")
    (found,) = report["errors"]
    assert (found["code"], found["row"], found["line"]) == ("duplicate_id", row, row + 1)
    assert found["value"] == str(rows[0])


def test_a_damaged_cell_of_an_unknown_column_is_empty() -> None:
    rows: Rows = [["ID", "Name", "Power", "x"], [1, "Ana", 5, Xml('t="s"><v>99</v>')]]
    reader = reader_of(rows)
    assert [batch.length for batch in reader.batches()] == [1]
    assert [row.cells for row in reader.whole_rows()] == [("1", "Ana", "5", "")]
    reader.write_without((), io.BytesIO())


def test_what_no_file_can_have_is_replaced_where_nothing_depends_on_it() -> None:
    rows: Rows = [["ID", "Name", "Power", "x\0"], [1, "Ana", 5, Text("\ud800\0")]]
    out = io.BytesIO()
    reader_of(rows).write_without((), out)
    assert read(out.getvalue())[0]["status"] == "accepted"
    assert out.getvalue().decode("utf-8-sig") == "ID,Name,Power,x\ufffd\r\n1,Ana,5,\ufffd\ufffd\r\n"
