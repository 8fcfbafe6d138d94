"""`make test-clients`: the generated clients' tests, and what they need.

Exit codes: pytest's own; 3 when what they need is not to be had, with one line that says what.
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

import pytest

from tests.clients.node import NotToBeHadError, prepare

CANNOT: Final = 3


def main(arguments: Sequence[str]) -> int:
    """Run the tests, or with `--prepare` only see to what they need; the rest is pytest's."""
    try:
        prepare()
    except NotToBeHadError as error:
        print(f"error: {error}", file=sys.stderr)
        return CANNOT
    if list(arguments) == ["--prepare"]:
        return 0
    os.environ["REQUIRE_CLIENTS"] = "1"
    return int(pytest.main(["tests/clients", *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
