"""Take one upload all the way: from the inbox to a published snapshot, or to its refusal."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, BinaryIO, NamedTuple

from chalicelib.config import Settings
from chalicelib.errors import InvalidKeyError, ObjectNotFoundError, UploadChangedError
from chalicelib.ingest.publish import (
    find_report,
    inbox_key_of,
    is_newest,
    keep,
    publish_views,
    write_report,
)
from chalicelib.ingest.report import build_report, refused_key
from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import InboxKey
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import Store, spooled
from chalicelib.scans.upload import Upload, receive
from chalicelib.validation.derive import Derivation
from chalicelib.validation.validate import ValidationResult, validate_upload
from chalicelib.views.snapshot_writer import Curated, SnapshotWriter


class IngestResult(NamedTuple):
    """What became of an upload.

    Attributes:
        key: its inbox key.
        report: its report (contract, section 5).
        published: whether the views of its date are made of it; false for a refused upload, and
            when a newer run of that date was already there.
        replayed: whether it had been completed before, so that nothing was written.
    """

    key: str
    report: Mapping[str, Any]
    published: bool
    replayed: bool

    def answer(self) -> dict[str, Any]:
        """The report, and whether it was published."""
        return {**self.report, "published": self.published}


def ingest_key(store: Store, key: str, settings: Settings) -> IngestResult | None:
    """Bring the lake to the state that follows from what lies under an inbox key now.

    Idempotent: the same upload gives the same objects, however often and wherever it is
    processed (contract, section 3).

    Returns:
        What became of it; None when there is nothing (any more), or only a console's folder.

    Raises:
        StoreError: the lake could not be read or written; a retry starts where this one ended.
    """
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(store.open(key))
        except (ObjectNotFoundError, InvalidKeyError):
            # What the store cannot hold is not there either: a folder in a lake on a disk.
            return None
        info = reader.info
        if keys.is_console_folder(key, info.size):
            return None
        copy = stack.enter_context(store.scratch())
        upload = receive(reader, settings.max_upload_bytes, copy)
        if upload.size != info.size:
            raise UploadChangedError(f"{key} changed while it was read")
        run = Run.of(key, info.last_modified, upload.sha256)
        return _Ingestion(store, settings, run, upload).complete()


def complete_archived(store: Store, kept: ArchiveKey, settings: Settings) -> IngestResult:
    """Complete a run from its bytes in `raw/` or `rejected/`.

    So it is done when it died and its inbox object is gone.

    Raises:
        StoreError: the lake could not be read or written.
    """
    with store.open(kept.key) as reader, spooled() as copy:
        upload = receive(reader, settings.max_upload_bytes, copy)
        inbox_key = inbox_key_of(store, kept, upload.sha256)
        run = Run.of(inbox_key, kept.accepted, upload.sha256)
        return _Ingestion(store, settings, run, upload).complete()


class _Ingestion:
    """One upload on its way through."""

    def __init__(self, store: Store, settings: Settings, run: Run, upload: Upload) -> None:
        self._store = store
        self._settings = settings
        self._run = run
        self._upload = upload
        self._inbox_key = parse_inbox_key(run.inbox_key, run.accepted)
        self._places = TargetKeys.of(run, self._inbox_key)

    def complete(self) -> IngestResult:
        report = find_report(self._store, self._places.report, self._run)
        if report is not None:
            return self._ingested(report, self._is_current(report), replayed=True)
        if isinstance(self._inbox_key, KeyRefusedError):
            return self._reject(refused_key(self._inbox_key, self._run.inbox_key))
        with self._store.scratch() as file:
            found, views = make_views(
                self._upload, self._inbox_key, self._run, self._settings, file
            )
            if views is None:
                return self._reject(found)
            return self._accept(found, views, self._inbox_key)

    def _accept(self, found: ValidationResult, views: Curated, inbox_key: InboxKey) -> IngestResult:
        partition = inbox_key.partition
        assert self._places.raw is not None
        raw = keep(self._store, self._places.raw, self._upload)
        published = publish_views(self._store, partition, self._run, raw, views)
        return self._report(found, {"raw": raw, "curated": keys.curated_key(partition)}, published)

    def _reject(self, found: ValidationResult) -> IngestResult:
        written = {}
        if self._upload.is_kept:
            written["rejected"] = keep(self._store, self._places.rejected, self._upload)
        return self._report(found, written, published=False)

    def _report(
        self, found: ValidationResult, written: dict[str, str], published: bool
    ) -> IngestResult:
        report = build_report(found, self._upload, self._run, self._inbox_key, written)
        write_report(self._store, self._places.report, self._run, report)
        return self._ingested(report, published, replayed=False)

    def _is_current(self, report: Mapping[str, Any]) -> bool:
        """Whether the views are still those of a run that was completed before."""
        if report["status"] != "accepted" or isinstance(self._inbox_key, KeyRefusedError):
            return False
        raw = report["written"]["raw"]
        return is_newest(self._store, self._inbox_key.partition, self._run, raw)

    def _ingested(
        self, report: Mapping[str, Any], published: bool, *, replayed: bool
    ) -> IngestResult:
        return IngestResult(self._run.inbox_key, report, published, replayed)


def make_views(
    upload: Upload, inbox_key: InboxKey, run: Run, settings: Settings, file: BinaryIO
) -> tuple[ValidationResult, Curated | None]:
    """Examine an upload and make what it publishes.

    Args:
        upload: the bytes.
        inbox_key: their name, kingdom and date.
        run: their identity.
        settings: for the limits and `DKP_WEIGHTS`.
        file: an empty temporary file for the Parquet.

    Returns:
        What was found, and the views of an upload that is accepted.
    """
    curators: list[SnapshotWriter] = []

    def make_writer(derivation: Derivation) -> SnapshotWriter:
        if curators:
            curators.pop().abandon()
        file.seek(0)
        file.truncate()
        curators.append(SnapshotWriter(run, inbox_key.partition, derivation, file))
        return curators[-1]

    views: Curated | None = None
    try:
        found = validate_upload(upload, inbox_key.file, settings, make_writer)
        if found.accepted:
            views = curators[-1].finish()
    finally:
        if views is None:
            for curator in curators:
                curator.abandon()
    return found, views
