"""Watches every write as it happens: what may never be, not even for a moment (contract, 3)."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from chalicelib.views.registry import folders
from tests.torture.catalogs import KINGDOMS_KEY, snapshots_key
from tests.torture.memory_store import MemoryStore
from tests.torture.model import is_kept, mended_at
from tests.torture.rosters import PLAYERS
from tests.torture.states import States
from tests.torture.uploads import Order, Partition, Upload
from tests.torture.views import views_of
from tests.torture.workers import current_worker

NEVER: Final[Order] = ("", "", "")
"""Before every event."""


class Emptied(NamedTuple):
    """A date whose curated file was replaced by one without players.

    Attributes:
        order: the withdrawal's.
        since: the last worker that had started by then.
    """

    order: Order
    since: int


class Witness:
    """Is told of every write by a function, and judges it.

    Attributes:
        runs: every upload so far, by run id.
        problems: what was wrong.
        listed: every run that a catalog has named so far.
        stale: the dates that a catalog was wrong about, written by one who had looked before: it
            named what was withdrawn meanwhile, or not what came after that. That writer, or a
            sweep, looks again.
        states: those that the catalogs and the rosters were in.
        emptied: the dates whose files had no players at any time, by the last withdrawal.
        listeners: are told of every write too, after it was judged.
        lacks: tells whether an event is still missing in what is beside the lake.
    """

    def __init__(
        self, store: MemoryStore, runs: dict[str, Upload], last_worker: Callable[[], int]
    ) -> None:
        """Watch the writes of `store`; `last_worker` tells the number of the last that started."""
        self.runs = runs
        self.last_worker = last_worker
        self.problems: list[str] = []
        self.listed: set[str] = set()
        self.stale: set[Partition] = set()
        self.states = States(runs)
        self.emptied: dict[Partition, Emptied] = {}
        self.listeners: list[Callable[[str, bytes], None]] = []
        self.lacks: Callable[[Upload], bool] = lambda _: False
        self._store = store
        self._shown: dict[str, Order] = {}
        self._latest: dict[int, str] = {}
        self._withdrawn: dict[Partition, Order] = {}
        self._since: dict[str, int] = {}
        self._reported: set[str] = set()
        store.watch = self._watch

    def withdrawals(self, partition: Partition) -> list[Order]:
        """The withdrawals of a date that are kept."""
        found = self._contents()
        return [
            one.order
            for one in self.runs.values()
            if one.withdraws and one.partition == partition and is_kept(one, found)
        ]

    def curated(self, partition: Partition) -> Order:
        """The newest event that a date's curated file has been of."""
        kingdom, day = partition
        key = f"curated/source=rok_players/kingdom={kingdom}/dt={day}/players.parquet"
        return self._shown.get(key, NEVER)

    def is_left_to_a_later_upload(self, withdrawal: Upload) -> bool:
        """Whether its date still shows what it withdraws, and a later upload is to change that.

        That is kept, and whoever keeps it publishes it; until then nobody else does.
        """
        found = self._contents()
        is_shown = self.lacks(withdrawal) or any(
            NEVER < self._shown.get(view, NEVER) < withdrawal.order
            for view in _dated_views(withdrawal)
        )
        return is_shown and any(
            one.order > withdrawal.order and is_kept(one, found)
            for one in self.runs.values()
            if one.accepted and one.partition == withdrawal.partition
        )

    def _watch(self, key: str, body: bytes, before: bytes | None) -> None:
        self._judge(key, body, before)
        for listen in self.listeners:
            listen(key, body)

    def _judge(self, key: str, body: bytes, before: bytes | None) -> None:
        view = key.partition("/")[0]
        if view in (*folders(), "sweep"):
            self._watch_derived(key, body)
        elif view not in ("raw", "rejected", "withdrawn", "reports"):
            self._tell(f"{key} was written, and is none of ours")
        elif before is not None:
            self._tell(f"{key} was replaced")
        elif view == "reports":
            self._watch_report(key, body)

    def _watch_derived(self, key: str, body: bytes) -> None:
        """A view without rules of its own is verified in the end; a sweep's memory is free."""
        if key.startswith(("curated/", "boards/")):
            self._watch_view(key, body)
        elif key == KINGDOMS_KEY:
            self._watch_kingdoms(json.loads(body))
        elif key.startswith("catalog/"):
            self._watch_snapshots(key, json.loads(body))
        elif key.startswith(PLAYERS):
            self._watch_roster(key, body)

    def _watch_view(self, key: str, body: bytes) -> None:
        upload = self._whose(key, body)
        if upload is None:
            self._tell(f"{key} was made of no upload of its date")
            return
        if not is_kept(upload, self._contents()):
            self._tell(f"{key} was written before the bytes were kept")
        if upload.withdraws and not any(self._kept_uploads(upload)):
            self._tell(f"{key} was written, and there is nothing to withdraw")
        if upload.order < self._shown.get(key, NEVER):
            self._tell(f"{key} went back to {upload.run_id}")
        self._shown[key] = upload.order
        if upload.withdraws and upload.partition and key.startswith("curated/"):
            self.emptied[upload.partition] = Emptied(upload.order, self.last_worker())
        if upload.withdraws and upload.partition and key.startswith("boards/"):
            self._withdrawn[upload.partition] = upload.order
            self._since[upload.path] = self.last_worker()

    def _kept_uploads(self, event: Upload) -> Iterable[Upload]:
        """The accepted uploads of an event's date whose bytes are kept."""
        found = self._contents()
        for one in self.runs.values():
            if one.accepted and one.partition == event.partition and is_kept(one, found):
                yield one

    def _watch_roster(self, key: str, body: bytes) -> None:
        """A roster is made of files that there are, or were."""
        kingdom = int(key.split("/")[2].removeprefix("kingdom="))
        problem = self.states.watch_roster(kingdom, body)
        if problem is not None:
            self._tell(problem)

    def _watch_snapshots(self, key: str, catalog: Mapping[str, Any]) -> None:
        """A catalog names only runs whose boards are there, or were; no date goes back, and none
        goes away whose boards are not withdrawn.
        """
        kingdom = catalog["kingdom"]
        if key != snapshots_key(kingdom):
            self._tell(f"{key} is the catalog of {kingdom}")
        days = {row["snapshot_date"] for row in catalog["snapshots"]}
        named = {row["snapshot_date"]: row["run_id"] for row in catalog["snapshots"]}
        known = {day: self.runs[one] for day, one in named.items() if one in self.runs}
        self.states.watch_catalog(kingdom, known)
        for row in catalog["snapshots"]:
            upload = self.runs.get(row["run_id"])
            if upload is None or upload.partition != (kingdom, row["snapshot_date"]):
                self._tell(f"{key} names {row['run_id']}, no run of {row['snapshot_date']}")
                continue
            if self._shown.get(_boards(upload), NEVER) < upload.order:
                self._tell(f"{key} names {upload.run_id}, whose boards are not there")
            self._watch_entry(f"{key} {row['snapshot_date']}", upload)
            self.listed.add(upload.run_id)
        for lost in self._days(key) - days:
            withdrawal = self._withdrawn.get((kingdom, lost), NEVER)
            if withdrawal < self._shown[f"{key} {lost}"]:
                self._tell(f"{key} no longer names {lost}")
            self._shown[f"{key} {lost}"] = withdrawal

    def _watch_entry(self, name: str, upload: Upload) -> None:
        """A date goes back only to a run that was withdrawn, by who looked at its boards before.

        Where a withdrawal finds the catalog without the date already, no ETag moves.
        """
        assert upload.partition is not None
        if upload.order < self._withdrawn.get(upload.partition, NEVER):
            self._watch_stale(upload.partition, upload.path, f"{name} names {upload.run_id} again")
        elif upload.order < self._shown.get(name, NEVER):
            self._tell(f"{name} went back to {upload.run_id}")
        if upload.order != self._shown.get(name):
            self._since[name] = self.last_worker()
        self._shown[name] = upload.order

    def _watch_stale(self, partition: Partition, what: str, problem: str) -> None:
        """Only a writer that was at work before `what` changed may be wrong about a date."""
        worker = current_worker()
        if worker is None or worker.number > self._since[what]:
            self._tell(problem)
        self.stale.add(partition)

    def _days(self, key: str) -> set[str]:
        """The dates that a catalog has named."""
        return {name.split(" ")[1] for name in self._shown if name.startswith(f"{key} ")}

    def _watch_kingdoms(self, catalog: Mapping[str, Any]) -> None:
        """The lake's catalog names only dates that the kingdoms' catalogs name; none goes back."""
        latest = {row["kingdom"]: row["latest"] for row in catalog["kingdoms"]}
        self.states.watch_list(latest)
        for kingdom, day in latest.items():
            if day not in self._days(snapshots_key(kingdom)):
                self._tell(f"{KINGDOMS_KEY} names {day}, which kingdom {kingdom} does not")
            elif self._shown[f"{snapshots_key(kingdom)} {day}"][1] == "withdrawal":
                self.stale.add((kingdom, day))
        for kingdom, day in self._latest.items():
            if latest.get(kingdom, "") < day:
                self._watch_lost(kingdom, day)
        self._latest = latest

    def _watch_lost(self, kingdom: int, day: str) -> None:
        """A kingdom's newest date is lost only if it is withdrawn, or was, and came again since."""
        problem = f"{KINGDOMS_KEY} went back behind {day} of kingdom {kingdom}"
        name = f"{snapshots_key(kingdom)} {day}"
        if (kingdom, day) not in self._withdrawn:
            self._tell(problem)
        elif self._shown[name][1] == "upload":
            self._watch_stale((kingdom, day), name, problem)

    def _whose(self, key: str, body: bytes) -> Upload | None:
        for upload in self.runs.values():
            if upload.is_event and f"/{upload.path}/" in key and body in views_of(upload):
                return upload
        return None

    def _watch_report(self, key: str, body: bytes) -> None:
        upload = self.runs.get(json.loads(body)["run_id"])
        if upload is None:
            self._tell(f"{key} is about no upload")
            return
        if not is_kept(upload, self._contents()):
            self._tell(f"{key} was written before the bytes were kept")
        if (mended := mended_at(upload, self._contents())) not in {None, *self._contents()}:
            self._tell(f"{key} was written before {mended}")
        if not upload.is_event:
            return
        self._reported.add(upload.run_id)
        if upload.withdraws and self._reported.isdisjoint(
            one.run_id for one in self._kept_uploads(upload)
        ):
            return  # there is nothing to withdraw, or it is being published
        for view in self._lacking(upload):
            newer = any(
                other.order > upload.order and is_kept(other, self._contents())
                for other in self.runs.values()
                if other.is_event and other.partition == upload.partition
            )
            if not newer:
                self._tell(f"{key} was written before {view}")

    def _lacking(self, upload: Upload) -> Iterable[str]:
        """The views that do not show an upload yet, nor a newer one."""
        assert upload.partition is not None
        kingdom, day = upload.partition
        for view in _dated_views(upload):
            shown = self._shown.get(view, NEVER)
            # A date that is named no more, or never was, is as a withdrawal wants it.
            named = not view.startswith("catalog/") or shown[1] == "upload"
            if shown < upload.order and (named or upload.accepted):
                yield view
        if self.lacks(upload):
            yield "the item of its kingdom"
        latest = self._latest.get(kingdom, "")
        if (kingdom, day) in self.stale:
            return
        if latest == day if upload.withdraws else latest < day:
            yield KINGDOMS_KEY

    def _contents(self) -> dict[str, bytes]:
        return self._store.contents()

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)


def _boards(upload: Upload) -> str:
    return f"boards/{upload.path}/leaderboards.json"


def _dated_views(upload: Upload) -> tuple[str, ...]:
    """The views of a date, as `Witness` knows them: its files, and its line in the catalog."""
    assert upload.partition is not None
    kingdom, day = upload.partition
    curated = f"curated/{upload.path}/players.parquet"
    return curated, _boards(upload), f"{snapshots_key(kingdom)} {day}"
