"""Watches every write as it happens: what may never be, not even for a moment (contract, 3)."""

import json

from tests.torture.memory_store import MemoryStore
from tests.torture.model import is_kept
from tests.torture.uploads import Upload
from tests.torture.views import views_of


class Witness:
    """Is told of every write by a function, and judges it.

    Attributes:
        runs: every upload so far, by run id.
        problems: what was wrong.
    """

    def __init__(self, store: MemoryStore, runs: dict[str, Upload]) -> None:
        """Watch the writes of `store`."""
        self.runs = runs
        self.problems: list[str] = []
        self._store = store
        self._shown: dict[str, tuple[str, str]] = {}
        store.watch = self._watch

    def _watch(self, key: str, body: bytes, before: bytes | None) -> None:
        view = key.partition("/")[0]
        if view in ("curated", "boards"):
            self._watch_view(key, body)
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
        for view in (
            f"curated/{upload.path}/players.parquet",
            f"boards/{upload.path}/leaderboards.json",
        ):
            newer = any(
                other.order > upload.order and is_kept(other, self._contents())
                for other in self.runs.values()
                if other.accepted and other.partition == upload.partition
            )
            if self._shown.get(view, ("", "")) < upload.order and not newer:
                self._tell(f"{key} was written before {view}")

    def _contents(self) -> dict[str, bytes]:
        return self._store.contents()

    def _tell(self, problem: str) -> None:
        self.problems.append(problem)
