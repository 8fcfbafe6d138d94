"""Watches every write as it happens: what may never be, not even for a moment (contract, 3)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.views.registry import folders
from tests.torture.catalogs import KINGDOMS_KEY, snapshots_key
from tests.torture.memory_store import MemoryStore
from tests.torture.model import is_kept
from tests.torture.uploads import Upload
from tests.torture.views import views_of


class Witness:
    """Is told of every write by a function, and judges it.

    Attributes:
        runs: every upload so far, by run id.
        problems: what was wrong.
        listed: every run that a catalog has named so far.
    """

    def __init__(self, store: MemoryStore, runs: dict[str, Upload]) -> None:
        """Watch the writes of `store`."""
        self.runs = runs
        self.problems: list[str] = []
        self.listed: set[str] = set()
        self._store = store
        self._shown: dict[str, tuple[str, str]] = {}
        self._latest: dict[int, str] = {}
        store.watch = self._watch

    def _watch(self, key: str, body: bytes, before: bytes | None) -> None:
        view = key.partition("/")[0]
        if view in ("curated", "boards"):
            self._watch_view(key, body)
        elif key == KINGDOMS_KEY:
            self._watch_kingdoms(json.loads(body))
        elif view == "catalog":
            self._watch_snapshots(key, json.loads(body))
        elif view in (*folders(), "sweep"):
            pass  # a view without rules of its own is verified in the end; a sweep's memory is free
        elif view not in ("raw", "rejected", "reports"):
            self._tell(f"{key} was written, and is none of ours")
        elif before is not None:
            self._tell(f"{key} was replaced")
        elif view == "reports":
            self._watch_report(key, body)

    def _watch_view(self, key: str, body: bytes) -> None:
        upload = self._whose(key, body)
        if upload is None:
            self._tell(f"{key} was made of no upload of its date")
            return
        if not is_kept(upload, self._contents()):
            self._tell(f"{key} was written before the bytes were kept")
        if upload.order < self._shown.get(key, ("", "")):
            self._tell(f"{key} went back to {upload.run_id}")
        self._shown[key] = upload.order

    def _watch_snapshots(self, key: str, catalog: Mapping[str, Any]) -> None:
        """A catalog names only runs whose boards are there, or were; no date goes back or away."""
        kingdom = catalog["kingdom"]
        if key != snapshots_key(kingdom):
            self._tell(f"{key} is the catalog of {kingdom}")
        days = {row["snapshot_date"] for row in catalog["snapshots"]}
        for row in catalog["snapshots"]:
            upload = self.runs.get(row["run_id"])
            if upload is None or upload.partition != (kingdom, row["snapshot_date"]):
                self._tell(f"{key} names {row['run_id']}, no run of {row['snapshot_date']}")
                continue
            if self._shown.get(_boards(upload), ("", "")) < upload.order:
                self._tell(f"{key} names {upload.run_id}, whose boards are not there")
            if upload.order < self._shown.get(f"{key} {row['snapshot_date']}", ("", "")):
                self._tell(f"{key} went back to {upload.run_id}")
            self._shown[f"{key} {row['snapshot_date']}"] = upload.order
            self.listed.add(upload.run_id)
        for lost in self._days(key) - days:
            self._tell(f"{key} no longer names {lost}")

    def _days(self, key: str) -> set[str]:
        """The dates that a catalog has named."""
        return {name.split(" ")[1] for name in self._shown if name.startswith(f"{key} ")}

    def _watch_kingdoms(self, catalog: Mapping[str, Any]) -> None:
        """The lake's catalog names only dates that the kingdoms' catalogs name; none goes back."""
        latest = {row["kingdom"]: row["latest"] for row in catalog["kingdoms"]}
        for kingdom, day in latest.items():
            if day not in self._days(snapshots_key(kingdom)):
                self._tell(f"{KINGDOMS_KEY} names {day}, which kingdom {kingdom} does not")
        for kingdom, day in self._latest.items():
            if latest.get(kingdom, "") < day:
                self._tell(f"{KINGDOMS_KEY} went back behind {day} of kingdom {kingdom}")
        self._latest = latest

    def _whose(self, key: str, body: bytes) -> Upload | None:
        for upload in self.runs.values():
            if upload.accepted and f"/{upload.path}/" in key and body in views_of(upload):
                return upload
        return None

    def _watch_report(self, key: str, body: bytes) -> None:
        upload = self.runs.get(json.loads(body)["run_id"])
        if upload is None:
            self._tell(f"{key} is about no upload")
            return
        if not is_kept(upload, self._contents()):
            self._tell(f"{key} was written before the bytes were kept")
        if not upload.accepted:
            return
        for view in self._lacking(upload):
            newer = any(
                other.order > upload.order and is_kept(other, self._contents())
                for other in self.runs.values()
                if other.accepted and other.partition == upload.partition
            )
            if not newer:
                self._tell(f"{key} was written before {view}")

    def _lacking(self, upload: Upload) -> Iterable[str]:
        """The views that do not show an upload yet, nor a newer one."""
        assert upload.partition is not None
        kingdom, day = upload.partition
        for view in (
            f"curated/{upload.path}/players.parquet",
            _boards(upload),
            f"{snapshots_key(kingdom)} {day}",
        ):
            if self._shown.get(view, ("", "")) < upload.order:
                yield view
        if self._latest.get(kingdom, "") < day:
            yield KINGDOMS_KEY

    def _contents(self) -> dict[str, bytes]:
        return self._store.contents()

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)


def _boards(upload: Upload) -> str:
    return f"boards/{upload.path}/leaderboards.json"
