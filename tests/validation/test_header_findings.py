"""What is told of a file's columns, whatever they are called."""

import pytest

from tests.ingest.support import read

LONG = "x" * 5000


@pytest.mark.parametrize(
    ("header", "code"),
    [(LONG, "ignored_column"), (f"Power{'_' * 5000}", "duplicate_column")],
)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_message_has_no_more_of_a_header_than_a_person_can_read(
    header: str, code: str, kind: str
) -> None:
    scan = f"ID,Name,Power,{header}\n1,Ana,5,5\n"
    if kind == "jsonl":
        scan = f'{{"ID":1,"Name":"Ana","Power":5,"{header}":5}}\n'
    report, _ = read(scan.encode(), f"players.{kind}")
    [finding] = report["errors"] + report["warnings"]
    assert finding["code"] == code
    assert f"{header[:90]}" in finding["message"]
    assert len(finding["message"]) < 300


def test_a_message_has_no_more_of_a_repeated_key_than_a_person_can_read() -> None:
    key = f"Power{'_' * 5000}"
    report, _ = read(f'{{"ID":1,"Name":"Ana","{key}":5,"{key}":6}}'.encode(), "players.json")
    (error,) = report["errors"]
    assert error["code"] == "duplicate_column"
    assert len(error["message"]) < 300


@pytest.mark.parametrize("first", ["sep=;", "SEP=,", '"sep=;"'])
def test_a_note_for_excel_before_the_header_is_told_as_that(first: str) -> None:
    report, _ = read(f"{first}\nID;Name;Power\n1;Ana;5\n".encode())
    assert {error["code"] for error in report["errors"]} == {"missing_column"}
    assert {error["hint"] for error in report["errors"]} == {
        "The first line is a note for Excel: delete it, so that the header comes first."
    }
