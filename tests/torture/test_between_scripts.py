"""Histories that are written down: what is asked between snapshots while another one is corrected.

Faults follow from the snapshot before the two that are compared, and who returned from all before
them. No answer names those. So an answer that is made of another state of them than the catalog
names must not have the tag of that state: a reader would keep it, and have it confirmed for ever.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.torture.between_requests import CHANGES, GAINS, PLAYERS
from tests.torture.checker import finish
from tests.torture.requests import BOARD, Request
from tests.torture.scans import GOOD
from tests.torture.stage import on_stage
from tests.torture.workers import Worker
from tests.torture.world import World

DAYS = ("2026-01-12", "2026-01-19", "2026-01-26", "2026-01-27")
FIVE_PLAYERS, FOUR_PLAYERS, THREE_PLAYERS = 2, 1, 0
"""The scans in `GOOD` that have so many; the more, the higher the counters."""


def ingest(world: World, day: str, version: int) -> Worker:
    """Put a scan into the inbox, and let its event come."""
    key = f"inbox/source=rok_players/kingdom=51/dt={day}/a.csv"
    world.pass_time(1)
    world.upload(key, GOOD[version], (51, day))
    return world.ingest([key])


def everything(older: str, newer: str) -> Iterator[Request]:
    """What is asked of a pair."""
    kingdom, metric = {"kingdom": "51"}, {"metric": "deaths"}
    span = {"from": older, "to": newer}
    for engine in ("arrow", "boards"):
        yield Request(engine, CHANGES, kingdom, span)
        yield Request(engine, GAINS, kingdom | metric, span)
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


@pytest.mark.parametrize("pair", [(1, 2), (1, 3)], ids=["neighbours", "one between"])
def test_while_the_snapshot_before_is_corrected(pair: tuple[int, int]) -> None:
    older, newer = (DAYS[at] for at in pair)
    world = World()
    with on_stage(world):
        for day, version in zip(DAYS, (FIVE_PLAYERS, 3, FOUR_PLAYERS, FOUR_PLAYERS), strict=True):
            world.run(ingest(world, day, version))
        ask_all(world, older, newer)
        correction = ingest(world, DAYS[0], THREE_PLAYERS)
        while not correction.ended and not world.problems:
            ask_all(world, older, newer)
            world.step(correction)
        assert world.problems == []
        assert finish(world) == []


def test_while_another_writer_lists_the_correction_before_its_changes_are_there() -> None:
    world = World()
    with on_stage(world):
        for day, version in zip(DAYS[:3], (FIVE_PLAYERS, 3, FOUR_PLAYERS), strict=True):
            world.run(ingest(world, day, version))
        ask_all(world, *DAYS[1:3])
        correction = ingest(world, DAYS[0], THREE_PLAYERS)
        until(world, correction, lambda key: key.startswith("changes/") and DAYS[2] in key)
        world.run(ingest(world, DAYS[3], FOUR_PLAYERS))
        ask_all(world, *DAYS[1:3])
        world.run(correction)
        ask_all(world, *DAYS[1:3])
        assert world.problems == []
        assert finish(world) == []


def test_while_another_writer_lists_a_correction_that_is_not_in_the_roster() -> None:
    """Who returned is in a correction of the oldest date, and not in what it corrects."""
    world = World()
    with on_stage(world):
        for day, version in zip(DAYS[:3], (THREE_PLAYERS, THREE_PLAYERS, 3), strict=True):
            world.run(ingest(world, day, version))
        ask_all(world, *DAYS[1:3])
        listing = ingest(world, DAYS[3], FOUR_PLAYERS)
        until(world, listing, lambda key: key.endswith("snapshots.json"))
        correction = ingest(world, DAYS[0], FIVE_PLAYERS)
        until(world, correction, lambda key: key.startswith("players/"))
        world.run(listing)
        ask_all(world, *DAYS[1:3])
        world.run(correction)
        ask_all(world, *DAYS[1:3])
        assert world.problems == []
        assert finish(world) == []


def test_a_kingdom_whose_first_snapshot_is_published_while_its_players_are_searched() -> None:
    """The roster is not there yet when it is read, and the catalog is when that is read."""
    world = World()
    with on_stage(world):
        publishing = ingest(world, DAYS[0], FIVE_PLAYERS)
        asking = world.ask(Request("arrow", PLAYERS, {"kingdom": "51"}, {"search": "ana"}))
        world.step(asking)
        world.run(publishing)
        world.run(asking)
        assert world.problems == []
