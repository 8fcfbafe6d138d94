"""What is uploaded in a walk: a few bytes, of which a few are made; the publishing is real."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, BinaryIO, Final

from greenlet import getcurrent

from chalicelib.boards.snapshot import Snapshot
from chalicelib.ingest.archive import archive
from chalicelib.ingest.report import build_report, find_report, withdrawal_report, write_report
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.file_names import parse_file_name
from chalicelib.lake.keys import InboxKey, Partition, WithdrawalKey, ingested_at_text
from chalicelib.lake.run import Run, TargetKeys
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.scans.upload import Upload as Received
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import ValidationResult
from chalicelib.views import publish
from chalicelib.views.making.in_step import InStep
from chalicelib.views.making.own_snapshot import OwnSnapshot
from chalicelib.views.view import SnapshotObjects

START: Final = datetime(2026, 1, 26, 12, tzinfo=UTC)

WITHDRAWN: Final = "nobody"
"""How the file of a withdrawn date begins."""

Order = tuple[str, str, str]
"""Of two events of a date the greater one counts: by the second, a withdrawal after the uploads of
its own second, then by the run's id."""


class Scan:
    """An upload that is a few bytes; so is what is made of it."""

    players = 1
    withdraws = False

    def __init__(self, day: int, second: int, kingdom: int = 51, name: str = "a") -> None:
        """An upload of a date, at a second."""
        self.partition = Partition(kingdom, date(2026, 1, day))
        self.inbox_key = InboxKey(self.partition, parse_file_name(f"{name}.csv"))
        self.body = f"{name} {self.partition.path} {second}".encode()
        self.received: Received = receive(io.BytesIO(self.body), 1000, io.BytesIO())
        moment = START + timedelta(seconds=second)
        self.run = Run.of(self.inbox_key.key, moment, self.received.sha256)
        self.keys = TargetKeys.of(self.run, self.inbox_key)
        self.order: Order = (self.run.run_ts, "upload", self.run.run_id)

    @property
    def kept(self) -> str:
        """Where its bytes are kept: no two of a walk want one name."""
        assert self.keys.accepted is not None
        return self.keys.accepted

    @cached_property
    def curated(self) -> bytes:
        """What stands for its Parquet file."""
        return b"players of " + self.body

    @cached_property
    def boards(self) -> bytes:
        """A boards object: its first line is as it must be, the rest is short."""
        facts = Snapshot(
            self.run.run_id,
            self.run.run_ts,
            self.partition.kingdom,
            self.partition.snapshot_date,
            ingested_at_text(self.run.accepted),
            self.players,
            {"basis": "none"},
        )
        head = {"snapshot": facts.as_json(), "known": {}, "columns": [], "sha256": ""}
        return json.dumps(head)[:-1].encode() + b",\n}\n"

    def objects(self) -> SnapshotObjects:
        """What is made of it."""
        return SnapshotObjects(io.BytesIO(self.curated), io.BytesIO(self.boards))

    def ingest(self, store: Store) -> None:
        """What the pipeline does with it: keep the bytes, publish, report."""
        kept, created = archive(store, self.kept, self.received)
        vars(getcurrent())["resumed"] = not created
        maker = OwnSnapshot(store, kept, None if self.withdraws else self.objects())
        publish.publish(store, self.partition, maker, resumed=not created)
        write_report(store, self.keys.report, self.run, self.report())

    def report(self) -> dict[str, Any]:
        """Its report: short, and consistent."""
        found = ValidationResult(format="csv")
        written = {"raw": self.kept, "curated": curated_key(self.partition)}
        found.players = self.players
        return build_report(found, self.received, self.run, self.inbox_key, written)

    def complete(self, store: Store) -> None:
        """What a sweep does with it: as above, if its bytes are kept and it has no report."""
        if store.head(self.kept) and find_report(store, self.keys.report, self.run) is None:
            self.ingest(store)


class Withdrawal(Scan):
    """A withdrawal of a date, at a second; what it leaves is a snapshot without players."""

    players = 0
    withdraws = True

    def __init__(self, day: int, second: int, kingdom: int = 51) -> None:
        """A withdrawal of a date, at a second."""
        super().__init__(day, second, kingdom, "withdraw")
        inbox_key = WithdrawalKey(self.partition)
        self.run = Run.of(inbox_key.key, self.run.accepted, self.received.sha256)
        self.keys = TargetKeys.of(self.run, inbox_key)
        self.order = (self.run.run_ts, "withdrawal", self.run.run_id)

    @cached_property
    def curated(self) -> bytes:
        """What stands for its Parquet file: shorter than any of players, as those are."""
        return f"{WITHDRAWN} {self.run.accepted:%S}".encode()

    def report(self) -> dict[str, Any]:
        """Its report."""
        return withdrawal_report(self.run, self.partition, self.kept)


def is_resumed() -> bool:
    """Whether the writer that is at work goes on with what another one has begun."""
    return bool(vars(getcurrent()).get("resumed"))


class Follower(InStep):
    """The product's, of whose event the walk knows."""

    def curated(self, event: ArchiveKey) -> BinaryIO | None:
        """See `InStep.curated`."""
        vars(getcurrent())["followed"] = event.key
        return super().curated(event)


def followed() -> str | None:
    """The event that the writer that is at work has made the curated file of."""
    key: str | None = vars(getcurrent()).get("followed")
    return key
