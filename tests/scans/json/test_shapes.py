"""Which of the three shapes a JSON scan has, where its first lines leave room for doubt."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from chalicelib.ingest.check import check_file
from chalicelib.scans.json import forms
from chalicelib.scans.json import reader as read_json
from chalicelib.scans.json.cursor import JsonText
from chalicelib.scans.json.shapes import Shape, find_shape, line_objects, list_objects
from chalicelib.scans.text_stream import UnreadableError
from tests.ingest.support import SETTINGS, Dribble, codes, patched, read, stream_of

PLAYER = '{"id": 1, "name": "Ada"}'


def shape_of(text: str) -> Shape:
    return find_shape(JsonText(stream_of(text)))


def players_of(text: str) -> list[Any]:
    shape = shape_of(text)
    cursor = JsonText(stream_of(text))
    if shape == "lines":
        return [value for _, value in line_objects(cursor)]
    return [value for _, value in list_objects(cursor, wrapped=shape == "wrapped")]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("[]", "array"),
        (f"[{PLAYER}]", "array"),
        (f'{{"root": [{PLAYER}]}}', "wrapped"),
        (f'{{"kingdom": 51, "dates": ["a", "b"], "root": [{PLAYER}], "end": []}}', "wrapped"),
        ('{"root": []}', "wrapped"),
        (PLAYER, "lines"),
        (f"{PLAYER}\n{PLAYER}", "lines"),
        ('{"name": "Ada"}\n{"name": "Bob"}', "lines"),
    ],
)
def test_each_shape_is_known_by_its_first_characters(text: str, shape: Shape) -> None:
    assert shape_of(text) == shape


@pytest.mark.parametrize(
    "first",
    [
        '{"equipment": [{"helmet": 3}], "id": 1}',
        '{"equipment": [{"name": "Sword"}, {"name": "Boots"}], "name": "Ada", "id": 1}',
        '{"deaths": [], "id": 1}',
        '{"id": [], "name": "Ada"}',
        '{"id": [{"id": 1}], "name": "Ada"}',
        '{"id": 1, "equipment": [{"id": 7}]}',
    ],
)
def test_an_object_with_an_id_is_a_player_whatever_lists_it_has(first: str) -> None:
    assert shape_of(first) == "lines"
    assert shape_of(f"{first}\n{PLAYER}") == "lines"
    assert len(players_of(f"{first}\n{PLAYER}")) == 2


def test_a_first_line_without_an_id_does_not_make_the_next_lines_vanish() -> None:
    assert len(players_of('{"equipment": [{"helmet": 3}], "name": "Ada"}\n' + PLAYER)) == 2
    assert len(players_of('{"deaths": [], "name": "Ada"}\n' + PLAYER)) == 2


def test_a_wrapped_list_is_one_though_its_first_player_lacks_the_id() -> None:
    text = f'{{"scan": {{"by": "x"}}, "root": [{{"name": "Ada"}}, {PLAYER}], "count": 2}}'
    assert players_of(text) == [{"name": "Ada"}, {"id": 1, "name": "Ada"}]


@pytest.mark.parametrize(
    "text",
    [
        f'{{"root": [{{"name": "Ada"}}, {PLAYER}, {{"id": 2,, }}]}}',
        f'{{"root": [{PLAYER}, {{"id": 2,, }}]}}',
        f'{{"root": [{PLAYER}',
        f'{{"root": [{PLAYER}]}} and more',
        f'{{"root": [{PLAYER}], "second": [{PLAYER}]}}',
        '{"root": [{"id": ]}',
    ],
)
def test_an_error_inside_a_wrapped_list_is_one_error_of_the_list(text: str) -> None:
    assert shape_of(text) == "wrapped"
    with pytest.raises(UnreadableError) as caught:
        players_of(text)
    assert caught.value.finding.code == "bad_json"


def test_a_wrapper_is_told_by_its_first_player_and_not_read_to_the_end() -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"root": ['
        for _ in range(1_000_000):
            yield PLAYER.encode() + b","
        raise AssertionError("it was read to its end")

    assert find_shape(JsonText(stream_of(cast(BinaryIO, Dribble(endless()))))) == "wrapped"


def finding_on(folder: Path, text: str) -> dict[str, Any]:
    path = folder / "players.json"
    path.write_text(text, "utf-8")
    report = check_file(path, SETTINGS)
    assert report["error_count"] == 1
    return cast(dict[str, Any], report["errors"][0])


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "ID,Name,Power",
        "[1, 2, 3]",
        f"[{PLAYER}, null]",
        f"[{PLAYER}][{PLAYER}]",
        f'{{"a": [{PLAYER}], "b": [{PLAYER}]}}',
        '{"rows": [1, "Ada", 5]}',
        '{"kingdom": {"number": 51}}',
    ],
)
def test_json_of_another_shape_is_told_which_shapes_there_are(text: str, tmp_path: Path) -> None:
    found = finding_on(tmp_path, text)
    assert found["code"] == "bad_json"
    assert "is not a scan's JSON" in found["message"]
    assert "one list of players" in found["hint"]


ADA = '{"id": 1, "name": "Ada", "power": 5}'
TABLE = '[["ID", "Name", "Power"], [1, "Ada", 5]]'


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"10000001": {"name": "Ada", "power": 5}, "10000002": {"name": "Bo"}}', forms.KEYED),
        (f'{{"Ada": {ADA}}}', forms.KEYED),
        ('{"players": {"10000001": {"name": "Ada", "power": 5}}}', forms.KEYED),
        (f'{{"date": "x", "all": {{"2025": {{"a": {ADA}}}}}}}', forms.KEYED),
        ('{"ID": {"0": 1, "1": 2}, "Name": {"0": "Ada", "1": "Bo"}}', forms.COLUMNS),
        ('{"Name": {"0": "Ada"}, "ID": {"0": 1}}', forms.COLUMNS),
        ('{"ID": [1, 2], "Name": ["Ada", "Bo"]}', forms.COLUMNS),
        ('{"columns": ["ID", "Name"], "index": [0], "data": [[1, "Ada"]]}', forms.SPLIT),
        (TABLE, forms.ROWS),
        (f'{{"range": "A1:C2", "values": {TABLE}}}', forms.ROWS),
        (f'{{"data": {{"players": [{ADA}]}}}}', forms.DEEPER),
        (f'{{"by": {{"x": 1}}, "data": {{"n": 1, "a": {{"players": [{ADA}]}}}}}}', forms.DEEPER),
        (f"[{ADA},]", forms.TRAILING_COMMA),
        (f"[{ADA}, ]", forms.TRAILING_COMMA),
        ('[{"id": 1, "name": "Ada", "power": 5,}]', forms.TRAILING_COMMA),
        (ADA.replace("}", ",}"), forms.TRAILING_COMMA),
        (f"[{ADA}]".replace('"', "'"), forms.PYTHON),
        (ADA.replace('"', "'"), forms.PYTHON),
        (f"[{ADA}]".replace("5", "None"), forms.PYTHON),
        (f"[{ADA}".rstrip("}"), forms.CUT_OFF),
    ],
)
def test_json_that_tools_write_is_told_what_to_do_with_that_tool(
    text: str, form: forms.Form, tmp_path: Path
) -> None:
    found = finding_on(tmp_path, text)
    assert (found["code"], found["hint"]) == ("bad_json", form.hint)
    assert form.reason in found["message"]


@pytest.mark.parametrize("key", ["stats", "fields"])
@pytest.mark.parametrize("around", ["[%s]", '{"documents": [%s]}', "%s"])
def test_players_whose_values_are_nested_are_told_so(key: str, around: str, tmp_path: Path) -> None:
    player = f'{{"id": 1, "name": "Ada", "{key}": {{"power": 5, "deads": 3}}}}'
    found = finding_on(tmp_path, around % player)
    assert found["code"] == "bad_json"
    assert f'stand in "{key}"' in found["message"]
    assert "side by side" in found["hint"]


def test_tiers_within_an_object_are_told_to_be_taken_out(tmp_path: Path) -> None:
    found = finding_on(tmp_path, '[{"id": 1, "name": "Ada", "power": 5, "kills": {"t1": 1}}]')
    assert (found["code"], found["column"]) == ("wrong_type", "kills")
    assert '"t1_kills": 5' in found["hint"]


@pytest.mark.parametrize("text", ['[{"id": 007}]', '{"id": Infinity}', '[{"id": 1} {"id": 2}]'])
def test_what_is_no_json_is_sent_to_a_checker(text: str, tmp_path: Path) -> None:
    found = finding_on(tmp_path, text)
    assert (found["code"], "checker" in found["hint"]) == ("bad_json", True)
    assert "is not JSON" in found["message"]


def test_the_hint_on_a_missing_key_speaks_of_no_delimiter(tmp_path: Path) -> None:
    found = finding_on(tmp_path, '[{"name": "Ada", "power": 5}]')
    assert (found["code"], found["column"]) == ("missing_column", "id")
    assert "delimiter" not in found["hint"]


PLAYERS = [{"ID": number, "Name": f"P{number}", "Power": number} for number in range(1, 9)]


@pytest.mark.parametrize(
    ("between", "wrong"),
    [
        (",", None),
        (" \r\n, \t", None),
        ("", "bad_json"),
        ("\n", "bad_json"),
        (",,", "bad_json"),
        (", 5,", "bad_json"),
    ],
)
@pytest.mark.parametrize("around", ["%s", '{"by": "x", "root": %s, "n": [1]}'])
def test_a_list_is_read_in_blocks_as_it_is_object_by_object(
    between: str, around: str, wrong: str | None
) -> None:
    text = around % f"[{between.join(map(json.dumps, PLAYERS))}]"
    for block in (1, 90, 1000):
        with patched((read_json, "BLOCK", block)):
            report, players = read(text.encode(), "players.json")
        assert codes(report) == ([] if wrong is None else [wrong])
        if wrong is None:
            assert [player["power"] for player in players] == list(range(1, 9))


@pytest.mark.parametrize(
    "name", ["a},{b", 'a"},{"b', "\\\\", '},{"ID":9,"Name":"x"},{', "}{", "[{", "}\n,\n{"]
)
def test_a_name_that_looks_like_the_border_of_two_objects_is_a_name(name: str) -> None:
    for place in range(len(PLAYERS)):
        rows = [dict(row) for row in PLAYERS]
        rows[place]["Name"] = name
        with patched((read_json, "BLOCK", 60)):
            report, players = read(json.dumps(rows).encode(), "players.json")
        assert codes(report) == []
        assert [player["name"] for player in players] == [row["Name"] for row in rows]


def test_objects_within_players_are_no_players() -> None:
    rows = [{**row, "Notes": [{"x": 1}, {"y": 2}]} for row in PLAYERS]
    with patched((read_json, "BLOCK", 60)):
        report, players = read(json.dumps(rows).encode(), "players.json")
    assert codes(report) == []
    assert len(players) == len(PLAYERS)


def test_a_key_that_is_no_text_stands_for_no_column() -> None:
    """Half of a surrogate pair, which JSON can write and no Arrow field can be named by."""
    rows = [{**row, "\ud83d": 5} for row in PLAYERS]
    for text in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        report, players = read(text.encode(), "players.json")
        assert codes(report) == []
        assert len(players) == len(PLAYERS)
