"""Where a CSV scan's header is: titles, delimiters and odd quotes above it do no harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.csv.reader import CsvReader
from chalicelib.scans.text_stream import UnreadableError
from tests.ingest.support import SLOW, codes, read, stream_of

SCAN = "ID,Name,Power\n1,Ana,5\n2,Bo,7\n"
TITLES = st.sampled_from(
    ["Kingdom 51", "a;b;c;d;e", "x,,,,,,", '"best, of', 'so-called "best"', "1\t2", "sep=;", ",,,",
     '"a\nb",c', "ID", "Power;Name", '""', " ", "雪,\u200b"]
)  # fmt: skip


def reader_of(text: str) -> CsvReader:
    return CsvReader(lambda: stream_of(text))


def ids(reader: CsvReader) -> list[str]:
    return [cell for batch in reader.batches() for cell in batch.columns["id"].to_pylist()]


@SLOW
@given(st.lists(TITLES, max_size=6), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"]))
@pytest.mark.slow
def test_what_stands_above_the_header_does_not_matter(
    titles: list[str], delimiter: str, end: str
) -> None:
    above = "".join(f"{title}\n" for title in titles)
    text = (above + SCAN.replace(",", delimiter)).replace("\n", end)
    reader = reader_of(text)
    assert ids(reader) == ["1", "2"]
    assert reader.delimiter == delimiter
    assert reader.header_line == 1 + above.count("\n")
    assert reader.skipped_line == (1 if titles else None)
    assert reader.locate_rows([2])[2].line == reader.header_line + 2
    assert reader.errors.count == 0


@pytest.mark.parametrize(("above", "line"), [("\n\n", None), ("\n\ntitle\n", 3), ("sep=,\r\n", 1)])
def test_blank_lines_above_the_header_are_not_told(above: str, line: int | None) -> None:
    reader = reader_of(above + SCAN)
    assert reader.skipped_line == line
    assert reader.header_line == 1 + above.count("\n")


def test_the_first_complete_header_counts_though_a_later_one_names_more() -> None:
    reader = reader_of(f"ID;Name;Power\n1;a;5\n{SCAN.replace('Power', 'Power,Deads')}")
    assert (reader.header_line, reader.delimiter) == (1, ";")


def test_a_header_that_an_odd_quote_swallows_is_found_before_its_repetition() -> None:
    """Else the players between the two would be left out as a title."""
    reader = reader_of(f'"Best of 51\n{SCAN}3,"Cy",9\n{SCAN}')
    assert reader.header_line == 2
    assert ids(reader)[:3] == ["1", "2", "3"]


def test_a_header_may_have_line_ends_in_its_quotes() -> None:
    reader = reader_of('title\n"ID","Player\r\nName","Kill\nPoints"\n1,Ana,5\n')
    assert reader.header_line == 2
    assert reader.headers.present == {"id", "name", "kill_points"}
    assert reader.locate_rows([1])[1].line == 5


@pytest.mark.parametrize("rows", ["", "1,Ana,5\n"])
def test_a_header_whose_last_name_has_a_line_end_in_its_quotes_ends(rows: str) -> None:
    report, _ = read(f'ID,Name,"Po\nwer"\n{rows}'.encode())
    assert codes(report) == ([] if rows else ["empty_file"])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("rows", ["", "1,Ana,5\n"])
def test_a_header_that_ends_in_no_quote_is_told_so(rows: str, end: str) -> None:
    text = f'ID,Name,"Power\n{rows}'.replace("\n", end)
    with pytest.raises(UnreadableError, match="The header does not end"):
        reader_of(text)


def test_columns_end_with_the_last_name_of_the_header() -> None:
    reader = reader_of("ID,Name,,Power, ,\u200b,\n1,Ana,x,5,,,,,\n")
    assert reader.headers.names == ("ID", "Name", "", "Power")
    assert reader.headers.ignored == ("",)
    assert ids(reader) == ["1"]


def test_a_title_that_fills_the_first_block_is_refused() -> None:
    with pytest.raises(UnreadableError, match="The header does not end"):
        reader_of(f"{'x' * 1_100_000}\n{SCAN}")


def test_a_thousand_titles_are_no_header() -> None:
    report, _ = read(("title\n" * 1000 + SCAN).encode())
    assert {*codes(report)} == {"missing_column"}


def test_a_note_below_the_list_is_told_to_be_deleted() -> None:
    report, _ = read(f"{SCAN}scanned by Eve\n".encode())
    assert codes(report) == ["ragged_row"]
    assert "delete this line" in report["errors"][0]["hint"]
