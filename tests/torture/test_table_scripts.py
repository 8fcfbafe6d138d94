"""Histories of the table that are written down: turns that a seed hardly ever takes.

Each is played as it should be, and then with a mutant, which must be caught.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Final

import pytest

from tests.torture.between_requests import ACROSS, HISTORY
from tests.torture.checker import finish
from tests.torture.faults import Fault
from tests.torture.mutants import MUTANTS
from tests.torture.requests import BOARD, Request
from tests.torture.stage import on_stage, until
from tests.torture.table_reader import ENGINE, KINGDOMS
from tests.torture.test_scripts import NEWER, OLDER, upload, withdraw
from tests.torture.uploads import WITHDRAWAL
from tests.torture.world import World

pytestmark = pytest.mark.slow

HOURS: Final = 7200
WRITES: Final = ("replace", "put_many")


def another_one_comes_first(world: World) -> None:
    """Who is about to replace the kingdom's item stands still while another one does so."""
    world.run(world.ingest(upload(world, OLDER, 0)))
    slow = until(world, world.ingest(upload(world, NEWER, 1)), WRITES, "kingdoms 00051")
    world.pass_time(1)
    world.run(world.ingest(upload(world, NEWER, 2)))
    world.run(slow)


def begun_long_ago(world: World) -> list[str]:
    """An upload whose writer died before it was named, two hours ago; others are superseded."""
    for version in (0, 1):
        world.run(world.ingest(upload(world, OLDER, version)))
        world.pass_time(1)
    event = upload(world, NEWER, 2)
    dead = until(world, world.ingest(event), WRITES, "kingdoms 00051")
    world.step(dead, Fault.KILLED)
    world.pass_time(HOURS)
    return event


def named_while_it_is_swept(world: World) -> None:
    """What was begun long ago is named by a retry while a sweep is about to delete it.

    The sweep has tried to complete it before, twice, and the table failed.
    """
    event = begun_long_ago(world)
    sweep = world.sweep()
    for _ in range(2):
        world.step(until(world, sweep, WRITES, "51#written"), Fault.ERROR)
    until(world, sweep, {"delete_many"}, "51#")
    world.run(world.ingest(event))
    world.run(sweep)
    world.run(world.ingest(event))


def swept_while_a_date_is_withdrawn(world: World) -> None:
    """A sweep notes in a kingdom's item what it deletes, while that still names what is withdrawn.

    The sweep has tried to complete the withdrawal before, and the lake failed.
    """
    for version in (0, 1):
        world.run(world.ingest(upload(world, OLDER, version)))
        world.pass_time(1)
    world.pass_time(HOURS)
    withdrawing = until(world, world.ingest(withdraw(world, OLDER)), {"replace"}, "boards/")
    sweep = world.sweep()
    for _ in ("in the inbox", "in its archive"):
        while sweep.pending is None or not sweep.pending.key.endswith(WITHDRAWAL):
            world.step(sweep)
        world.step(sweep, Fault.ERROR)
    until(world, sweep, {"replace"}, "kingdoms 00051")
    world.run(sweep)
    world.run(withdrawing)


def read_while_it_is_superseded(world: World) -> None:
    """A reader has seen what the kingdom's item names, and reads on when that is corrected."""
    world.run(world.ingest(upload(world, NEWER, 0)))
    parameters = {"kingdom": "51", "metric": "power"}
    asked = world.ask(Request(ENGINE, BOARD, parameters, {"limit": "10"}))
    until(world, asked, {"get_many"}, "51#2026-01-26#")
    world.pass_time(1)
    world.run(world.ingest(upload(world, NEWER, 1)))
    world.pass_time(1)
    world.run(world.sweep())
    world.run(asked)


def read_right_after(world: World) -> None:
    """Who was told that an upload is published sees it, though a replica lags behind."""
    world.run(world.ingest(upload(world, NEWER, 0)))
    parameters = {"kingdom": "51", "metric": "power"}
    asked = world.ask(Request(ENGINE, BOARD, parameters, {"limit": "10"}))
    while not asked.ended:
        assert asked.pending is not None
        lags = asked.pending.method in ("get", "get_many", "query")
        world.step(asked, Fault.LAGGED if lags else Fault.NONE)


def never_named(world: World) -> None:
    """A writer dies while it writes parts, and what they are of is corrected before a retry."""
    world.run(world.ingest(upload(world, OLDER, 0)))
    dying = until(world, world.ingest(upload(world, NEWER, 1)), WRITES, "51#2026-01-26#")
    world.step(dying)
    world.step(dying, Fault.KILLED)
    world.pass_time(1)
    world.run(world.ingest(upload(world, NEWER, 2)))


