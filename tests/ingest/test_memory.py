"""What ingestion may hold in memory, measured in a process of its own."""

from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from tests.ingest.large import LINES
from tests.ingest.support import LIMIT_MIB, run_measured

pytestmark = pytest.mark.slow


def test_a_scan_of_200_000_players_stays_within_320_mib(tmp_path: Path) -> None:
    """Reading is bounded by the batch; the roster and the changes hold a snapshot's columns."""
    peak, result = run_measured("ingest_scan", str(tmp_path), "200000")
    assert result == [ANY, "accepted", 200_000, True]
    assert peak < LIMIT_MIB + 64


LONG = pytest.mark.long


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        pytest.param(
            "header.csv", [0, 1, [["bad_text", None, 1, None, None]]], marks=pytest.mark.long
        ),
        ("record.csv", [0, 1, [["bad_text", 2, 4, None, None]]]),
        pytest.param(
            "open_quote.csv", [0, 1, [["bad_text", 2, 3, None, None]]], marks=pytest.mark.long
        ),
        pytest.param(
            "string.json", [0, 1, [["bad_json", 1, 1, None, None]]], marks=pytest.mark.long
        ),
        ("object_line.jsonl", [2, 1, [["bad_json", 2, 2, None, None]]]),
        pytest.param(
            "keys.jsonl", [0, 1, [["bad_json", None, 2, None, None]]], marks=pytest.mark.long
        ),
        ("ragged.csv", [0, 1, [["bad_text", 1, 2, None, None]]]),
    ],
)
def test_a_line_of_100_mb_is_refused_within_256_mib(
    name: str, outcome: list[Any], tmp_path: Path
) -> None:
    peak, result = run_measured("check_line", name, str(tmp_path))
    assert result == ["rejected", *outcome]
    assert peak < LIMIT_MIB


@pytest.mark.parametrize(("name", "players"), [("array.json", 100), ("spaces.json", 1)])
def test_json_on_one_line_of_100_mb_is_read_within_256_mib(
    name: str, players: int, tmp_path: Path
) -> None:
    peak, result = run_measured("check_line", name, str(tmp_path))
    assert result == ["accepted", players, 0, []]
    assert peak < LIMIT_MIB


def test_every_large_file_is_measured() -> None:
    assert len(LINES) == 9
