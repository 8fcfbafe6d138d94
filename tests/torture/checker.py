"""What must be true in the end: with the faults off, after one sweep, whatever happened before."""

import json

from chalicelib.ingest.verify import verify
from tests.torture.between_end import End
from tests.torture.between_requests import Dates, across_all, every_between
from tests.torture.model import differences, expected_lake, newest_of, said, unmodelled
from tests.torture.requests import BOARD, Request
from tests.torture.table_end import fill_table, judge_table, let_go
from tests.torture.uploads import METRICS, Upload
from tests.torture.views import SETTINGS
from tests.torture.world import World


def finish(world: World) -> list[str]:
    """Bring a world to rest, and judge it.

    Those who are at work finish undisturbed; events that have not come never come; one sweep
    heals what there is to heal.

    Returns:
        What is wrong, and what was wrong before; nothing, if every promise was kept.
    """
    while world.workers:
        world.run(world.workers[0])
    let_go(world)
    world.run(world.sweep())
    fill_table(world)
    if not world.problems:
        _judge_lake(world)
    if not world.problems:
        judge_table(world)
    if not world.problems:
        _judge_lost_bytes(world)
    if not world.problems:
        _judge_replays(world)
        _judge_verification(world)
        _judge_api(world)
        _judge_between(world)
    return world.problems


def _judge_lake(world: World) -> None:
    """Exactly the model's objects, byte for byte but for what catalogs were made of."""
    found = world.store.contents()
    expected = expected_lake(world.uploads_due(), found)
    world.problems += differences(expected, said(found, unmodelled()))


def _judge_lost_bytes(world: World) -> None:
    """Of each date one upload's archived bytes are gone: a sweep writes them again."""
    lost = {upload.partition or upload.key: upload for upload in world.uploads_in_archives()}
    for upload in lost.values():
        world.lose(upload)
    world.run(world.sweep())
    if not world.problems:
        _judge_lake(world)


def _judge_replays(world: World) -> None:
    """Every event once more, another sweep and a rebuilding: no object is written."""
    writes = world.writes
    newest = {upload.run_id for upload in newest_of(world.uploads_due()).values()}
    for key in sorted({upload.key for upload in world.runs.values()}):
        worker = world.run(world.ingest([key]))
        if worker.result is None:
            continue
        upload = world.runs[worker.result["run_id"]]
        if worker.result["published"] is not (upload.accepted and upload.run_id in newest):
            world.problems.append(f"{key}: published is {worker.result['published']}")
    world.run(world.sweep())
    world.run(world.rebuild())
    if world.writes != writes:
        world.problems.append(f"replaying every event wrote {world.writes - writes} objects")


def _judge_verification(world: World) -> None:
    """`rebuild --verify` agrees, of every view in the registry."""
    for outcome in verify(world.tortured, SETTINGS):
        world.problems += outcome.problems


def _judge_api(world: World) -> None:
    """Every date shows its newest run, or nothing if it is withdrawn, whichever engine answers."""
    world.settle()  # whoever was to look again has done so
    for number, newest in enumerate(newest_of(world.uploads_due()).values()):
        world.announce(newest)
        for engine in world.readers:
            metric = METRICS[number % len(METRICS)]
            query = {"date": newest.path.rpartition("=")[2], "limit": "1000"}
            parameters = {"kingdom": _kingdom(newest), "metric": metric}
            answer = (
                world.run(world.ask(Request(engine, BOARD, parameters, query))).result[0].answer
            )
            if answer["statusCode"] != (404 if newest.withdraws else 200):
                world.problems.append(f"{newest.path} is not shown as it should be: {answer}")
    for engine in world.readers:
        world.run(world.ask(Request(engine, "/v1/kingdoms")))
        for kingdom in sorted(
            {_kingdom(upload) for upload in newest_of(world.uploads_due()).values()}
        ):
            path = "/v1/kingdoms/{kingdom}/snapshots"
            world.run(world.ask(Request(engine, path, {"kingdom": kingdom})))


def _judge_between(world: World) -> None:
    """Whatever is asked between the snapshots is answered as the model has it."""
    end = End(newest_of(world.uploads_due()).values())
    everybody = sorted(
        {player["id"] for one in world.runs.values() if one.accepted for player in one.players}
    )
    seed = len(world.trace)
    for kingdom, dated in end.kingdoms.items():
        dates = Dates(kingdom, sorted(dated), {})
        for request in every_between(dates, everybody, seed, [*world.readers]):
            _judge_end(world, end, request)
    if end.kingdoms:
        _judge_end(world, end, across_all(seed, [*world.readers]))


def _judge_end(world: World, end: End, request: Request) -> None:
    (done,) = world.run(world.ask(request)).result
    problem = end.wrong(request, done.answer, json.loads(done.answer["body"]))
    if problem is not None:
        world.problems.append(f"in the end GET {request}: {problem}")


def _kingdom(upload: Upload) -> str:
    assert upload.partition is not None
    return str(upload.partition[0])
