"""Real processes at one lake: killed at random moments while they ingest, and racing."""

import logging
import multiprocessing
import os
import re
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from random import Random
from typing import Any, Final
from urllib.parse import quote_plus

import app as app_module
from chalicelib.errors import StoreUnavailableError
from chalicelib.lake.open import open_store
from chalicelib.lake.store import Store
from tests.lake.support import info_of
from tests.torture.history import PARTITIONS
from tests.torture.model import differences, expected_lake, said, unmodelled
from tests.torture.scans import BAD, GOOD, WITHDRAWALS
from tests.torture.uploads import WITHDRAWAL, Upload
from tests.torture.views import ENVIRONMENT

RETRIES: Final = 3
"""How often a handler is called for one event, as Lambda does."""
PATIENCE: Final = 600.0

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.torture.processes"])


def lay(store: Store, count: int, seed: int) -> list[Upload]:
    """Put uploads into the inbox: every fifth one bad, all of a few dates, most in one second.

    Two of the dates are withdrawn on the way.
    """
    random = Random(seed)
    uploads = []
    withdrawn = dict(zip((count // 3, count // 2), PARTITIONS[1:], strict=False))
    for number in range(count):
        scan = random.choice(BAD if number % 5 == 4 else GOOD)
        kingdom, day = partition = withdrawn.get(number) or random.choice(PARTITIONS)
        folder = f"inbox/source=rok_players/kingdom={kingdom}/dt={day}"
        name = f"scan {number}{scan.extension}"
        if number in withdrawn:
            scan, name = WITHDRAWALS[number % len(WITHDRAWALS)], WITHDRAWAL
        store.create(f"{folder}/{name}", scan.body)
        info = info_of(store, f"{folder}/{name}")
        uploads.append(Upload(info.key, scan, info.last_modified, partition))
    return uploads


def kill_and_sweep(uri: str, uploads: Sequence[Upload], rounds: int, seed: int) -> list[str]:
    """Kill processes at random moments while they ingest, then sweep.

    In every round some uploads more are there to be ingested, so each has work to be torn from.

    Returns:
        What is wrong with the lake in the end.
    """
    random = Random(seed)
    assert _ends_well(_start(_ingest, uri, [], seed)), "the first one waits for all imports"
    for number in range(1, rounds + 1):
        come = uploads[: len(uploads) * number // rounds]
        started = [_start(_ingest, uri, come, random.randrange(10**6)) for _ in range(3)]
        for process in started:
            time.sleep(random.uniform(0.0, 0.25))
            process.kill()  # SIGKILL; one that has ended already bears it
        for process in started:
            process.join(PATIENCE)
    problems = [] if _ends_well(_start(_sweep, uri)) else ["the sweep failed"]
    return problems + check(uri, uploads)


def race(uri: str, uploads: Sequence[Upload], processes: int) -> list[str]:
    """Let processes ingest the same uploads at once, each in an order of its own.

    Returns:
        What is wrong with the lake when they are done: no sweep heals it.
    """
    started = [_start(_ingest, uri, uploads, seed) for seed in range(processes)]
    ended = [_ends_well(process) for process in started]
    return [f"process {n} failed" for n, well in enumerate(ended) if not well] + check(uri, uploads)


def check(uri: str, uploads: Sequence[Upload]) -> list[str]:
    """How a lake differs from the model's."""
    store = open_store(uri)
    found = {}
    for info in store.list_objects(""):
        with store.open(info.key) as reader:
            found[info.key] = reader.read()
    return differences(expected_lake(uploads, found), said(found, unmodelled()))


def _start(work: Any, uri: str, *arguments: Any) -> BaseProcess:
    aws = {name: value for name, value in os.environ.items() if re.match("AWS_", name)}
    environ = {**ENVIRONMENT, **aws, "LAKE_URI": uri}
    process = _CONTEXT.Process(target=work, args=(environ, *arguments))
    process.start()
    return process


def _ends_well(process: BaseProcess) -> bool:
    process.join(PATIENCE)
    return process.exitcode == 0


def _ingest(environ: dict[str, str], uploads: Sequence[Upload], seed: int) -> None:
    _begin(environ)
    for upload in Random(seed).sample(uploads, len(uploads)):
        event = {"Records": [{"s3": {"object": {"key": quote_plus(upload.key)}}}]}
        for left in reversed(range(RETRIES)):
            try:
                report = app_module.ingest_players(event, None)
            except StoreUnavailableError:
                if not left:
                    raise
            else:
                assert report["run_id"] == upload.run_id
                break


def _begin(environ: dict[str, str]) -> None:
    os.environ.update(environ)
    logging.disable(logging.CRITICAL)


def _sweep(environ: dict[str, str]) -> None:
    _begin(environ)
    app_module.sweep_inbox({}, None)
