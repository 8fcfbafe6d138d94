"""Columns that appear late in a JSON scan."""

import json

import pytest

from chalicelib.scans.json import reader as read_json
from chalicelib.scans.json.reader import JsonReader
from chalicelib.scans.reader import MoreColumnsError
from tests.ingest.support import patched, stream_of

PLAYERS = [{"id": number, "name": f"P{number}", "power": number} for number in range(1, 9)]


def test_a_column_that_appears_late_starts_the_reading_again() -> None:
    text = json.dumps([*PLAYERS, {**PLAYERS[0], "id": 9, "deaths": 7, "shoe size": 40}])
    reader = JsonReader(lambda: stream_of(text))
    assert "deaths" not in reader.columns().present
    with patched((read_json, "BLOCK", 100)), pytest.raises(MoreColumnsError):
        list(reader.batches())
    assert 0 < reader.rows < 10
    headers = reader.columns()
    assert headers.present == {"id", "name", "power", "deaths"}
    assert headers.ignored == ("shoe size",)
    assert reader.rows == 0
    deaths = [cell for cells in reader.batches() for cell in cells.columns["deaths"].to_pylist()]
    assert deaths == [None] * 8 + [7]
    assert reader.rows == 9


def test_columns_that_the_first_object_lacks_are_looked_for_in_all_others() -> None:
    first = {"name": "Ada"}
    text = json.dumps([first, *PLAYERS])
    reader = JsonReader(lambda: stream_of(text))
    assert reader.columns().present == {"id", "name", "power"}
    ids = [cell for cells in reader.batches() for cell in cells.columns["id"].to_pylist()]
    assert ids == [None, *range(1, 9)]
