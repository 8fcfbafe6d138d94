"""`python -m tests.views`: every interleaving of every scenario, three writers too."""

import sys

from tests.views.walk import walking
from tests.views.walk_cases import ROSTER_BESIDE_BOTH, ROSTERS, THREE, TWO


def main() -> int:
    """Walk them all; the exit code."""
    failed = 0
    for scenario in (*TWO, *ROSTERS, ROSTER_BESIDE_BOTH, *THREE):
        with walking(scenario) as walk:
            walked = walk.everywhere()
        failed += len(walked.problems)
        print(
            f"{scenario.name:28} {walked.states:10,} states in {walked.seconds:4.0f} s, "
            f"{walked.ends} lakes in the end, {len(walked.problems)} problems",
            *walked.problems,
            sep="\n",
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
