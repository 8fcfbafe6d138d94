"""The torture is worth something: publishing broken on purpose is caught (docs/torture.md)."""

import re
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from tests.torture.history import play
from tests.torture.mutants import MUTANTS
from tests.torture.table_mutants import TABLE_MUTANTS

pytestmark = [pytest.mark.slow, pytest.mark.long]

OF_TABLE: Final = {mutant.__name__ for mutant in TABLE_MUTANTS}
PAGE: Final = Path(__file__).parents[2] / "docs" / "torture.md"
ROW: Final = re.compile(r"^\| `(\w+)` \|.*\| (\d+|–) \| ([a-z ]+|–) \|$", re.MULTILINE)
ROWS: Final = ROW.findall(PAGE.read_text(encoding="utf-8"))
CAUGHT: Final = {name: int(seed) for name, seed, _ in ROWS if seed != "–"}
PROGRAMMING: Final = re.compile(r"raised (Type|Attribute|Name|Key|Index|Unbound\w*)Error")
"""A mutant that only fails is no mutant: it must do something wrong."""
MOST_SEEDS: Final = 400
"""So many are tried when the documented one no longer does: whoever calls the store once more or
less than before changes every history."""


def test_every_mutant_stands_in_the_docs_with_the_seed_or_the_walk_that_caught_it() -> None:
    """`tests/views/test_interleavings.py` walks; `test_table_scripts.py` has those of the table."""
    assert [name for name, _, _ in ROWS] == [*MUTANTS]
    assert all(seed != "–" or walk != "–" or name in OF_TABLE for name, seed, walk in ROWS)
    assert len(CAUGHT) >= 20


@pytest.mark.parametrize("name", CAUGHT)
def test_a_mutant_is_caught_and_the_product_is_not(name: str) -> None:
    table = name in OF_TABLE
    for seed in chain([CAUGHT[name]], range(MOST_SEEDS)):
        with MUTANTS[name]():
            caught = play(seed, table=table).problems
        if caught:
            assert not PROGRAMMING.search(" ".join(caught)), caught
            assert play(seed, table=table).problems == []
            return
    pytest.fail(f"{name} got away with {MOST_SEEDS} histories")
