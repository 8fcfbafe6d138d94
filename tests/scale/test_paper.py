"""The arithmetic of the costs, against sums done by hand."""

import pytest

from benchmarks.scale.paper import Work, board_usd, months


def test_a_million_boards_cost_what_the_engines_page_says_and_waiting() -> None:
    # docs/engines.md: 4.54 without waiting for S3, which is 0.33 to 0.83.
    assert 4.54 < board_usd("boards") * 1e6 < 4.54 + 0.83
    assert board_usd("arrow") == board_usd("boards")
    assert board_usd("athena") * 1e6 == pytest.approx(96.65, abs=5)


def test_a_month_is_the_sum_of_its_calls() -> None:
    upload = Work({"GET": 10, "PUT": 5}, 2.0, 1.5)
    sweep = Work({"LIST": 100}, 10.0, 1.0)
    lines = {name: usd for name, usd, _ in months(12, upload, sweep, 10, scan_mb=1.0)}
    assert lines["uploads"] == pytest.approx(52 * (10 * 0.4e-6 + 25e-6 + 3 * 0.0000133334 + 0.2e-6))
    assert lines["sweeps"] == pytest.approx(2880 * (500e-6 + 10 * 0.0000133334 + 0.2e-6))
    assert lines["storage"] == pytest.approx(0.624 * 0.023)
    assert lines["boards by boards"] == pytest.approx(3600 * board_usd("boards"))
