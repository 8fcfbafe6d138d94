"""The five states of an entry since another snapshot (contract, section 8: `since`)."""

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.changes.movement import is_comparable, movement
from tests.changes.scans import BY_FILE, FORMULA, NO_DKP


@pytest.mark.parametrize(
    ("rank", "seen", "before", "comparable", "moved"),
    [
        (3, False, None, True, "new"),
        (3, False, None, False, "new"),
        (3, True, None, True, "unknown"),
        (3, True, 7, False, "unknown"),
        (3, True, 7, True, "up"),
        (3, True, 3, True, "same"),
        (3, True, 1, True, "down"),
    ],
)
def test_an_entry_moved(
    rank: int, seen: bool, before: int | None, comparable: bool, moved: str
) -> None:
    assert movement(rank, seen, before, comparable) == moved


OTHERS = {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 41}}
TURNED = {"basis": "formula", "weights": {"deaths": 40, "t5_kills": 20, "t4_kills": 10}}


@pytest.mark.parametrize(
    ("older", "comparable"),
    [(FORMULA, True), (TURNED, True), (OTHERS, False), (BY_FILE, False), (NO_DKP, False)],
    ids=["the same", "in another order", "other weights", "a file's", "none"],
)
def test_a_dkp_of_another_basis_or_other_weights_ranks_by_something_else(
    older: Mapping[str, Any], comparable: bool
) -> None:
    assert is_comparable("dkp", None, older, FORMULA) is comparable
    assert is_comparable("dkp", {"deaths": 1}, older, FORMULA)
    assert is_comparable("kills", None, older, FORMULA)
