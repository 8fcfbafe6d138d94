"""The cursor over JSON text: where it says that something is wrong."""

import pytest

from chalicelib.scans.json.cursor import MAX_DEPTH, JsonSyntaxError, JsonText
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


@pytest.mark.slow
@pytest.mark.parametrize("name", ["players.json", "players.jsonl"])
@pytest.mark.parametrize("key", ["ID", "Name", "Power", "Notes"])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a":', "}")])
def test_how_deep_a_value_may_be_nested_does_not_depend_on_the_stack_that_is_left(
    name: str, key: str, start: str, end: str
) -> None:
    cells = {"ID": "1", "Name": '"Ana"', "Power": "5"}

    def code_at(depth: int) -> str | None:
        nested = {**cells, key: start * depth + "1" + end * depth}
        player = "{" + ",".join(f'"{key}":{value}' for key, value in nested.items()) + "}"
        report, _ = read((f"[{player}]" if name.endswith("n") else player).encode(), name)
        return report["errors"][0]["code"] if report["errors"] else None

    # The player is one level; around 1,000 and 10,000 Pythons give up, each at another depth.
    assert code_at(MAX_DEPTH - 1) == (None if key == "Notes" else "wrong_type")
    for depth in (MAX_DEPTH, *range(940, 1000), *range(4990, 5000), *range(9980, 10_000), 100_000):
        assert code_at(depth) == "bad_json", depth
