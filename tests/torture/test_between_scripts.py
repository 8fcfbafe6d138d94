"""Histories that are written down: what is asked between snapshots while one of them is replaced.

Faults follow from the snapshot before the two that are compared, and who returned from all before
them. No answer names those. So an answer that is made of another state of them than the catalog
names must not have the tag of that state: a reader would keep it, and have it confirmed for ever.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.torture.between_mutants import SCRIPTED_MUTANTS
from tests.torture.between_requests import CHANGES, GAINS, PLAYERS
from tests.torture.catalogs import version_of
from tests.torture.checker import finish
from tests.torture.mutants import facts_and_players_are_read_apart
from tests.torture.reconcile_mutants import Mutant
from tests.torture.requests import BOARD, Request
from tests.torture.scans import GOOD, WITHDRAWALS
from tests.torture.stage import on_stage
from tests.torture.uploads import WITHDRAWAL, Upload
from tests.torture.workers import Worker
from tests.torture.world import World

pytestmark = pytest.mark.slow

DAYS = ("2026-01-12", "2026-01-19", "2026-01-26", "2026-01-27")
THREE, FOUR, FIVE, SIX = range(4)
"""The scans in `GOOD` that have so many players; the more, the higher the counters."""


def upload(world: World, day: str, version: int) -> Upload:
    """Put a scan into the inbox."""
    key = f"inbox/source=rok_players/kingdom=51/dt={day}/a.csv"
    world.pass_time(1)
    return world.upload(key, GOOD[version], (51, day))


def ingest(world: World, day: str, version: int) -> Worker:
    """Put a scan into the inbox, and let its event come."""
    return world.ingest([upload(world, day, version).key])


def everything(older: str, newer: str) -> Iterator[Request]:
    """What is asked of a pair."""
    kingdom, metric = {"kingdom": "51"}, {"metric": "deaths"}
    span = {"from": older, "to": newer}
    yield Request("arrow", CHANGES, kingdom, span)
    yield Request("arrow", GAINS, kingdom | metric, span)
    for engine in ("arrow", "boards"):
        yield Request(engine, BOARD, kingdom | metric, {"since": older, "date": newer})


def ask_all(world: World, older: str, newer: str) -> None:
    """Ask everything of a pair; the reader judges."""
    for request in everything(older, newer):
        world.run(world.ask(request))


def until(world: World, worker: Worker, reached: Callable[[str], bool]) -> None:
    """Let a worker go on until it is about to write a key."""
    while worker.pending is None or not (
        worker.pending.method == "replace" and reached(worker.pending.key)
    ):
        world.step(worker)


def step_until(world: World, worker: Worker, method: str, end: str, start: str = "") -> None:
    """Let a worker go on until it is about to make a call of a key with this end and start."""
    while (call := worker.pending) is None or not (
        call.method == method and call.key.endswith(end) and call.key.startswith(start)
    ):
        world.step(worker)


def corrected(pair: tuple[int, int], corrected_one: int) -> list[str]:
    """What is wrong while a snapshot is corrected, asked before each of the writes."""
    older, newer = (DAYS[at] for at in pair)
    world = World()
    with on_stage(world):
        for day, version in zip(DAYS, (FIVE, SIX, FOUR, FOUR), strict=True):
            world.run(ingest(world, day, version))
        ask_all(world, older, newer)
        correction = ingest(world, DAYS[corrected_one], THREE)
        while not correction.ended and not world.problems:
            if correction.pending and correction.pending.method in ("create", "replace"):
                ask_all(world, older, newer)
            world.step(correction)
        ask_all(world, older, newer)
        return world.problems or finish(world)


def while_the_snapshot_before_is_corrected() -> list[str]:
    """Of neighbours, whose changes are there."""
    return corrected((1, 2), 0)


def while_the_snapshot_before_is_corrected_of_others() -> list[str]:
    """Of two that have one between them, whose changes are calculated."""
    return corrected((1, 3), 0)


def while_the_newer_one_is_corrected() -> list[str]:
    """Its changes are there before the catalog names it."""
    return corrected((1, 2), 2)


def while_the_correction_is_listed_by_another() -> list[str]:
    """The catalog names the snapshot before, and the changes are not yet made of it."""
    world = World()
    with on_stage(world):
        for day, version in zip(DAYS[:3], (FIVE, SIX, FOUR), strict=True):
            world.run(ingest(world, day, version))
        ask_all(world, *DAYS[1:3])
        correction = ingest(world, DAYS[0], THREE)
        until(world, correction, lambda key: key.startswith("changes/") and DAYS[2] in key)
        world.run(ingest(world, DAYS[3], FOUR))
        ask_all(world, *DAYS[1:3])
        world.run(correction)
        ask_all(world, *DAYS[1:3])
        return world.problems or finish(world)


def while_the_roster_lacks_what_the_catalog_names() -> list[str]:
    """Who returned is in a correction of the oldest snapshot, and not in what it corrects."""
    world = World()
    with on_stage(world):
        for day, version in zip(DAYS[:3], (THREE, THREE, FIVE), strict=True):
            world.run(ingest(world, day, version))
        ask_all(world, *DAYS[1:3])
        listing = ingest(world, DAYS[3], FOUR)
        until(world, listing, lambda key: key.endswith("snapshots.json"))
        correction = ingest(world, DAYS[0], FIVE)
        until(world, correction, lambda key: key.startswith("players/"))
        world.run(listing)
        ask_all(world, *DAYS[1:3])
        world.run(correction)
        ask_all(world, *DAYS[1:3])
        return world.problems or finish(world)


def a_version_that_is_not_there_yet() -> list[str]:
    """Of the older one: there is only what it is about to be replaced by."""
    world = World()
    with on_stage(world):
        world.run(ingest(world, DAYS[0], FIVE))
        world.run(ingest(world, DAYS[1], FOUR))
        version = version_of(upload(world, DAYS[0], THREE))
        span = {"from": DAYS[0], "to": DAYS[1], "from_version": version}
        for path in (CHANGES, GAINS):
            request = Request("arrow", path, {"kingdom": "51", "metric": "deaths"}, span)
            world.run(world.ask(request))
        return world.problems or finish(world)


def while_the_first_snapshot_is_published() -> list[str]:
    """The roster is not there yet when it is read, and the catalog is when that is read."""
    world = World()
    with on_stage(world):
        publishing = ingest(world, DAYS[0], FIVE)
        asking = world.ask(Request("arrow", PLAYERS, {"kingdom": "51"}, {"search": "ana"}))
        world.step(asking)
        world.run(publishing)
        world.run(asking)
        return world.problems or finish(world)


def while_another_event_lists_the_first_snapshot() -> list[str]:
    """A withdrawal of nothing lists its boards, and its roster is about to be written."""
    world = World()
    with on_stage(world):
        key = f"inbox/source=rok_players/kingdom=51/dt={DAYS[0]}/{WITHDRAWAL}"
        world.upload(key, WITHDRAWALS[1], (51, DAYS[0]))
        withdrawing = world.ingest([key])
        step_until(world, withdrawing, "head", "snapshots.json")
        publishing = ingest(world, DAYS[1], FIVE)
        step_until(world, publishing, "create", "players.parquet", "players/")
        world.run(withdrawing)
        asked = Request("arrow", PLAYERS, {"kingdom": "51"}, {"search": "ana"})
        answer = world.run(world.ask(asked)).result[0].answer
        assert answer["statusCode"] == 503
        world.run(publishing)
        return world.problems or finish(world)


def while_a_board_is_read() -> list[str]:
    """A correction comes, whole, between any two of its calls of the store."""
    board = Request("arrow", BOARD, {"kingdom": "51", "metric": "deaths"}, {"limit": "100"})
    problems: list[str] = []
    for calls in range(1, 8):
        world = World()
        with on_stage(world):
            world.run(ingest(world, DAYS[0], FIVE))
            asking = world.ask(board)
            for _ in range(calls):
                if not asking.ended:
                    world.step(asking)
            world.run(ingest(world, DAYS[0], THREE))
            world.run(asking)
            problems += world.problems
    return problems


SCRIPTS = (
    while_the_snapshot_before_is_corrected,
    while_the_snapshot_before_is_corrected_of_others,
    while_the_newer_one_is_corrected,
    while_the_correction_is_listed_by_another,
    while_the_roster_lacks_what_the_catalog_names,
    a_version_that_is_not_there_yet,
    while_the_first_snapshot_is_published,
    while_another_event_lists_the_first_snapshot,
    while_a_board_is_read,
)
CAUGHT_BY = {
    "a_summary_is_of_whatever_the_catalog_names": while_the_newer_one_is_corrected,
    "a_summary_is_of_any_snapshot_before": while_the_correction_is_listed_by_another,
    "the_older_version_is_not_compared": a_version_that_is_not_there_yet,
    "a_roster_is_looked_for_once": while_the_first_snapshot_is_published,
    "facts_and_players_are_read_apart": while_a_board_is_read,
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_an_answer_is_of_one_state(script: Callable[[], list[str]]) -> None:
    assert script() == []


@pytest.mark.parametrize(
    "mutant",
    [*SCRIPTED_MUTANTS, facts_and_players_are_read_apart],
    ids=lambda mutant: mutant.__name__,
)
def test_a_broken_answer_is_caught(mutant: Mutant) -> None:
    with mutant():
        problems = CAUGHT_BY[mutant.__name__]()
    assert problems
    assert " raised " not in problems[0], "a mutant that only fails is no mutant"
