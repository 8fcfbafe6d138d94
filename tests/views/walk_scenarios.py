"""Who writes in a walk, and what the lake must be in the end: tiny uploads, real publishing."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

from chalicelib import config
from chalicelib.boards.snapshot import Snapshot
from chalicelib.ingest import rebuild, verify
from chalicelib.ingest.archive import archive
from chalicelib.ingest.pipeline import OwnSnapshot
from chalicelib.ingest.report import build_report, find_report, write_report
from chalicelib.lake.file_names import parse_file_name
from chalicelib.lake.keys import InboxKey, Partition, RawKey, ingested_at_text
from chalicelib.lake.run import Run, TargetKeys
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY, boards_key, curated_key, snapshots_key
from chalicelib.scans.upload import Upload as Received
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import ValidationResult
from chalicelib.views import kingdoms, publish, snapshots
from chalicelib.views.registry import VIEWS
from chalicelib.views.view import Dates, SnapshotObjects, Target, View
from tests.ingest.support import patched
from tests.torture.stage import one_by_one
from tests.views.toy_view import MANY, toy_key, toy_of, with_toys
from tests.views.walk_lake import Contents, mark

SETTINGS: Final = config.load({})
START: Final = datetime(2026, 1, 26, 12, tzinfo=UTC)

Order = tuple[str, str]


class Scan:
    """An upload that is a few bytes; so is what is made of it."""

    def __init__(self, day: int, second: int, kingdom: int = 51, name: str = "a") -> None:
        """An upload of a date, at a second."""
        self.partition = Partition(kingdom, date(2026, 1, day))
        self.inbox_key = InboxKey(self.partition, parse_file_name(f"{name}.csv"))
        self.body = f"{name} {self.partition.path} {second}".encode()
        self.received: Received = receive(io.BytesIO(self.body), 1000, io.BytesIO())
        moment = START + timedelta(seconds=second)
        self.run = Run.of(self.inbox_key.key, moment, self.received.sha256)
        self.keys = TargetKeys.of(self.run, self.inbox_key)
        self.order: Order = (self.run.run_ts, self.run.run_id)

    @property
    def raw(self) -> str:
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
            1,
            {"basis": "none"},
        )
        head = {"snapshot": facts.as_json(), "known": {}, "columns": [], "sha256": ""}
        return json.dumps(head)[:-1].encode() + b",\n}\n"

    def objects(self) -> SnapshotObjects:
        """What is made of it."""
        return SnapshotObjects(io.BytesIO(self.curated), io.BytesIO(self.boards))

    def ingest(self, store: Store) -> None:
        """What the pipeline does with it: keep the bytes, publish, report."""
        raw, created = archive(store, self.raw, self.received)
        maker = OwnSnapshot(store, raw, self.objects())
        publish.publish(store, self.partition, maker, resumed=not created)
        write_report(store, self.keys.report, self.run, self.report())

    def report(self) -> dict[str, Any]:
        """Its report: short, and consistent."""
        found = ValidationResult(format="csv")
        written = {"raw": self.raw, "curated": curated_key(self.partition)}
        return build_report(found, self.received, self.run, self.inbox_key, written)

    def complete(self, store: Store) -> None:
        """What a sweep does with it: as above, if its bytes are kept and it has no report."""
        if store.head(self.raw) and find_report(store, self.keys.report, self.run) is None:
            self.ingest(store)


class Scenario(NamedTuple):
    """Writers at one lake.

    Attributes:
        name: what it is called.
        scans: the uploads, each of which a writer ingests.
        before: those that were ingested before.
        rebuilds: whether the views are gone, and an operator rebuilds them meanwhile.
        colours: how many the toys have.
    """

    name: str
    scans: Sequence[Scan]
    before: Sequence[Scan] = ()
    rebuilds: bool = False
    colours: int = MANY

    def works(self) -> list[Any]:
        """What each writer does."""
        works: list[Any] = [scan.ingest for scan in self.scans]
        return [*works, rebuild_all] if self.rebuilds else works

    def all_scans(self) -> list[Scan]:
        """Every upload there is."""
        return [*self.before, *self.scans]

    def may_write(self, writer: int, stage: int) -> set[str]:
        """Every key that a writer may still write.

        Args:
            writer: which one.
            stage: the view in the registry that it is at, or -1.
        """
        scans = self.all_scans()
        if writer == len(self.scans):
            return {key for scan in scans for key in _views(scan.partition)}
        mine = self.scans[writer]
        later = [
            toy_key(scan.partition)
            for scan in scans
            if scan.partition.kingdom == mine.partition.kingdom
            and scan.partition.snapshot_date > mine.partition.snapshot_date
        ]
        views = [*_views(mine.partition), *later][max(stage, 0) :]
        return {mine.keys.report, *views, *([mine.raw] if stage < 0 else [])}

    def sweep(self, store: Store) -> None:
        """Complete what has no report; one after the other."""
        for scan in self.all_scans():
            scan.complete(store)

    def wrong_now(self, lake: Contents) -> str | None:
        """What may be at no moment: a catalog that names a run whose boards are not there."""
        orders = self.orders(lake)
        for name, order in orders.items():
            view, _, partition = name.partition(" ")
            if view == "catalog" and orders.get(f"boards {partition}", ("", "")) < order:
                return f"the catalog names {order[1]} of {partition}, whose boards are not there"
        return None

    def wrong_write(self, before: Contents, after: Contents) -> str | None:
        """What no write may do: bring a date back to an older run, or lose it."""
        old, new = self.orders(before), self.orders(after)
        for name, order in old.items():
            if new.get(name, ("", "")) < order:
                return f"{name} went back from {order[1]} to {new.get(name)}"
        return None

    def wrong_in_the_end(self, lake: Contents) -> str | None:
        """What is not as the uploads in `raw/` say."""
        expected: dict[str, Order] = {}
        toys: dict[str, bytes] = {}
        kept = [scan for scan in self.all_scans() if scan.raw in lake]
        newest = {scan.partition: scan for scan in sorted(kept, key=lambda scan: scan.order)}
        for partition, scan in newest.items():
            for view in ("curated", "boards", "catalog"):
                expected[f"{view} {partition.path}"] = scan.order
            older = [one for one in newest if one.kingdom == partition.kingdom and one < partition]
            neighbours = [newest[one].curated for one in (*sorted(older)[-1:], partition)]
            toys[toy_key(partition)] = toy_of(neighbours, self.colours)
        if self.orders(lake) != expected:
            return f"{self.orders(lake)} is not {expected}"
        if {key: lake[key] for key in lake if key.startswith("toys/")} != toys:
            return "the toys are not made of what is there"
        latest = dict(sorted(newest))
        rows = json.loads(lake.get(KINGDOMS_KEY, b'{"kingdoms": []}'))["kingdoms"]
        shown = {row["kingdom"]: date.fromisoformat(row["latest"]) for row in rows}
        return None if shown == latest else f"the kingdoms are {shown}, not {latest}"

    def orders(self, lake: Contents) -> dict[str, Order]:
        """Which run each view shows of each date."""
        found: dict[str, Order] = {}
        for scan in self.all_scans():
            path = scan.partition.path
            if lake.get(curated_key(scan.partition)) == scan.curated:
                found[f"curated {path}"] = scan.order
            if lake.get(boards_key(scan.partition)) == scan.boards:
                found[f"boards {path}"] = scan.order
        runs = {scan.run.run_id: scan for scan in self.all_scans()}
        for kingdom in {scan.partition.kingdom for scan in self.all_scans()}:
            body = lake.get(snapshots_key(kingdom))
            for row in json.loads(body)["snapshots"] if body else ():
                scan = runs[row["run_id"]]
                found[f"catalog {scan.partition.path}"] = scan.order
        return found

    @contextmanager
    def on_stage(self, *, marked: bool = True) -> Iterator[None]:
        """Put the toy view into the registry, and make snapshots of these uploads only.

        Args:
            marked: let publishing tell when it comes to the next view.
        """
        maker = partial(_Archive, {scan.raw: scan for scan in self.all_scans()})
        changes = [
            *((module, "ArchivedSnapshots", maker) for module in (rebuild, verify)),
            *((module, "map_in_threads", one_by_one) for module in (snapshots, kingdoms)),
        ]
        with (
            with_toys(self.colours),
            patched(
                *changes,
                # Uploads and reports are proved by tests of their own; here views are walked.
                (verify, "verify_uploads", lambda *_: ()),
                (publish, "VIEWS", _marked() if marked else VIEWS),
            ),
        ):
            yield


class _Marked:
    """A view that tells when it is its turn in publishing.

    Publishing goes over the registry and takes nothing from one view to the next: that is why all
    interleavings of three writers can be walked.
    """

    def __init__(self, view: View, name: str) -> None:
        self._view = view
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def targets(self, partition: Partition, dates: Dates) -> Sequence[Target]:
        mark(self._name)
        return self._view.targets(partition, dates)


def _marked() -> list[_Marked]:
    return [_Marked(view, str(number)) for number, view in enumerate(VIEWS)]


class _Archive:
    """What `ArchivedSnapshots` is, of uploads that are known."""

    run: Run | None = None

    def __init__(self, scans: Mapping[str, Scan], *_: object) -> None:
        self._scans = scans

    def __enter__(self) -> "_Archive":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def objects(self, raw: RawKey) -> SnapshotObjects:
        return self._scans[raw.key].objects()


def rebuild_all(store: Store) -> None:
    """What an operator does."""
    for _ in rebuild.rebuild(store, SETTINGS):
        pass


def verify_all(store: Store) -> list[str]:
    """What is wrong, in the product's own eyes."""
    return [one for result in verify.verify(store, SETTINGS) for one in result.problems]


