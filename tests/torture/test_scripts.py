"""Histories that are written down, not made up: turns that a seed hardly ever takes."""

import json
from contextlib import nullcontext
from typing import Final

import pytest

from tests.torture.between_requests import ACROSS
from tests.torture.checker import finish
from tests.torture.faults import Fault
from tests.torture.mutants import MUTANTS
from tests.torture.requests import BOARD, ENGINES, Request
from tests.torture.scans import GOOD, WITHDRAWALS
from tests.torture.stage import on_stage, until
from tests.torture.uploads import WITHDRAWAL, Partition
from tests.torture.world import World

OLDER: Final[Partition] = (51, "2026-01-19")
NEWER: Final[Partition] = (51, "2026-01-26")


def folder(partition: Partition) -> str:
    kingdom, day = partition
    return f"inbox/source=rok_players/kingdom={kingdom}/dt={day}"


def upload(world: World, partition: Partition, version: int) -> list[str]:
    """Put a scan into the inbox; the keys of its event."""
    key = f"{folder(partition)}/a.csv"
    world.upload(key, GOOD[version], partition)
    return [key]


def withdraw(world: World, partition: Partition) -> list[str]:
    """Put a withdrawal into the inbox; the keys of its event."""
    key = f"{folder(partition)}/{WITHDRAWAL}"
    world.upload(key, WITHDRAWALS[1], partition)
    return [key]


def withdrawn_while_its_upload_writes_the_catalog() -> list[str]:
    """What is wrong in the end when an upload is withdrawn while it is about to be listed.

    The withdrawal finds a catalog that does not list its date, and leaves it; then the upload's
    writer lists the date, of boards that are gone.
    """
    world = World()
    with on_stage(world):
        world.run(world.ingest(upload(world, OLDER, 0)))
        listing = world.ingest(upload(world, NEWER, 1))
        while listing.pending is None or not (
            listing.pending.method == "replace" and listing.pending.key.endswith("snapshots.json")
        ):
            world.step(listing)
        world.run(world.ingest(withdraw(world, NEWER)))
        world.run(listing)
        assert world.stale == {NEWER}
        return finish(world)


def test_a_catalog_that_lists_what_was_withdrawn_is_looked_at_again() -> None:
    assert withdrawn_while_its_upload_writes_the_catalog() == []


def test_without_the_second_look_it_stays_as_it_is() -> None:
    with MUTANTS["no_second_look"]():
        problems = withdrawn_while_its_upload_writes_the_catalog()
    assert "catalog/source=rok_players/kingdom=51/snapshots.json has other bytes" in problems


@pytest.mark.parametrize("order", ["as they came", "the other way round"])
@pytest.mark.parametrize("mutant", [None, "a_withdrawal_spares_its_own_second"])
def test_an_upload_and_its_withdrawal_of_one_second_leave_nothing_in_either_order(
    order: str, mutant: str | None
) -> None:
    world = World()
    with on_stage(world), MUTANTS[mutant]() if mutant else nullcontext():
        events = [upload(world, NEWER, 1), withdraw(world, NEWER)]
        for event in events if order == "as they came" else reversed(events):
            world.run(world.ingest(event))
        problems = finish(world)
    assert bool(problems) is (mutant is not None)


