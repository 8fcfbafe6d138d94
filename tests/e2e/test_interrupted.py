"""A deployment may be killed anywhere: the next one finishes it, and nothing is left at its end."""

from collections.abc import Iterator

import pytest

from tests.e2e.artefact import NEEDS_312
from tests.e2e.interrupted import (
    Interrupter,
    deploy_killed,
    destroy_killed,
    interrupter,
    update_killed,
)
from tests.e2e.moto_for_chalice import MotoForChalice

pytestmark = [NEEDS_312, pytest.mark.slow, pytest.mark.long]

# `python -m tests.e2e.interrupted` has them all. These are before and after the roles, among the
# functions, and before the API is known; of an end, before and after the functions.
OF_A_DEPLOYMENT = (2, 7, 12, 18, 25)
OF_AN_UPDATE = (3, 8)
OF_AN_END = (2, 6)


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Interrupter]:
    """An account without a stage."""
    with MotoForChalice() as moto:
        yield interrupter(tmp_path_factory.mktemp("clone"), moto)


@pytest.mark.parametrize("after", OF_A_DEPLOYMENT)
def test_a_deployment_that_was_killed_is_finished_and_taken_down(
    of: Interrupter, after: int
) -> None:
    assert deploy_killed(of, after)


@pytest.mark.parametrize("after", OF_AN_UPDATE)
def test_an_update_that_was_killed_is_finished_and_taken_down(of: Interrupter, after: int) -> None:
    assert update_killed(of, after)


@pytest.mark.parametrize("after", OF_AN_END)
def test_an_end_that_was_killed_is_finished(of: Interrupter, after: int) -> None:
    assert destroy_killed(of, after)
