"""A lake, its people and its functions: what histories are made of.

People put files into the inbox, replace them and delete them. The app's own handlers ingest,
sweep and answer, and operators rebuild: each is a worker that stops at every call of the store.
Whoever holds the world decides who goes on, and what fails.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote_plus

import app as app_module
from chalicelib.config import Settings
from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.rebuild import rebuild, rebuild_table
from chalicelib.ingest.target_groups import RebuildResult
from chalicelib.items.store import LakeWithTable
from chalicelib.lake.store import Store
from tests.torture.api_reader import ApiReader
from tests.torture.faults import Counts, Fault
from tests.torture.floors import Floor
from tests.torture.memory_store import MemoryStore
from tests.torture.model import is_kept
from tests.torture.requests import ENGINES, Exchange, Request
from tests.torture.scans import Scan
from tests.torture.table_reader import ENGINE, TableReader
from tests.torture.table_side import TableSide
from tests.torture.tortured_store import TorturedStore
from tests.torture.uploads import Partition, Upload
from tests.torture.views import SETTINGS
from tests.torture.witness import Witness
from tests.torture.workers import ProcessKilledError, Worker

START: Final = datetime(2026, 1, 26, 12, tzinfo=UTC)
LIMIT: Final = 900
"""Seconds that a function is at work at most."""


class World:
    """One lake and all that happens to it.

    Attributes:
        store: the lake itself, as people and the checker see it.
        table: the table beside it, if there is one.
        tortured: the lake, with its table, as the functions see it.
        now: the time.
        runs: every upload so far, by run id; the same bytes twice in a second are one run.
        acknowledged: the runs whose report a handler returned.
        readers: by the engine that they ask.
        workers: who is at work.
        problems: what broke a promise.
        counts: what happened, how often.
        trace: what happened, in order.
    """

    def __init__(self, *, table: bool = False) -> None:
        """Start with an empty lake, and with an empty table if there is to be one."""
        self.now = START
        self.store = MemoryStore(lambda: self.now)
        self.counts: Counts = Counter()
        lake = TorturedStore(self.store, self.counts)
        self.tortured: Store = lake
        self.runs: dict[str, Upload] = {}
        witness = Witness(self.store, self.runs, lambda: self._last_worker)
        self.problems = witness.problems
        reader = ApiReader(witness)
        self.readers = dict.fromkeys(ENGINES, reader)
        self.table = TableSide(lake, witness, lambda: self.now, self.counts) if table else None
        if self.table is not None:
            self.tortured = LakeWithTable(lake, self.table.tortured)
            self.readers[ENGINE] = TableReader(self.table.witness, reader.bodies)
        self.stale = witness.stale
        self._is_left = witness.is_left_to_a_later_upload
        self.acknowledged: set[str] = set()
        self.workers: list[Worker] = []
        self.trace: list[str] = []
        self._removals: Counter[str] = Counter()
        self._last_worker = 0

    @property
    def writes(self) -> int:
        """How many writes took effect, of the lake and of the table."""
        return self.store.writes + (0 if self.table is None else self.table.tortured.writes)

    def upload(self, key: str, scan: Scan, partition: Partition | None) -> Upload:
        """Put a file into the inbox, over whatever lies there."""
        self._note(f"upload {key} {scan.label}")
        info = self.store.put(key, scan.body)
        upload = Upload(key, scan, info.last_modified, partition)
        if not upload.ignored:
            self.runs.setdefault(upload.run_id, upload)
        return upload

    def remove(self, key: str) -> None:
        """Delete a file from the inbox."""
        self._note(f"remove {key}")
        self.store.remove(key)
        self._removals[key] += 1

    def lose(self, upload: Upload) -> None:
        """Lose an upload's archived bytes, as nobody but an operator's mistake does."""
        found = self.store.contents()
        for key in upload.kept:
            if found.get(key) == upload.scan.body:
                self._note(f"lose {key}")
                self.counts["archived bytes lost"] += 1
                self.store.remove(key)

    def pass_time(self, seconds: int) -> None:
        """Let the clock go on; no function with a table is at work for longer than it may be."""
        self._note(f"wait {seconds}")
        if self.table is not None and seconds >= LIMIT:
            for worker in [one for one in self.workers if one.kind.startswith(("ask", "sweep"))]:
                self.step(worker, Fault.KILLED)
        self.now += timedelta(seconds=seconds)

    def ingest(self, keys: list[str]) -> Worker:
        """Send S3's event about these keys to the handler."""
        event = {"Records": [{"s3": {"object": {"key": quote_plus(key)}}} for key in keys]}
        there = {key: self._removals[key] for key in keys if self.store.head(key)}

        def judge(result: Any) -> None:
            self._judge_ingested(result, there)

        return self._start(
            f"ingest {' '.join(keys)}", lambda: app_module.ingest_players(event, None), judge
        )

    def sweep(self) -> Worker:
        """Let the schedule's handler sweep the inbox."""

        def sweep() -> Any:
            os.environ["QUERY_ENGINE"] = ENGINE if self.table is not None else ENGINES[0]
            return app_module.sweep_inbox({}, None)

        # What it fails on it raises in the end: without a fault that is a problem.
        return self._start("sweep", sweep, lambda _: None)

    def rebuild(self) -> Worker:
        """Let an operator rebuild all views."""

        return self._start_rebuilding("rebuild", rebuild)

    def fill(self) -> Worker:
        """Let an operator rebuild the table alone."""
        return self._start_rebuilding("fill", rebuild_table)

    def drop(self) -> None:
        """Lose the table, and make an empty one."""
        assert self.table is not None
        self._note("drop")
        self.counts["table dropped"] += 1
        self.table.drop()

    def announce(self, event: Upload) -> None:
        """Note that an upload was told to be published, or a date to be withdrawn."""
        for reader in {id(one): one for one in self.readers.values()}.values():
            reader.announce(event)

    def settle(self) -> None:
        """Note that nobody is at work who has to look again: no catalog is wrong any more."""
        self.counts["dates that a catalog was wrong about"] += len(self.stale)
        self.stale.clear()
        if self.table is not None:
            self.table.witness.stale.clear()

    def ask(self, request: Request) -> Worker:
        """Let somebody ask the API, and follow `next` if they are to."""
        reader = self.readers[request.engine]
        floor = reader.floor(request.engine)
        copy = reader.copy(request)

        def exchange() -> list[Exchange]:
            done: list[Exchange] = []
            following: Request | None = request
            while following is not None:
                os.environ["QUERY_ENGINE"] = request.engine
                tag = copy["headers"]["ETag"] if copy and not done else None
                answer = following.send(tag)
                done.append(Exchange(following, answer))
                following = following.following(answer)
            return done

        def judge(done: list[Exchange]) -> None:
            for asked, answer in done:
                self.counts[f"answer {answer['statusCode']}"] += 1
                if answer["statusCode"] == 503 and not worker.faults:
                    self._judge_refusal(asked, answer, floor)
            if len(done) > 1:
                self.counts["pages behind `next`"] += len(done) - 1
            for problem in reader.judge(done, copy, floor):
                self.problems.append(f"GET {request}: {problem}")

        worker = self._start(f"ask {request}", exchange, judge)
        return worker

    def step(self, worker: Worker, fault: Fault = Fault.NONE) -> None:
        """Let a worker make its pending call of the store, with this fault."""
        self._note(f"  {worker.kind}: {worker.pending}: {fault}")
        worker.resume(fault)
        self._settle(worker)

    def run(self, worker: Worker) -> Worker:
        """Let a worker go on undisturbed until it ends."""
        while not worker.ended:
            self.step(worker)
        return worker

    def abandon(self) -> None:
        """Kill all who are at work."""
        while self.workers:
            self.step(self.workers[0], Fault.KILLED)

    def uploads_due(self) -> list[Upload]:
        """The uploads that must be in the lake in the end.

        What was replaced or deleted before anybody read it is beyond saving; what was
        acknowledged is not, and what was kept must be completed.
        """
        found = self.store.contents()
        return [
            upload
            for upload in self.runs.values()
            if self.lies_in_inbox(upload)
            or upload.run_id in self.acknowledged
            or is_kept(upload, found)
        ]

    def uploads_in_archives(self) -> list[Upload]:
        """The uploads that lie in the inbox, and whose bytes are archived."""
        found = self.store.contents()
        return [
            upload
            for upload in self.runs.values()
            if self.lies_in_inbox(upload) and is_kept(upload, found)
        ]

    def lies_in_inbox(self, upload: Upload) -> bool:
        """Whether an upload was neither replaced nor deleted."""
        info = self.store.head(upload.key)
        if info is None or info.last_modified != upload.moment:
            return False
        with self.store.open(upload.key) as reader:
            return reader.read() == upload.scan.body

    def digest(self) -> str:
        """The trace's hash: the same seed gives the same one."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()[:16]

    def _start_rebuilding(
        self, kind: str, work: Callable[[Store, Settings], Iterable[RebuildResult]]
    ) -> Worker:
        filled = None if self.table is None else self.table.filling()

        def judge(outcomes: list[RebuildResult]) -> None:
            problems = [problem for outcome in outcomes for problem in outcome.problems]
            self.problems.extend(problems)
            if filled is not None and not problems:
                filled()

        return self._start(kind, lambda: list(work(self.tortured, SETTINGS)), judge)

    def _start(self, kind: str, work: Callable[[], Any], judge: Callable[[Any], None]) -> Worker:
        self._note(f"start {kind}")
        self.counts[kind.partition(" ")[0]] += 1
        self._last_worker += 1
        worker = Worker(kind, self._last_worker, work, judge)
        self.workers.append(worker)
        self._settle(worker)
        return worker

    def _settle(self, worker: Worker) -> None:
        """Judge a worker's outcome once it has ended."""
        if not worker.ended:
            return
        self.workers.remove(worker)
        error = worker.error
        self._note(f"end {worker.kind}: {type(error).__name__ if error else 'done'}")
        if error is None:
            worker.judge(worker.result)
        elif not isinstance(error, StoreUnavailableError | ProcessKilledError):
            self.problems.append(f"{worker.kind} raised {error!r}")
        elif not worker.faults and not self._may_wait(worker):
            self.problems.append(f"{worker.kind} failed without a fault: {error!r}")

    def _may_wait(self, worker: Worker) -> bool:
        """Whether what a worker would name was just being deleted from the table."""
        is_waiting = self.table is not None and self.table.witness.may_be_refused(worker.number)
        self.counts["failed, since its parts were being deleted"] += is_waiting
        return is_waiting

    def _judge_refusal(self, asked: Request, answer: Any, floor: Floor) -> None:
        """Judge a 503 without a fault: only what has no catalog yet may be answered so, or what
        is being withdrawn.
        """
        excuse = self.readers[asked.engine].excuse(asked, answer, floor)
        if excuse is not None:
            self.counts[f"answer 503, {excuse}"] += 1
        else:
            self.problems.append(f"GET {asked}: 503 without a fault: {answer['body']}")

    def _judge_ingested(self, result: Any, there: dict[str, int]) -> None:
        """Judge a handler's answer; `there` are the keys that had an object when it began."""
        answers = result if isinstance(result, list) else [result] if result else []
        told = {answer["inbox_key"] for answer in answers}
        for key, removals in there.items():
            if key not in told and self._removals[key] == removals and not key.endswith("/"):
                self.problems.append(f"{key} was there, and nothing was told of it")
        for answer in answers:
            upload = self.runs.get(answer["run_id"])
            if upload is None:
                self.problems.append(f"{answer['inbox_key']}: a report on no upload")
                continue
            self.acknowledged.add(upload.run_id)
            if upload.withdraws is not (answer["status"] == "withdrawn"):
                self.problems.append(f"{upload.key}: its status is {answer['status']}")
            if answer["published"] or (upload.withdraws and not self._is_left(upload)):
                self.announce(upload)
            elif upload.withdraws:
                self.counts["withdrawn, and a later upload not yet published"] += 1

    def _note(self, what: str) -> None:
        self.trace.append(what)
