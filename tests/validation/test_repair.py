"""An upload whose only fault are repeated rows is mended without losing anything (contract, 5)."""

import io
import json
from typing import Any

import pytest

from chalicelib.lake.file_names import parse_file_name
from chalicelib.scans.upload import Upload, receive
from chalicelib.validation.repair import Repair, find_repair
from chalicelib.validation.validate import validate_upload
from tests.ingest.support import SETTINGS

PLAYERS = [
    {"ID": 1, "Name": "Ana", "Power": 5, "Town Hall": "25"},
    {"ID": 2, "Name": "Bo", "Power": 7, "Town Hall": None},
]


def mend(data: bytes, name: str, kingdom: int | None = None) -> tuple[Repair | None, bytes]:
    out = io.BytesIO()
    upload: Upload = receive(io.BytesIO(data), SETTINGS.max_upload_bytes, io.BytesIO())
    file = parse_file_name(name)
    found = validate_upload(upload, file, SETTINGS, kingdom=kingdom)
    repair = find_repair(upload, file, SETTINGS, found, out, kingdom=kingdom)
    return repair, out.getvalue()


def lines(*players: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, players)).encode()


def test_of_each_repeated_row_the_first_stays() -> None:
    ana, bo = PLAYERS
    repair, data = mend(lines(ana, bo, bo, ana, bo), "players.jsonl")
    assert repair is not None
    assert data == lines(ana, bo)
    assert repair.as_json("k") == {"key": "k", "removed_rows": [3, 4, 5]}
    assert repair.name == "players.repaired.jsonl"


@pytest.mark.parametrize(
    "other",
    [{"Power": 8}, {"Town Hall": "24"}, {"Name": "bo"}, {"Name": " Bo"}, {"Late": "x"}],
    ids=lambda other: next(iter(other)),
)
def test_rows_that_differ_anywhere_are_for_a_person_to_decide(other: dict[str, Any]) -> None:
    ana, bo = PLAYERS
    assert mend(lines(ana, bo, bo | other), "players.jsonl") == (None, b"")
    assert mend(lines(ana, ana, bo, bo | other), "players.jsonl") == (None, b"")


@pytest.mark.parametrize("power", ["many", -7])
def test_any_other_error_is_mended_first(power: object) -> None:
    ana, bo = PLAYERS
    assert mend(lines(ana, bo, bo, {**ana, "ID": 3, "Power": power}), "a.jsonl") == (None, b"")


def test_a_good_file_has_nothing_to_mend() -> None:
    assert mend(lines(*PLAYERS), "players.jsonl") == (None, b"")


def test_an_absent_cell_is_as_a_null_one_and_no_empty_one() -> None:
    ana, bo = PLAYERS
    absent = {"ID": 2, "Name": "Bo", "Power": 7}
    assert mend(lines(ana, bo, absent), "players.jsonl")[0] is not None
    assert mend(lines(ana, bo, {**absent, "Town Hall": ""}), "players.jsonl")[0] is None


def test_more_repetitions_than_findings_are_listed_are_mended_too() -> None:
    players = [{"ID": n + 1, "Name": "x", "Power": n} for n in range(1500)]
    repair, data = mend(json.dumps(players + players).encode(), "players.json")
    assert repair is not None
    assert json.loads(data) == players
    assert repair.removed_rows == [*range(1501, 3001)]
    # One of the last ones differs, whose finding is not listed.
    players[-1] = {**players[-1], "x": "y"}
    assert mend(json.dumps(players * 2 + players[:1]).encode(), "players.json")[0] is not None
    assert mend(json.dumps([*players, *players[:-1], PLAYERS[1]]).encode(), "a.json")[0] is None


def test_a_report_lists_many_removed_rows_and_counts_them_all() -> None:
    upload = Upload(None, 0, "", too_large=False)
    said = Repair(upload, "x.csv", range(1, 20_001)).as_json(None)
    assert said["removed_rows"] == [*range(1, 10_001)]
    assert (said["key"], said["removed_count"]) == (None, 20_000)
