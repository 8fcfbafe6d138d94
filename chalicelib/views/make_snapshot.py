"""From an upload's bytes to what is published of them alone."""

from contextlib import ExitStack
from typing import BinaryIO

from chalicelib.config import Settings
from chalicelib.lake.archived import archived_run
from chalicelib.lake.keys import InboxKey, RawKey
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store, spooled
from chalicelib.scans.upload import Upload, receive
from chalicelib.validation.derive import Derivation
from chalicelib.validation.validate import ValidationResult, validate_upload
from chalicelib.views.snapshot_writer import SnapshotWriter
from chalicelib.views.view import NotMadeError, SnapshotObjects


def make_snapshot(
    upload: Upload, inbox_key: InboxKey, run: Run, settings: Settings, file: BinaryIO
) -> tuple[ValidationResult, SnapshotObjects | None]:
    """Validate an upload and make what it publishes.

    Args:
        upload: the bytes.
        inbox_key: their name, kingdom and date.
        run: their identity.
        settings: for the limits and `DKP_WEIGHTS`.
        file: an empty temporary file for the Parquet.

    Returns:
        What was found, and the objects of an upload that is accepted.
    """
    writers: list[SnapshotWriter] = []

    def make_writer(derivation: Derivation) -> SnapshotWriter:
        if writers:
            writers.pop().abandon()
        file.seek(0)
        file.truncate()
        writers.append(SnapshotWriter(run, inbox_key.partition, derivation, file))
        return writers[-1]

    objects: SnapshotObjects | None = None
    try:
        found = validate_upload(upload, inbox_key.file, settings, make_writer)
        if found.accepted:
            objects = writers[-1].finish()
    finally:
        if objects is None:
            for writer in writers:
                writer.abandon()
    return found, objects


class ArchivedSnapshots:
    """Makes snapshots anew from `raw/`, the last one kept: its views ask for it in turn.

    A `chalicelib.views.view.SnapshotMaker`, and a context that holds temporary files.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        """Make them from the lake in `store`, by these settings."""
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
        self._files.close()

    def objects(self, raw: RawKey) -> SnapshotObjects:
        """See `SnapshotMaker.objects`."""
        if self._made is None or self._made[0] != raw.key:
            self._made = None
            self._files.close()
            self._made = raw.key, self._make(raw)
        return self._made[1]

    def _make(self, raw: RawKey) -> SnapshotObjects:
        self.run = run = archived_run(self._store, raw)
        file = self._files.enter_context(spooled())
        with self._store.open(raw.key) as reader, spooled() as copy:
            upload = receive(reader, self._settings.max_upload_bytes, copy)
            inbox_key = InboxKey(raw.partition, raw.file)
            found, objects = make_snapshot(upload, inbox_key, run, self._settings, file)
        if objects is None:
            reason = found.errors.listed[0].message
            raise NotMadeError(raw.key, f"{raw.key} is refused now: {reason}")
        return objects
