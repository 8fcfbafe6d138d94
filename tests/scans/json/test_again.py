"""A JSON scan read again: all cells of its rows, and the same text without some of them."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.scans.json import reader as read_json
from chalicelib.scans.json.reader import JsonReader
from chalicelib.scans.reader import MoreColumnsError
from tests.ingest.support import SLOW, Dribble, patched, places, read, stream_of

PLAYERS = [{"ID": number, "Name": f"Zoë {number}", "Power": 10 * number} for number in range(1, 6)]
BLANK = '{"ID":null,"Name":" ","Other":7}'
SHAPES = {
    "array": ("[{}]", ","),
    "pretty": ("[\n  {}\n]\n", ",\n  "),
    "wrapped": ('{{"by": "Ü", "n": [1, 2], "root": [ {} ] , "end": {{"x": []}}}}', " , "),
    "lines": ("{}\n", "\n"),
    "crlf": ("\r\n{}", "\r\n\r\n"),
}


def text_of(shape: str, players: list[str]) -> str:
    around, between = SHAPES[shape]
    return around.format(between.join(players))


def reader_of(data: str | bytes) -> JsonReader:
    reader = JsonReader(lambda: stream_of(data))
    reader.columns()
    for _ in reader.batches():
        pass
    return reader


def without(data: str | bytes, *rows: int) -> bytes:
    out = io.BytesIO()
    reader_of(data).write_without(rows, out)
    return out.getvalue()


def ids(data: bytes) -> list[Any]:
    return [player["id"] for player in read(data, "players.json")[1]]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rows", [(), (1,), (5,), (3,), (2, 3), (1, 2), (4, 5), (1, 3, 5)], ids=str)
def test_the_rest_of_the_text_stands_as_it_stood(shape: str, rows: tuple[int, ...]) -> None:
    texts = [json.dumps(player, ensure_ascii=player["ID"] == 2) for player in PLAYERS]
    kept = [text for row, text in enumerate(texts, start=1) if row not in rows]
    assert without(text_of(shape, texts), *rows).decode() == text_of(shape, kept)


@pytest.mark.parametrize("shape", SHAPES)
def test_all_rows_but_one_or_all_may_be_left_out(shape: str) -> None:
    text = text_of(shape, [json.dumps(player) for player in PLAYERS])
    assert ids(without(text, 1, 2, 4, 5)) == [3]
    nothing = without(text, *range(1, 6)).decode()
    assert "Zo" not in nothing
    if shape not in ("lines", "crlf"):
        json.loads(nothing)


def test_a_bom_is_kept_and_utf_16_becomes_utf_8_with_one() -> None:
    text = text_of("pretty", [json.dumps(player, ensure_ascii=False) for player in PLAYERS])
    kept = text_of("pretty", [json.dumps(player, ensure_ascii=False) for player in PLAYERS[1:]])
    assert without(text.encode("utf-8-sig"), 1) == kept.encode("utf-8-sig")
    assert without(text.encode("utf-16"), 1) == kept.encode("utf-8-sig")


@pytest.mark.slow
@SLOW
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", " ", "\n", "\r\n\t"]),
            st.text(st.sampled_from('é龙},{"\\[]ab'), max_size=6),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["array", "wrapped", "lines"]),
    st.integers(1, 7),
)
def test_what_is_left_has_the_other_players_wherever_the_pieces_are_cut(
    drawn: list[tuple[str, str, bool, bool]], shape: str, piece: int
) -> None:
    texts, left_out, kept = [], [], []
    row = 0
    for number, (space, name, is_blank, is_left_out) in enumerate(drawn, start=1):
        player = json.dumps({"ID": number, "Name": name, "Power": 5}, ensure_ascii=False)
        texts.append(space + (BLANK if is_blank and number > 1 else player) + space)
        row += not (is_blank and number > 1)
        if is_blank and number > 1:
            continue
        if is_left_out:
            left_out.append(row)
        else:
            kept.append(number)
    data = text_of(shape, texts).encode()
    reader = reader_of(data)
    pieces = [data[start : start + piece] for start in range(0, len(data), piece)]
    reader._open_text = lambda: stream_of(Dribble(iter(pieces)))  # type: ignore[arg-type]
    out = io.BytesIO()
    reader.write_without(left_out, out)
    assert ids(out.getvalue()) == kept


def test_all_cells_of_a_row_are_told_also_those_of_unknown_keys() -> None:
    text = (
        '[{"ID": 7, "Name": "a", "Power": 5.0e7, "Day": "x"}, {"Name": null, "Day": null},\n'
        '{"ID": "8", "Power": null, "Tags": [1, {"b": true}], "\\ufeffLate": false}]'
    )
    reader = reader_of(text)
    assert reader.headers.names == ("ID", "Name", "Power", "Day", "Tags", "Late")
    assert [tuple(row) for row in reader.whole_rows()] == [
        (1, 1, ("7", "a", "5.0e7", "x", None, None)),
        (2, 2, ("8", None, None, None, '[1,{"b":true}]', "false")),
    ]


@pytest.mark.parametrize("shape", ["array", "wrapped", "lines"])
@pytest.mark.parametrize("block", [1, 100, 10_000])
def test_objects_without_a_value_in_any_mapped_column_are_no_rows(shape: str, block: int) -> None:
    good = [json.dumps(player) for player in PLAYERS]
    bad = '{"ID":9,"Name":"x","Power":"many"}'
    blanks = [BLANK, "{}", '{"ID":"","Name":null,"Power":"\\u3000"}']
    text = text_of(shape, [good[0], blanks[0], good[1], *blanks, bad, blanks[1]])
    with patched((read_json, "BLOCK", block)):
        report, _ = read(text.encode(), "players.json")
        reader = reader_of(text)
    assert (report["players"], reader.blank_rows) == (3, 5)
    assert [place[:2] for place in places(report)] == [("bad_number", 3)]
    assert [row.row for row in reader.whole_rows()] == [1, 2, 3]


def test_a_blank_object_with_texts_for_ids_is_none_either() -> None:
    players = [{"ID": f"#{number}", "Name": "", "Power": ""} for number in range(3)]
    text = json.dumps([*players, {"ID": " ", "Name": "\u00a0", "Power": ""}])
    reader = reader_of(text)
    assert (reader.rows, reader.blank_rows) == (3, 1)


def test_a_broken_line_is_told_with_its_row_where_blank_objects_stand_before_it() -> None:
    text = "\n".join([json.dumps(PLAYERS[0]), BLANK, "{}", "{", json.dumps(PLAYERS[1])])
    report, _ = read(text.encode(), "players.jsonl")
    assert places(report)[0][:3] == ("bad_json", 2, 4)


def test_the_kingdom_of_a_player_makes_no_row_and_is_read_wherever_it_appears() -> None:
    text = json.dumps([*PLAYERS, {"Kingdom": 51}, {**PLAYERS[0], "ID": 6, "Kingdom": "51"}])
    reader = JsonReader(lambda: stream_of(text))
    reader.columns()
    with pytest.raises(MoreColumnsError):
        list(reader.batches())
    reader.columns()
    cells = [cell for batch in reader.batches() for cell in batch.columns["kingdom"].to_pylist()]
    assert cells == [None] * 5 + ["51"]
    assert (reader.rows, reader.blank_rows) == (6, 1)
