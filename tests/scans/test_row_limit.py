"""A file that would take for ever is refused in time."""

import json

import pytest

from chalicelib.scans import row_limit
from tests.ingest.support import codes, read

PLAYERS = [{"ID": number, "Name": "Ana", "Power": number} for number in range(1, 8)]
LINES = [json.dumps(player) for player in PLAYERS]
SHAPES = {
    "players.csv": "ID,Name,Power\n" + "".join(f"{n},Ana,{n}\n" for n in range(1, 8)),
    "ragged.csv": "ID,Name,Power\n" + "1,Ana\n" * 7,
    "players.json": f"[{','.join(LINES)}]",
    "lines_in_a_list.json": "[\n" + ",\n".join(LINES) + "\n]\n",
    "wrapped.json": f'{{"root": [{",".join(LINES)}]}}',
    "players.jsonl": "\n".join(LINES),
    "junk.jsonl": LINES[0] + "\n" + "7\n" * 6,
    "another_column.jsonl": "\n".join(
        [*LINES[:6], json.dumps({**PLAYERS[6], "Deads": 5})],
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_row_more_than_a_file_may_have_refuses_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = SHAPES[name].encode()
    monkeypatch.setattr(row_limit, "MAX_ROWS", 7)
    assert "too_large" not in codes(read(data, name)[0])
    monkeypatch.setattr(row_limit, "MAX_ROWS", 6)
    report, _ = read(data, name)
    assert codes(report) == ["too_large"]
    assert report["errors"][0]["message"] == "The file has more than 6 rows."


def test_the_largest_scan_that_is_spoken_of_fits() -> None:
    assert row_limit.MAX_ROWS >= 1_000_000
