"""What a workbook may cost: time and memory, measured in a process of its own."""

from pathlib import Path

import pytest

from tests.scans.xlsx.measure import cost

pytestmark = pytest.mark.slow

# The promise is 0.12 s and 5 s; machines that run tests are slower and do other things too.
PATIENCE = 3


@pytest.mark.parametrize(
    ("name", "seconds", "mib"),
    [
        ("1,000 players, 20 columns", 0.12, 64),
        pytest.param("50,000 players, 20 columns", 5, 128, marks=pytest.mark.long),
    ],
)
def test_a_scan_takes_little_time_and_memory(
    name: str, seconds: float, mib: float, tmp_path: Path
) -> None:
    found = cost(name, tmp_path)
    assert found.outcome.endswith(" players")
    assert found.mib < mib
    assert found.seconds < seconds * PATIENCE


@pytest.mark.parametrize(
    "name", [pytest.param("200 MB of spaces", marks=pytest.mark.long), "one text of 200 MB"]
)
def test_a_bomb_of_hundreds_of_megabytes_is_refused(name: str, tmp_path: Path) -> None:
    found = cost(name, tmp_path)
    assert found.outcome in ("empty_file", "bad_workbook")
    assert found.mib < 64
    assert found.seconds < 2 * PATIENCE
