"""The scenarios of two and of three writers whose interleavings are walked."""

from typing import Final

from tests.views.walk_scenarios import Scenario
from tests.views.walk_uploads import Scan, Withdrawal

TWO: Final = (
    Scenario("two of one date", [Scan(12, 1), Scan(12, 2)]),
    Scenario("two of one second", [Scan(12, 1), Scan(12, 1, name="b")]),
    Scenario("one twice", [Scan(12, 1), Scan(12, 1)]),
    Scenario("neighbours", [Scan(12, 1), Scan(19, 2)]),
    Scenario("corrected beside a new one", [Scan(12, 2), Scan(19, 1)], [Scan(12, 0)]),
    Scenario("late between two", [Scan(12, 2), Scan(19, 3)], [Scan(5, 0), Scan(19, 1)]),
    # The toy of the first and of the third is the same, that of the second is another one.
    Scenario("what was before comes back", [Scan(12, 2), Scan(12, 4)], [Scan(12, 1)], colours=2),
    Scenario("two kingdoms", [Scan(12, 1), Scan(12, 2, kingdom=52)]),
    Scenario("rebuilt beside a new one", [Scan(19, 2)], [Scan(12, 1)], rebuilds=True),
    Scenario("withdrawn", [Scan(12, 1), Withdrawal(12, 2)]),
    Scenario("withdrawn beside another date", [Scan(12, 1), Withdrawal(12, 2)], [Scan(5, 0)]),
    Scenario("withdrawn within its second", [Scan(12, 1), Withdrawal(12, 1)]),
    Scenario("withdrawn twice", [Withdrawal(12, 2), Withdrawal(12, 3)], [Scan(12, 1)]),
    Scenario("withdrawn and corrected", [Withdrawal(12, 2), Scan(12, 3)], [Scan(12, 1)]),
    Scenario("withdrawn before", [Scan(12, 1), Scan(12, 3)], [Withdrawal(12, 2)]),
    Scenario("the newest withdrawn", [Withdrawal(19, 2), Scan(5, 3)], [Scan(12, 0), Scan(19, 1)]),
    Scenario(
        "withdrawn between two",
        [Withdrawal(12, 4), Scan(26, 5)],
        [Scan(5, 0), Scan(12, 1), Scan(19, 2)],
    ),
    Scenario(
        "back between two",
        [Scan(12, 4), Scan(5, 5)],
        [Scan(5, 0), Scan(12, 1), Withdrawal(12, 2), Scan(19, 3)],
    ),
    # What touches a date's changes touches its summary, whatever comes in between. The changes of
    # the last date are the same before and after, and others for as long as one is at work.
    Scenario(
        "one comes between",
        [Scan(5, 6), Scan(9, 10)],
        [Scan(5, 0), Scan(8, 3), Scan(12, 11)],
        colours=2,
    ),
    Scenario(
        "rebuilt beside a withdrawal",
        [Withdrawal(19, 2)],
        [Scan(12, 1), Scan(19, 1)],
        rebuilds=True,
    ),
)
ROSTERS: Final = (
    Scenario(
        "a roster beside a withdrawal",
        [Withdrawal(12, 4)],
        [Scan(5, 0), Scan(12, 1), Scan(19, 2)],
        rosters=True,
    ),
    Scenario(
        "a roster beside a new one",
        [Scan(26, 4)],
        [Scan(5, 0), Scan(12, 1), Scan(19, 2)],
        rosters=True,
    ),
    Scenario(
        "a roster beside a correction",
        [Scan(12, 4)],
        [Scan(5, 0), Scan(12, 1), Scan(19, 2)],
        rosters=True,
    ),
)
"""The rosters are rebuilt meanwhile, and nothing else, by one who may crash too."""
ROSTER_BESIDE_BOTH: Final = Scenario(
    "a roster beside both",
    [Withdrawal(12, 4), Scan(19, 5)],
    [Scan(5, 0), Scan(12, 1)],
    rosters=True,
)
THREE: Final = (
    Scenario("three of one date", [Scan(12, 1), Scan(12, 2), Scan(12, 3)]),
    Scenario("three dates", [Scan(5, 1), Scan(19, 2), Scan(12, 3)]),
    Scenario("correction between", [Scan(5, 1), Scan(12, 2), Scan(5, 3)]),
    Scenario("two kingdoms, three", [Scan(12, 1), Scan(12, 2, kingdom=52), Scan(19, 3)]),
    Scenario("withdrawn between", [Scan(12, 1), Withdrawal(12, 2), Scan(12, 3)]),
    Scenario(
        "withdrawn beside another kingdom",
        [Scan(19, 2), Withdrawal(19, 3), Scan(12, 1, kingdom=52)],
        [Scan(12, 1)],
    ),
)
