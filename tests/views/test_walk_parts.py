"""Nothing that is named, or was a moment ago, is deleted from the table, whoever is at work."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

import pytest

from chalicelib.ingest.sweeping.parts import PartsSweep
from chalicelib.items.kingdom import decode_kingdom, named_parts
from chalicelib.items.parts import part_keys
from chalicelib.views.items import items_view
from chalicelib.views.items.items_view import ItemsView
from tests.ingest.support import patched
from tests.views.walk_parts import PartsWalk, Scenario, on_stage, sweep, upload

pytestmark = pytest.mark.slow
LONG: Final = pytest.mark.long

BACK: Final = Scenario("what is superseded counts again", [upload("B"), sweep, sweep])
NEW: Final = Scenario("what counts is superseded", [upload("C"), sweep, sweep])
TWO: Final = Scenario("two writers alone", [upload("B"), upload("C")])
TWICE: Final = Scenario("one twice", [upload("C"), upload("C")])
BOTH: Final = Scenario("two writers", [upload("B"), upload("C"), sweep])
AND_BACK: Final = Scenario("there and back", [upload("C"), upload("A"), sweep], ticks=2)


def problems_of(scenario: Scenario) -> tuple[list[str], int]:
    with on_stage():
        walk = PartsWalk(scenario)
        walk.everywhere()
    return walk.problems, walk.states


@pytest.mark.parametrize(
    "scenario",
    [
        BACK,
        NEW,
        TWO,
        TWICE,
        *(pytest.param(one, marks=pytest.mark.long) for one in (BOTH, AND_BACK)),
    ],
    ids=lambda scenario: scenario.name,
)
def test_every_interleaving_of_writers_and_sweeps_ends_right(scenario: Scenario) -> None:
    problems, states = problems_of(scenario)
    assert problems == []
    assert states > 500


def no_dropping() -> AbstractContextManager[None]:
    """The sweep deletes without a word in the kingdom's item."""
    return patched((PartsSweep, "_swap", lambda *_: True))


def deletes_before_the_swap() -> AbstractContextManager[None]:
    """The sweep deletes what it is about to hold."""
    right = vars(PartsSweep)["_take"]

    def take(self: Any, kingdom: int) -> Any:
        said, _ = self._kingdom(kingdom)
        for part in self._candidates(said):
            self._table.delete_many(part_keys(self._table, kingdom, part))
        return right(self, kingdom)

    return patched((PartsSweep, "_take", take))


def ignores_when_it_was_superseded() -> AbstractContextManager[None]:
    """A part is as old as its mark."""
    right = vars(PartsSweep)["_candidates"]
    return patched(
        (PartsSweep, "_candidates", lambda self, said: right(self, said._replace(superseded={})))
    )


def names_what_is_being_deleted() -> AbstractContextManager[None]:
    """A writer does not look what is held."""
    return patched((items_view, "_refuse_dropping", lambda _: None))


def forgets_what_is_held() -> AbstractContextManager[None]:
    """A writer's item says nothing of what is held."""
    right = vars(items_view)["_with_superseded"]
    return patched((items_view, "_with_superseded", lambda *two: right(*two)._replace(dropping={})))


def trusts_what_is_marked() -> AbstractContextManager[None]:
    """A writer does not write a part that is marked: somebody has begun to."""

    def trusting(name: str) -> tuple[object, str, object]:
        right = vars(ItemsView)[name]

        def write(self: Any, *rest: Any) -> Any:
            marked = {item.key.name for item in self._table.query("51#written")}
            made = decode_kingdom(rest[3], 51)
            if named_parts(made) <= marked:
                vars(items_view)["_refuse_dropping"](made)
                return False
            return right(self, *rest)

        return ItemsView, name, write

    return patched(trusting("write_parts"), trusting("repair_parts"))


MUTANTS: Final[dict[Callable[[], AbstractContextManager[None]], Scenario]] = {
    no_dropping: BACK,
    deletes_before_the_swap: BACK,
    ignores_when_it_was_superseded: NEW,
    names_what_is_being_deleted: BACK,
    forgets_what_is_held: BOTH,
    trusts_what_is_marked: TWICE,
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_goes_wrong_on_the_way(mutant: Callable[[], AbstractContextManager[None]]) -> None:
    with mutant():
        problems, _ = problems_of(MUTANTS[mutant])
    assert problems
    assert " raised " not in problems[0], "a mutant that only fails is no mutant"
