"""From an upload's bytes to the objects that are made of it alone."""

from contextlib import ExitStack
from typing import BinaryIO

from chalicelib.config import Settings
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import InboxKey, parse_raw_key
from chalicelib.lake.prefixes import WITHDRAWN
from chalicelib.lake.reports.proof import DamagedArchiveError, Proof, check_newest, prove
from chalicelib.lake.reports.sound import REPORT_RULES
from chalicelib.lake.reports.stored import DamagedReportError
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store, spooled
from chalicelib.scans.upload import NO_LIMIT, Upload, receive
from chalicelib.validation.derive import Derivation
from chalicelib.validation.validate import ValidationResult, validate_upload
from chalicelib.views.making.snapshot_writer import SnapshotWriter
from chalicelib.views.making.withdrawn import withdrawn_objects
from chalicelib.views.view import NotMadeError, SnapshotObjects


def make_snapshot(
    upload: Upload, inbox_key: InboxKey, run: Run, settings: Settings, file: BinaryIO
) -> tuple[ValidationResult, SnapshotObjects | None]:
    """Validate an upload and make its objects.

    Args:
        upload: its bytes.
        inbox_key: its name, kingdom and date.
        run: its identity.
        settings: for the limits and `DKP_WEIGHTS`.
        file: an empty temporary file for the Parquet data.

    Returns:
        The result of validation, and the objects; None if the upload is refused.
    """
    writers: list[SnapshotWriter] = []

    def make_writer(derivation: Derivation) -> SnapshotWriter:
        if writers:
            writers.pop().cancel()
        file.seek(0)
        file.truncate()
        writers.append(SnapshotWriter(run, inbox_key.partition, derivation, file))
        return writers[-1]

    objects: SnapshotObjects | None = None
    try:
        found = validate_upload(
            upload, inbox_key.file, settings, make_writer, kingdom=inbox_key.partition.kingdom
        )
        if found.accepted:
            objects = writers[-1].finish()
    finally:
        if objects is None:
            for writer in writers:
                writer.cancel()
    return found, objects


class OlderRulesError(NotMadeError):
    """Raised for an upload that today's rules refuse and older ones accepted.

    What is published of it stays.
    """


class ArchivedSnapshots:
    """Makes snapshots again from `raw/` and caches the last one for the next view.

    A `chalicelib.views.view.SnapshotMaker`, and a context manager for its temporary files.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        """Make them from the lake in `store`, with these settings."""
        self._store = store
        self._settings = settings
        self._files = ExitStack()
        self._made: tuple[str, SnapshotObjects] | None = None
        self.run: Run | None = None

    def __enter__(self) -> "ArchivedSnapshots":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the temporary files."""
        self._made = None
        self._files.close()

    def curated(self, event: ArchiveKey) -> BinaryIO:
        """See `SnapshotMaker.curated`."""
        return self._objects(event).curated

    def boards(self, event: ArchiveKey) -> BinaryIO:
        """See `SnapshotMaker.boards`."""
        return self._objects(event).boards

    def _objects(self, event: ArchiveKey) -> SnapshotObjects:
        if self._made is None or self._made[0] != event.key:
            self._made = None
            self._files.close()
            try:
                check_newest(self._store, event)
                proof = prove(self._store, event)
            except (DamagedArchiveError, DamagedReportError) as error:
                raise NotMadeError(error.key, str(error)) from None
            self.run = proof.run
            self._made = event.key, self._make(event, proof)
        return self._made[1]

    def _make(self, event: ArchiveKey, proof: Proof) -> SnapshotObjects:
        run, report = proof
        if event.key.startswith(WITHDRAWN):
            return withdrawn_objects(event, run)
        raw = parse_raw_key(event.key)
        assert raw is not None, "an event that is no withdrawal is an upload in raw"
        settings = self._settings
        if report is not None:
            # It was within the limit of its day.
            settings = settings._replace(max_upload_bytes=NO_LIMIT)
        file = self._files.enter_context(spooled())
        with self._store.open(raw.key) as reader, spooled() as copy:
            upload = receive(reader, settings.max_upload_bytes, copy)
            inbox_key = InboxKey(raw.partition, raw.file)
            found, objects = make_snapshot(upload, inbox_key, run, settings, file)
        if objects is None:
            reason = f"{raw.key} is refused now: {found.errors.listed[0].message}"
            if report is not None and report.rules < REPORT_RULES:
                raise OlderRulesError(raw.key, f"{reason} It was accepted by older rules.")
            raise NotMadeError(raw.key, reason)
        return objects
