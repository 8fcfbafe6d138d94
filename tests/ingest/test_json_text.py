"""The cursor over JSON text: where it says that something is wrong."""

import pytest

from chalicelib.ingest.json_text import JsonSyntaxError, JsonText
from tests.ingest.support import places, read, stream_of

GOOD = '{"ID":1,"Name":"Ana","Power":5}'
BAD = '{"ID":2,\n"Name":"Bo",\n"Power":5x,\n"Deads":7}'


@pytest.mark.parametrize("before", [0, 1, 5])
@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n", f"\n{GOOD}\n" * 3])
def test_a_fault_is_told_where_it_is_whatever_stands_before_and_behind_it(
    before: int, tail: str
) -> None:
    text = JsonText(stream_of(f"{GOOD}\n" * before + BAD + tail))
    for _ in range(before):
        text.value()
    with pytest.raises(JsonSyntaxError) as raised:
        text.value()
    assert (raised.value.line, raised.value.reason) == (before + 3, "expecting ',' delimiter")


def test_the_report_names_the_line_of_the_fault_in_a_list_of_players() -> None:
    report, _ = read(f"[{GOOD},\n{BAD},\n{GOOD}\n]\n".encode(), "players.json")
    (error,) = report["errors"]
    assert places(report) == [("bad_json", 2, 4, None, None)]
    assert error["message"] == "Line 4 is not JSON: expecting ',' delimiter."


def test_the_report_gives_the_reason_of_a_broken_line() -> None:
    report, _ = read(f'{GOOD}\n{{"ID":2,"Name":"Bo","Power":5x}}\n\n'.encode(), "players.jsonl")
    (error,) = report["errors"]
    assert error["message"] == "Line 2 is not JSON: expecting ',' delimiter."


def test_a_value_that_the_file_cuts_off_is_told_as_that() -> None:
    report, _ = read(f'{GOOD}\n{{"ID":2,"Name":"Bo"'.encode(), "players.jsonl")
    (error,) = report["errors"]
    assert error["message"] == "Line 2 is not JSON: the file ends in the middle of a value."
