"""Who writes in a walk, and what the lake must be in the end: tiny uploads, real publishing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any, Final, NamedTuple

from chalicelib.ingest import rebuild, verify_group
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import PLAYERS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import (
    KINGDOMS_KEY,
    boards_key,
    changes_key,
    changes_table_key,
    curated_key,
    roster_key,
    snapshots_key,
    summary_key,
)
from chalicelib.views import kingdoms, publish, snapshots
from chalicelib.views.boards import BoardsView
from chalicelib.views.making import own_snapshot
from chalicelib.views.registry import VIEWS, folders
from chalicelib.views.view import Dates, Target, View
from tests.ingest.support import patched
from tests.torture.stage import one_by_one
from tests.views.toy_view import MANY, toy_key, toy_of, with_toys
from tests.views.walk_changes import stand_ins, summary_of
from tests.views.walk_lake import Contents, mark
from tests.views.walk_rebuild import Archive, rebuild_all, rebuild_rosters
from tests.views.walk_roster import content_of_roster, roster_of
from tests.views.walk_roster import stand_ins as roster_stand_ins
from tests.views.walk_uploads import Follower, Order, Scan, followed, is_resumed

VIEWS_OF_A_WALK: Final = tuple(f"{folder}/" for folder in (*folders(), "toys"))
NEVER: Final[Order] = ("", "", "")


class Scenario(NamedTuple):
    """Writers at one lake.

    Attributes:
        name: what it is called.
        scans: the uploads, each of which a writer ingests.
        before: those that were ingested before.
        rebuilds: whether the views are gone, and an operator rebuilds them meanwhile.
        rosters: whether the rosters are gone, and an operator rebuilds just these meanwhile.
        colours: how many the toys have.
    """

    name: str
    scans: Sequence[Scan]
    before: Sequence[Scan] = ()
    rebuilds: bool = False
    rosters: bool = False
    colours: int = MANY

    def works(self) -> list[Any]:
        """What each writer does."""
        works: list[Any] = [scan.ingest for scan in self.scans]
        works += [rebuild_all] * self.rebuilds
        return [*works, partial(rebuild_rosters, self._kingdoms())] if self.rosters else works

    def gone(self) -> tuple[str, ...]:
        """The folders that are gone when the writers begin."""
        if self.rosters:
            return (PLAYERS,)
        return VIEWS_OF_A_WALK if self.rebuilds else ()

    def _kingdoms(self) -> set[int]:
        return {scan.partition.kingdom for scan in self.all_scans()}

    def all_scans(self) -> list[Scan]:
        """Every upload there is."""
        return [*self.before, *self.scans]

    def may_crash(self, writer: int) -> bool:
        """Whether the others, or a sweep, complete what a writer leaves.

        Whoever rebuilds all rebuilds again. A roster is written by everybody who uploads, too.
        """
        return writer < len(self.scans) or self.rosters

    def may_write(self, writer: int, stage: int) -> set[str]:
        """Every key that a writer may still write.

        Args:
            writer: which one.
            stage: the view in the registry that it is at, or -1.
        """
        if writer == len(self.scans) and self.rosters:
            return {roster_key(kingdom) for kingdom in self._kingdoms()}
        if writer == len(self.scans):
            return {key for scan in self.all_scans() for key in self._touched(scan)}
        mine = self.scans[writer]
        views = self._touched(mine, max(stage, 0))
        return {mine.keys.report, *views, *([mine.kept] if stage < 0 else [])}

    def _touched(self, mine: Scan, stage: int = 0) -> set[str]:
        """The targets that a change may touch, of the views from one on, whoever else writes."""
        days = _AllDates(
            sorted(
                {
                    scan.partition.snapshot_date
                    for scan in self.all_scans()
                    if scan.partition.kingdom == mine.partition.kingdom
                }
            )
        )
        touched = (view.targets(mine.partition, days) for view in VIEWS[stage:])
        return {target.key for targets in touched for target in targets}

    def sweep(self, store: Store) -> None:
        """Complete what has no report; one after the other."""
        for scan in self.all_scans():
            scan.complete(store)

    def wrong_now(self, lake: Contents) -> str | None:
        """What may be at no moment: a view of an event that its source is not of yet."""
        orders = self.orders(lake)
        for name, order in orders.items():
            view, _, partition = name.partition(" ")
            source = {"catalog": "boards", "boards": "curated"}.get(view)
            if source is not None and orders.get(f"{source} {partition}", NEVER) < order:
                return f"{view} names {order[1]} of {partition}, of which {source} is not yet"
        return None

    def wrong_write(self, before: Contents, after: Contents) -> str | None:
        """What no write may do: bring a date back to an older event, or lose it.

        A catalog may lose what is withdrawn.
        """
        old, new = self.orders(before), self.orders(after)
        for name, order in old.items():
            lost = name.startswith("catalog ") and name not in new
            if new.get(name, NEVER) < order and not (lost and self._is_withdrawn(order, after)):
                return f"{name} went back from {order} to {new.get(name)}"
        return None

    def _is_withdrawn(self, order: Order, lake: Contents) -> bool:
        """Whether a withdrawal is kept of the date of an event, and counts for it."""
        dates = [scan.partition for scan in self.all_scans() if scan.order == order]
        return any(
            scan.withdraws and scan.kept in lake and scan.order > order
            for scan in self.all_scans()
            if scan.partition in dates
        )

    def wrong_in_the_end(self, lake: Contents) -> str | None:
        """What is not as the uploads and withdrawals say that are kept."""
        expected: dict[str, Order] = {}
        toys: dict[str, bytes] = {}
        newest = self.newest(lake)
        for partition, scan in newest.items():
            for view in ("curated", "boards", *([] if scan.withdraws else ["catalog"])):
                expected[f"{view} {partition.path}"] = scan.order
            older = [one for one in newest if one.kingdom == partition.kingdom and one < partition]
            neighbours = [newest[one].curated for one in (*sorted(older)[-1:], partition)]
            toys[toy_key(partition)] = toy_of(neighbours, self.colours)
        if self.orders(lake) != expected:
            return f"{self.orders(lake)} is not {expected}"
        if {key: lake[key] for key in lake if key.startswith("toys/")} != toys:
            return "the toys are not made of what is there"
        changes = self._expected_changes(newest)
        if {key: lake[key] for key in lake if key.startswith("changes/")} != changes:
            return "the changes are not made of what is there"
        rosters = self._expected_rosters(newest)
        found = {key: lake[key] for key in lake if key.startswith("players/")}
        if {key: content_of_roster(body) for key, body in found.items()} != rosters:
            return "the rosters are not made of what is there"
        latest = dict(sorted(one for one in newest if not newest[one].withdraws))
        rows = json.loads(lake.get(KINGDOMS_KEY, b'{"kingdoms": []}'))["kingdoms"]
        shown = {row["kingdom"]: date.fromisoformat(row["latest"]) for row in rows}
        return None if shown == latest else f"the kingdoms are {shown}, not {latest}"

    def _expected_changes(self, newest: Mapping[Partition, Scan]) -> dict[str, bytes]:
        """The changes and summaries of all dates: of a date and the two snapshots before it."""
        expected = {}
        for partition, scan in newest.items():
            older = [
                newest[one].curated
                for one in sorted(newest, reverse=True)
                if one.kingdom == partition.kingdom and one < partition
                if not newest[one].withdraws
            ]
            made_of = [] if scan.withdraws else [scan.curated, *older[:2]]
            changes = toy_of(made_of, self.colours)
            expected[changes_key(partition)] = changes
            expected[changes_table_key(partition)] = changes
            expected[summary_key(partition)] = summary_of(changes)
        return expected

    def _expected_rosters(self, newest: Mapping[Partition, Scan]) -> dict[str, bytes]:
        """The roster of each kingdom: of all its snapshots."""
        snapshots: dict[int, list[tuple[date, bytes]]] = {}
        for (kingdom, day), scan in sorted(newest.items()):
            of_kingdom = snapshots.setdefault(kingdom, [])
            of_kingdom += [] if scan.withdraws else [(day, scan.curated)]
        return {
            roster_key(kingdom): roster_of(dated, self.colours)
            for kingdom, dated in snapshots.items()
        }

    def newest(self, lake: Contents) -> dict[Partition, Scan]:
        """The newest event that is kept of each date that has an upload."""
        kept = [scan for scan in self.all_scans() if scan.kept in lake]
        uploaded = {scan.partition for scan in kept if not scan.withdraws}
        return {
            scan.partition: scan
            for scan in sorted(kept, key=lambda scan: scan.order)
            if scan.partition in uploaded
        }

    def orders(self, lake: Contents) -> dict[str, Order]:
        """Which event each view shows of each date."""
        found: dict[str, Order] = {}
        for scan in self.all_scans():
            path = scan.partition.path
            if lake.get(curated_key(scan.partition)) == scan.curated:
                found[f"curated {path}"] = scan.order
            if lake.get(boards_key(scan.partition)) == scan.boards:
                found[f"boards {path}"] = scan.order
        runs = {scan.run.run_id: scan for scan in self.all_scans()}
        for kingdom in self._kingdoms():
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
        kept = {scan.kept: scan for scan in self.all_scans()}
        maker = partial(Archive, kept)
        changes = [
            (own_snapshot, "withdrawn_objects", lambda event, _: kept[event.key].objects()),
            *((module, "ArchivedSnapshots", maker) for module in (rebuild, verify_group)),
            *((module, "map_in_threads", one_by_one) for module in (snapshots, kingdoms)),
            *stand_ins(self.colours),
            *roster_stand_ins(self.colours),
        ]
        with with_toys(self.colours):
            views = _marked() if marked else [*VIEWS]
            with patched(
                *changes,
                # Uploads and reports are proved by tests of their own; here views are walked.
                (verify_group, "verify_uploads", lambda *_: ()),
                (publish, "views_of", lambda _: views),
                (publish, "InStep", Follower),
                # A read from memory is a read of a moment ago, which is walked as that.
                (publish, "reading_once", lambda store: store),
            ):
                yield


class _AllDates:
    """What `CuratedDates` is at most: every date of a scenario."""

    def __init__(self, days: Sequence[date]) -> None:
        self._days = days

    def __call__(self) -> Sequence[date]:
        return self._days

    def after(self, day: date, _: int) -> Sequence[date]:
        return [one for one in self._days if one > day]


class _Marked:
    """A view that tells when it is its turn in publishing.

    Publishing goes over the registry and takes little from one view to the next: the event that
    `curated/` is of, for the boards, and the dates of the kingdom, once they are listed. That is
    why all interleavings of three writers can be walked.
    """

    def __init__(self, view: View, name: str) -> None:
        self._view = view
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def targets(self, partition: Partition, dates: Dates) -> Sequence[Target]:
        listed = getattr(dates, "listed", {})
        known = [
            (str(day), *((one.key, one.size) for one in listed[day].values())) for day in listed
        ]
        event = followed() if isinstance(self._view, BoardsView) else None
        mark(f"{self._name} {is_resumed()} {event} {known}")
        return self._view.targets(partition, dates)


def _marked() -> list[_Marked]:
    return [_Marked(view, str(number)) for number, view in enumerate(VIEWS)]
