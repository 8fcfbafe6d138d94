"""A short run of the fuzzing of workbooks."""

import pytest

from tests.fuzz.run import Tally, check_workbook_seed, fuzz
from tests.fuzz.workbooks import make

pytestmark = [pytest.mark.slow, pytest.mark.long]

PARTS = 4
FILES = 250


@pytest.fixture(scope="module")
def whole() -> Tally:
    """What all parts of the short run have counted."""
    return Tally()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_hostile_workbook_has_a_report_that_is_one(part: int, whole: Tally) -> None:
    tally = fuzz(range(part * FILES, (part + 1) * FILES), check_workbook_seed)
    whole.add(tally)
    for seed, what in tally.failures:
        print(f"{what}\nFAILED: make fuzz WORKBOOKS=1 SEED={seed}")
    assert [seed for seed, _ in tally.failures] == []


def test_hostile_workbooks_reach_what_they_should(whole: Tally) -> None:
    if whole.files < PARTS * FILES:
        pytest.skip("only all parts together reach everything")
    codes = {"accepted", "bad_workbook", "too_large", "bad_number", "bad_text", "out_of_range"}
    assert codes < whole.codes.keys()
    assert len(whole.families) == 5


def test_a_seed_is_one_workbook_for_ever() -> None:
    assert all(make(seed) == make(seed) for seed in range(20))