def test_a_correction_after_a_withdrawal_is_published_and_the_withdrawn_replay_is_not() -> None:
    world = World()
    with on_stage(world):
        first = upload(world, NEWER, 1)
        world.run(world.ingest(first))
        world.pass_time(1)
        world.run(world.ingest(withdraw(world, NEWER)))
        assert world.run(world.ingest(first)).result["published"] is False
        world.pass_time(1)
        assert world.run(world.ingest(upload(world, NEWER, 2))).result["published"] is True
        assert finish(world) == []


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "in the inbox"])
def test_a_withdrawal_leaves_the_views_to_a_later_upload_once_that_is_kept(kept: bool) -> None:
    """Its function died when it had kept the bytes; what is withdrawn is shown until its retry."""
    world = World()
    board = Request("boards", BOARD, {"kingdom": "51", "metric": "power"}, {"limit": "1"})

    def status() -> int:
        answer: int = world.run(world.ask(board)).result[0].answer["statusCode"]
        return answer

    with on_stage(world):
        world.run(world.ingest(upload(world, NEWER, 0)))
        world.pass_time(1)
        withdrawal = withdraw(world, NEWER)
        world.pass_time(1)
        later = upload(world, NEWER, 1)
        dying = world.ingest(later)
        until(world, dying, {"create"}, "raw/")
        world.step(dying, Fault.KILLED_LATE if kept else Fault.KILLED)
        assert world.run(world.ingest(withdrawal)).result["status"] == "withdrawn"
        assert status() == (200 if kept else 404)
        assert world.counts["withdrawn, and a later upload not yet published"] == kept
        world.run(world.ingest(later))
        assert status() == 200
        assert finish(world) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_board_that_is_being_withdrawn_says_so_until_the_catalog_follows(engine: str) -> None:
    world = World()
    parameters = {"kingdom": "51", "metric": "power"}
    board = Request(engine, BOARD, parameters, {"date": NEWER[1], "limit": "1"})

    def status() -> int:
        answer: int = world.run(world.ask(board)).result[0].answer["statusCode"]
        return answer

    with on_stage(world):
        world.run(world.ingest(upload(world, NEWER, 1)))
        assert status() == 200
        withdrawing = world.ingest(withdraw(world, NEWER))
        statuses = []
        while not withdrawing.ended:
            statuses.append(status())
            world.step(withdrawing)
        assert [*dict.fromkeys(statuses)] == [200, 503, 404]
        assert world.counts["answer 503, being withdrawn"] == statuses.count(503)
        assert finish(world) == []


def test_a_board_of_all_kingdoms_says_so_too_until_the_catalog_follows() -> None:
    world = World()
    across = Request("arrow", ACROSS, {"metric": "kills"}, {"limit": "1"})
    with on_stage(world):
        for partition in (OLDER, NEWER):
            world.run(world.ingest(upload(world, partition, 1)))
        withdrawing = world.ingest(withdraw(world, NEWER))
        statuses = []
        while not withdrawing.ended:
            asked = world.run(world.ask(across))
            statuses.append(asked.result[0].answer["statusCode"])
            world.step(withdrawing)
        assert [*dict.fromkeys(statuses)] == [200, 503]
        assert statuses[-1] == 200, "of the scan before"
        assert world.counts["answer 503, being withdrawn"] == statuses.count(503)
        assert finish(world) == []


@pytest.mark.parametrize("mutant", [None, "boards_run_ahead_of_players"])
def test_a_rebuilding_leaves_boards_that_its_players_are_not_of_to_the_upload_s_own_process(
    mutant: str | None,
) -> None:
    """Both die in the middle: until the retry every engine answers what was there before."""
    world = World()
    curated, boards = (
        f"{folder}/source=rok_players/kingdom=51/dt={NEWER[1]}/" for folder in ("curated", "boards")
    )
    with on_stage(world), MUTANTS[mutant]() if mutant else nullcontext():
        first = world.run(world.ingest(upload(world, NEWER, 0))).result
        world.pass_time(1)
        later = upload(world, NEWER, 1)
        rebuilding = until(world, world.rebuild(), {"head"}, curated)
        until(world, rebuilding, {"head"}, boards)
        dying = until(world, world.ingest(later), {"create"}, "raw/")
        world.step(dying, Fault.KILLED_LATE)
        until(world, rebuilding, {"head"}, "catalog/source=rok_players/kingdoms.json")
        world.step(rebuilding, Fault.KILLED)

        shown = {}
        for engine in ("boards", "arrow"):
            asked = Request(engine, BOARD, {"kingdom": "51", "metric": "power"}, {"limit": "1"})
            (exchange,) = world.run(world.ask(asked)).result
            shown[engine] = json.loads(exchange.answer["body"])["run_id"]
        assert (shown["boards"] == first["run_id"]) is (mutant is None)
        assert shown["arrow"] == first["run_id"]
        world.run(world.ingest(later))
        assert finish(world) == []
