"""Every interleaving of some writers over the real `publish`, with a crash anywhere, ends right.

All views of the registry are in it, and one that is made of two neighbours. At every state the
catalog names only runs whose boards are there, and no write brings a date back to an older run; in
the end, after one sweep, every target is what its sources say, in our eyes and in `verify`'s.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.torture.mutants import MUTANTS
from tests.views.walk import walking
from tests.views.walk_cases import ROSTER_BESIDE_BOTH, ROSTERS, THREE, TWO
from tests.views.walk_scenarios import Scenario

pytestmark = pytest.mark.slow

PAGE: Final = Path(__file__).parents[2] / "docs" / "torture.md"
ROW: Final = re.compile(r"^\| `(\w+)` \|.*\| ([a-z ,]+) \|$", re.MULTILINE)
CAUGHT: Final = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))
SCENARIOS: Final = {scenario.name: scenario for scenario in (*TWO, *THREE)}
WALKS: Final = 1000


LONGER: Final = ("back between two", "one comes between", "two of one second")
"""They take some seconds each, and are walked whole by `make test-long`."""
SHORT: Final = [*(scenario for scenario in TWO if not scenario.rebuilds), *ROSTERS]
LONG: Final = [scenario for scenario in (*TWO, *THREE) if scenario not in SHORT]
"""All of their interleavings are walked by `make walk`."""


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(one, marks=[pytest.mark.long] * (one.name in LONGER), id=one.name)
        for one in SHORT
    ],
)
def test_every_interleaving_of_two_writers_ends_right(scenario: Scenario) -> None:
    with walking(scenario) as walk:
        walked = walk.everywhere()
    assert walked.problems == []
    assert walked.complete
    assert walked.states > 1000


@pytest.mark.long
@pytest.mark.parametrize("scenario", LONG, ids=lambda scenario: scenario.name)
def test_so_do_many_of_three_and_of_a_rebuilding(scenario: Scenario) -> None:
    with walking(scenario) as walk:
        walked = walk.at_random(WALKS)
    assert walked.problems == []
    assert walked.ends >= 6


@pytest.mark.long
def test_every_interleaving_of_a_withdrawal_a_new_one_and_a_rebuilt_roster_ends_right() -> None:
    with walking(ROSTER_BESIDE_BOTH) as walk:
        walked = walk.everywhere()
    assert walked.problems == []
    assert walked.complete


@pytest.mark.parametrize("name", ["a_rebuilding_does_not_swap", "the_roster_reads_a_date_once"])
def test_a_roster_that_is_rebuilt_carelessly_goes_wrong(name: str) -> None:
    problems = []
    for scenario in ROSTERS:
        with MUTANTS[name](), walking(scenario) as walk:
            problems += walk.everywhere(most_problems=1).problems
    assert problems
    assert " raised " not in problems[0], "a mutant that only fails is no mutant"


@pytest.mark.long
@pytest.mark.parametrize("name", ["neighbours", "what was before comes back"])
def test_what_makes_a_walk_short_hides_nothing(name: str) -> None:
    with walking(SCENARIOS[name]) as short:
        few = short.everywhere()
    # Not everywhere: every step of every view by itself makes tens of millions of states.
    with walking(SCENARIOS[name], short=False) as long:
        many = long.at_random(WALKS)
    assert many.problems == few.problems == []
    assert many.ends > 10
    assert long.ends() <= short.ends()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.long] * (SCENARIOS[CAUGHT[name]] in LONG))
        for name in CAUGHT
    ],
)
def test_a_mutant_goes_wrong_on_the_way(name: str) -> None:
    with MUTANTS[name](), walking(SCENARIOS[CAUGHT[name]]) as walk:
        problems = walk.everywhere(most_problems=1).problems
    assert problems
    assert " raised " not in problems[0], "a mutant that only fails is no mutant"


def test_the_page_names_the_mutants_that_a_walk_catches() -> None:
    assert {"looks_before_the_head", "no_swap", "no_second_look"} <= CAUGHT.keys()
    assert len(CAUGHT) >= 8