def dropped_while_it_is_swept(world: World) -> None:
    """A sweep has deleted what is superseded, and the table is dropped before it says so."""
    for version in (0, 1):
        world.run(world.ingest(upload(world, OLDER, version)))
        world.pass_time(1)
    world.pass_time(HOURS)
    sweep = until(world, world.sweep(), {"delete_many"}, "51#written")
    world.drop()
    world.run(sweep)


def status_of(world: World, path: str, query: dict[str, str], **named: str) -> int:
    """What the engine `dynamodb` answers."""
    answers = world.run(world.ask(Request(ENGINE, path, named, query))).result
    status: int = answers[0].answer["statusCode"]
    return status


def asked_of_an_empty_table(world: World) -> None:
    """A table was dropped, and its only kingdom is withdrawn before it is filled.

    The lake is asked: as long as that has a snapshot there is a kingdom, announced or not.
    """
    publishing = until(world, world.ingest(upload(world, NEWER, 0)), {"create"}, "reports/")
    world.drop()
    asked = {"kingdom": "51", "player": "1007"}
    assert status_of(world, HISTORY, {}, **asked) in (404, 503)
    world.run(publishing)
    world.pass_time(1)
    until(world, world.ingest(withdraw(world, NEWER)), ("create",), "kingdoms 00051")
    assert status_of(world, HISTORY, {}, **asked) == 404
    world.drop()


def asked_of_a_kingdom_that_is_new(world: World) -> None:
    """A board across kingdoms, of which one is about to come into the table."""
    world.run(world.ingest(upload(world, NEWER, 0)))
    new = until(world, world.ingest(upload(world, (52, NEWER[1]), 1)), ("create",), "kingdoms 00")

    def statuses() -> list[int]:
        asked = ({"kingdoms": one, "limit": "1"} for one in ("51", "52", "51,52"))
        return [status_of(world, ACROSS, query, metric="power") for query in asked]

    assert statuses() == [200, 503, 503]
    assert world.counts["answer 503, not in the table yet"] == 2
    world.run(new)
    assert statuses() == [200] * 3


def filled_by_who_looked_before(world: World) -> None:
    """Who fills a table looked before a correction, and dies; the table was dropped meanwhile."""
    world.run(world.ingest(upload(world, NEWER, 0)))
    world.drop()
    slow = until(world, world.fill(), {"create"}, "kingdoms 00051")
    world.pass_time(1)
    world.run(world.ingest(upload(world, NEWER, 1)))
    world.drop()
    world.step(slow)
    world.step(slow, Fault.KILLED)
    assert status_of(world, HISTORY, {}, kingdom="51", player="1007") in (200, 500)
    world.run(world.fill())


def listed_while_it_is_filled(world: World) -> None:
    """A table was dropped, and has one of two kingdoms again."""
    for kingdom in (51, 52):
        world.run(world.ingest(upload(world, (kingdom, NEWER[1]), 0)))
        world.pass_time(1)
    world.drop()
    assert status_of(world, KINGDOMS, {}) == 200
    filling = until(world, world.fill(), {"create"}, "kingdoms 00052")
    assert status_of(world, KINGDOMS, {}) == 200
    world.run(filling)
    assert status_of(world, KINGDOMS, {}) == 200


SCRIPTS: Final[list[tuple[Callable[[World], object], str]]] = [
    (another_one_comes_first, "the_item_is_put_without_a_condition"),
    (named_while_it_is_swept, "the_sweep_tells_nobody"),
    (named_while_it_is_swept, "what_is_being_dropped_is_named"),
    (read_while_it_is_superseded, "superseded_parts_go_at_once"),
    (read_right_after, "no_read_is_consistent"),
    (never_named, "marks_come_after_the_parts"),
    (asked_of_an_empty_table, "what_is_not_in_the_table_is_nowhere"),
    (listed_while_it_is_filled, "the_list_has_what_is_in_the_table"),
]


def played(script: Callable[[World], object], mutant: str | None = None) -> list[str]:
    """What is wrong after a script."""
    world = World(table=True)
    with on_stage(world), MUTANTS[mutant]() if mutant else nullcontext():
        script(world)
        problems = [*world.problems] or finish(world)
        world.abandon()
        return problems


@pytest.mark.parametrize(
    "script",
    [
        *dict.fromkeys(one for one, _ in SCRIPTS),
        asked_of_a_kingdom_that_is_new,
        swept_while_a_date_is_withdrawn,
        dropped_while_it_is_swept,
        filled_by_who_looked_before,
    ],
    ids=lambda one: one.__name__,
)
def test_what_is_written_down_ends_well(script: Callable[[World], object]) -> None:
    assert played(script) == []


@pytest.mark.parametrize(("script", "mutant"), SCRIPTS, ids=[mutant for _, mutant in SCRIPTS])
def test_a_mutant_is_caught_by_its_script(script: Callable[[World], object], mutant: str) -> None:
    assert played(script, mutant) != []
