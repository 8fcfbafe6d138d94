"""Ingest one upload: from the inbox to a published snapshot, or to a rejection."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from typing import Any, BinaryIO, NamedTuple

from chalicelib.config import Settings
from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    StoreError,
    UploadChangedError,
    UploadInFutureError,
)
from chalicelib.ingest.answer.place import Snapshots, place_of, snapshots_of
from chalicelib.ingest.archive import archive, archive_repair
from chalicelib.ingest.report import (
    build_report,
    find_report,
    refused_key,
    withdrawal_report,
    write_report,
)
from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, mended_key
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import InboxKey, Partition, WithdrawalKey
from chalicelib.lake.leftovers import is_ignored
from chalicelib.lake.reports.proof import prove
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key
from chalicelib.lake.store import Store, spooled
from chalicelib.lake.view_keys import curated_key
from chalicelib.scans.upload import Upload, receive
from chalicelib.validation.validate import ValidationResult, too_large, validate_upload
from chalicelib.views.making.make_snapshot import make_snapshot
from chalicelib.views.making.own_snapshot import OwnSnapshot
from chalicelib.views.publish import publish
from chalicelib.views.sources import newest_event
from chalicelib.views.view import SnapshotObjects


class IngestResult(NamedTuple):
    """The result of ingesting an upload.

    Attributes:
        key: its inbox key.
        report: its report (contract, section 5).
        published: whether the views of its date are made of it; false for a refused upload, for
            a withdrawal, and when the date has a newer run or a withdrawal already.
        replayed: whether the run was completed before, so that nothing was written.
        before: what the kingdom's catalog listed before; None if nobody looked.
    """

    key: str
    report: Mapping[str, Any]
    published: bool
    replayed: bool
    before: Snapshots | None = None

    def answer(self, store: Store) -> dict[str, Any]:
        """The report, whether it was published, and its place among the others, in this lake."""
        place = place_of(store, self.report, published=self.published, before=self.before)
        return {**self.report, "published": self.published, "place": place}


def ingest_key(store: Store, key: str, settings: Settings) -> IngestResult | None:
    """Ingest the current object at an inbox key.

    Idempotent: the same upload gives the same objects, however often and wherever it is
    processed (contract, section 3).

    Returns:
        The result; None when there is no object, or one that is ignored (`is_ignored`).

    Raises:
        UploadInFutureError: the clock of a directory lake has not reached the file's time.
        StoreError: the lake could not be read or written; a retry continues from here.
    """
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(store.open(key))
        except (ObjectNotFoundError, InvalidKeyError):
            # A key that the store cannot hold has no object: a folder in a lake on a disk.
            return None
        info = reader.info
        if is_ignored(key, info.size):
            return None
        copy = stack.enter_context(store.scratch())
        upload = receive(reader, settings.max_upload_bytes, copy, info.size)
        if upload.size != info.size:
            raise UploadChangedError(f"{key} changed while it was read")
        run = Run.of(key, info.last_modified, upload.sha256)
        ingestion = _Ingestion(store, settings, run, upload)
        if info.is_future:
            ingestion.require_report()
        return ingestion.complete()


def complete_archived(store: Store, archived: ArchiveKey, settings: Settings) -> IngestResult:
    """Complete a run from its archived bytes.

    For a run that crashed and whose inbox object is gone.

    Raises:
        DamagedArchiveError: the bytes are not those that the run's report has the SHA-256 of.
        StoreError: the lake could not be read or written.
    """
    run = prove(store, archived).run
    with store.open(archived.key) as reader, spooled() as copy:
        upload = receive(reader, settings.max_upload_bytes, copy)
        if upload.sha256 != run.sha256:
            raise UploadChangedError(f"{archived.key} changed while it was read")
        return _Ingestion(store, settings, run, upload).complete()


def is_published(store: Store, report: Mapping[str, Any]) -> bool:
    """Whether the views of a date are made of a completed run.

    Args:
        store: the lake.
        report: the run's report.
    """
    if report["status"] != "accepted":
        return False
    partition = Partition(report["kingdom"], date.fromisoformat(report["snapshot_date"]))
    newest = newest_event(store, partition)
    return newest is not None and newest.key == report["written"]["raw"]


class _Ingestion:
    """The ingestion of one upload."""

    def __init__(self, store: Store, settings: Settings, run: Run, upload: Upload) -> None:
        self._store = store
        self._settings = settings
        self._run = run
        self._upload = upload
        self._inbox_key = parse_inbox_key(run.inbox_key, run.accepted)
        self._targets = TargetKeys.of(run, self._inbox_key)
        self._before: Snapshots | None = None

    def require_report(self) -> None:
        """Refuse an upload that comes from the future, unless it is done: the clock was set back.

        The newest upload of a date wins, so until that time no correction could replace it.
        """
        if self._found_report() is None:
            raise UploadInFutureError(
                f"the file's modification time, {keys.ingested_at_text(self._run.accepted)}, is in "
                "the future by this machine's clock; `touch` the file to have it taken now, else "
                "it is taken at that time"
            )

    def complete(self) -> IngestResult:
        report = self._found_report()
        if report is not None:
            restored = self._restore(report)
            published = is_published(self._store, report)
            return self._result(report, published, replayed=not restored)
        if isinstance(self._inbox_key, KeyRefusedError):
            return self._reject(refused_key(self._inbox_key, self._run.inbox_key))
        if isinstance(self._inbox_key, WithdrawalKey):
            return self._withdraw(self._inbox_key)
        with self._store.scratch() as file:
            found, objects = self._make(self._inbox_key, file)
            if objects is None:
                return self._reject(found)
            return self._accept(found, objects, self._inbox_key)

    def _found_report(self) -> dict[str, Any] | None:
        """The report, if the run was completed before, also by older rules."""
        places = (self._targets.report, self._targets.older_report)
        found = (find_report(self._store, key, self._run) for key in places if key)
        return next((report for report in found if report is not None), None)

    def _make(
        self, inbox_key: InboxKey, file: BinaryIO
    ) -> tuple[ValidationResult, SnapshotObjects | None]:
        return make_snapshot(self._upload, inbox_key, self._run, self._settings, file)

    def _restore(self, report: Mapping[str, Any]) -> bool:
        """Write a completed run's bytes again if they are lost, and the views with them.

        The views may show an older upload by now, which was taken for the newest.

        Returns:
            Whether they were lost.

        Raises:
            StoreError: other bytes are there.
        """
        written = report["written"]
        key = written.get("raw") or written.get("rejected") or written.get("withdrawn")
        info = None if key is None else self._store.head(key)
        if key is None or (info is not None and info.size == self._upload.size):
            return self._restore_repair(report)
        if info is not None:
            raise StoreError(
                f"{key} is damaged: it has {info.size} bytes, its upload has {self._upload.size} "
                "(docs/operations.md says what to do)"
            )
        if isinstance(self._inbox_key, InboxKey) and report["status"] == "accepted":
            with self._store.scratch() as file:
                # None if today's rules refuse it: what is published stays.
                _, objects = self._make(self._inbox_key, file)
                archive(self._store, key, self._upload)
                if objects is not None:
                    maker = OwnSnapshot(self._store, key, objects)
                    publish(self._store, self._inbox_key.partition, maker, resumed=True)
            return True
        archive(self._store, key, self._upload)
        self._restore_repair(report)
        if isinstance(self._inbox_key, WithdrawalKey):
            maker = OwnSnapshot(self._store, key, None)
            publish(self._store, self._inbox_key.partition, maker, resumed=True)
        return True

    def _restore_repair(self, report: Mapping[str, Any]) -> bool:
        """Write a lost mended file again; whether it was lost, and today's rules still make it."""
        key = report["repair"]["key"] if "repair" in report else None
        if key is None or self._store.head(key) is not None:
            return False
        assert isinstance(self._inbox_key, InboxKey)
        kingdom = self._inbox_key.partition.kingdom
        found = validate_upload(self._upload, self._inbox_key.file, self._settings, kingdom=kingdom)
        return self._mend(found, key) is not None

    def _accept(
        self, found: ValidationResult, objects: SnapshotObjects, inbox_key: InboxKey
    ) -> IngestResult:
        raw, maker = self._publish(inbox_key.partition, objects)
        written = {"raw": raw, "curated": curated_key(inbox_key.partition)}
        return self._report(found, written, maker.is_newest)

    def _withdraw(self, inbox_key: WithdrawalKey) -> IngestResult:
        """Archive the withdrawal, so that it is an event of its date, and publish what follows."""
        if self._upload.too_large:
            found = ValidationResult(format=None)
            found.errors.add([too_large(self._upload, self._settings)])
            return self._reject(found)
        withdrawn, _ = self._publish(inbox_key.partition, None)
        report = withdrawal_report(self._run, inbox_key.partition, withdrawn)
        return self._write(report, published=False)

    def _publish(
        self, partition: Partition, objects: SnapshotObjects | None
    ) -> tuple[str, OwnSnapshot]:
        """Archive the bytes and reconcile all views; the key of the bytes, and the maker."""
        assert self._targets.accepted is not None
        self._before = snapshots_of(self._store, partition.kingdom)
        archived = archive(self._store, self._targets.accepted, self._upload)
        maker = OwnSnapshot(self._store, archived.key, objects)
        publish(self._store, partition, maker, resumed=not archived.created)
        return archived.key, maker

    def _reject(self, found: ValidationResult) -> IngestResult:
        written = {}
        if self._upload.has_copy:
            kept = archive(self._store, self._targets.rejected, self._upload)
            written["rejected"] = kept.key
        return self._report(found, written, published=False, repair=self._mend(found))

    def _mend(self, found: ValidationResult, key: str | None = None) -> dict[str, Any] | None:
        if not isinstance(self._inbox_key, InboxKey):
            return None
        key = key or mended_key(self._targets.rejected)
        store, settings = self._store, self._settings
        upload, inbox_key = self._upload, self._inbox_key
        return archive_repair(store, key, upload, inbox_key, settings=settings, found=found)

    def _report(
        self,
        found: ValidationResult,
        written: dict[str, str],
        published: bool,
        repair: dict[str, Any] | None = None,
    ) -> IngestResult:
        report = build_report(
            found, self._upload, self._run, self._inbox_key, written, repair=repair
        )
        return self._write(report, published=published)

    def _write(self, report: Mapping[str, Any], *, published: bool) -> IngestResult:
        write_report(self._store, self._targets.report, self._run, report)
        return self._result(report, published, replayed=False)

    def _result(
        self, report: Mapping[str, Any], published: bool, *, replayed: bool
    ) -> IngestResult:
        return IngestResult(self._run.inbox_key, report, published, replayed, self._before)