def _views(partition: Partition) -> list[str]:
    """A date's own targets and those of all, in the registry's order."""
    dated = [curated_key(partition), boards_key(partition)]
    return [*dated, snapshots_key(partition.kingdom), KINGDOMS_KEY, toy_key(partition)]


TWO: Final = (
    Scenario("two of one date", [Scan(12, 1), Scan(12, 2)]),
    Scenario("two of one second", [Scan(12, 1), Scan(12, 1, name="b")]),
    Scenario("one twice", [Scan(12, 1), Scan(12, 1)]),
    Scenario("neighbours", [Scan(12, 1), Scan(19, 2)]),
    Scenario("corrected beside a new one", [Scan(12, 2), Scan(19, 1)], [Scan(12, 0)]),
    Scenario("late between two", [Scan(12, 2), Scan(19, 3)], [Scan(5, 0), Scan(19, 1)]),
    # The toy of the first and of the third is the same, that of the second is another one.
    Scenario("what was before comes back", [Scan(12, 2), Scan(12, 4)], [Scan(12, 1)], colours=2),
    Scenario("two kingdoms", [Scan(12, 1), Scan(12, 2, kingdom=52)]),
    Scenario("rebuilt beside a new one", [Scan(19, 2)], [Scan(12, 1)], rebuilds=True),
)
THREE: Final = (
    Scenario("three of one date", [Scan(12, 1), Scan(12, 2), Scan(12, 3)]),
    Scenario("three dates", [Scan(5, 1), Scan(19, 2), Scan(12, 3)]),
    Scenario("correction between", [Scan(5, 1), Scan(12, 2), Scan(5, 3)]),
    Scenario("two kingdoms, three", [Scan(12, 1), Scan(12, 2, kingdom=52), Scan(19, 3)]),
)
