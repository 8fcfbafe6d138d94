"""What to do about a file that is not read: one thing, in the tool that made it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.file_names import KeyRefusedError, parse_file_name
from chalicelib.lake.refused.kinds import advice


@pytest.mark.parametrize(
    ("name", "right", "says"),
    [
        ("a.xls", "a.xlsx", "Open it in Excel"),
        ("a.XLSM", "a.xlsx", "Excel Workbook (.xlsx)"),
        ("a.ods", "a.xlsx", "LibreOffice"),
        ("a.numbers", "a.xlsx", "Numbers"),
        ("a.gsheet", "a.xlsx", "File > Download"),
        ("a.docx", "a.xlsx", "Copy its table"),
        ("a.pdf", "a.xlsx", "A PDF is not read"),
        ("a.png", "a.xlsx", "your scanner"),
        ("a.zip", "a.csv", "Unpack it"),
        ("a.csv.zip", "a.csv", "Unpack it"),
        ("a.xlsx.zip", "a.xlsx", "Unpack it"),
        ("a.txt", "a.csv", "rename it to a.csv"),
        ("a.html", "a.xlsx", "A web page"),
        ("a", "a.csv", "a.csv"),
        ("a.", "a.csv", "a.csv"),
        ("a.parquet", "a.xlsx", "CSV UTF-8"),
        ("a.csv.docx", "a.xlsx", "Copy its table"),
        ("a.csv.txt", "a.csv", "Rename it to a.csv."),
        ("a.csv ", "a.csv", "Rename it to a.csv."),
        ("a.csv(1)", "a.csv", "Rename it to a.csv."),
        ("a.xlsx (2)", "a.xlsx", "Rename it to a.xlsx."),
        ("a.json~", "a.json", "Rename it to a.json."),
        ("a.csv.bak", "a.csv", "Rename it to a.csv."),
        ("a.csv.crdownload", "a.csv", "Rename it to a.csv."),
        ("a.gz", "a.csv.gz", "Unpack it"),
        ("a.csv.gz.gz", "a.csv.gz", "Unpack it"),
        ("a.xlsx.gz", "a.xlsx", "upload a.xlsx itself"),
    ],
)
def test_each_kind_has_its_advice_and_the_name_that_is_then_right(
    name: str, right: str, says: str
) -> None:
    found = advice(name)
    assert found.name == right
    assert says in found.hint
    assert "{" not in found.hint


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/"), max_size=40))
def test_the_right_name_is_always_one_that_is_taken(name: str) -> None:
    refused = None
    try:
        parse_file_name(name)
    except KeyRefusedError as error:
        refused = error
    if refused is not None and refused.right_name != "withdraw.txt":
        assert refused.hint
        assert parse_file_name(refused.right_name or "")
