"""Trace a board's row back to the upload that it came from (contract, section 6).

Every step is taken again, from the bytes: their SHA-256 against the report's, the row in the file,
the values that it gives, the hash of that record, the rank among the published players.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import pyarrow as pa

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.parquet import open_ranged, translate_damage
from chalicelib.boards.snapshot import RULES, Snapshot
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.config import Settings
from chalicelib.errors import NotFoundError, ObjectNotFoundError, StoreError
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import Partition, parse_raw_key
from chalicelib.lake.reports.stored import DamagedReportError, StoredReport, report_on
from chalicelib.lake.store import Store, spooled
from chalicelib.lake.view_keys import curated_key
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.scans.batch import cell_text
from chalicelib.scans.open import open_reader
from chalicelib.scans.reader import MoreColumnsError, Reader
from chalicelib.scans.upload import NO_LIMIT, Upload, receive
from chalicelib.validation.derive import Derivation
from chalicelib.validation.validate import validate_upload
from chalicelib.views.making.record_hash import hash_texts, record_digests
from chalicelib.views.sources import newest_event

_Record = dict[str, Any]

_OLDER_RULES: Final = (
    "{} was published by rules {}, today's are {}: `rebuild` brings it up to date, then trace again"
)


class _Row(NamedTuple):
    """A player's row in the upload.

    Attributes:
        number: which row, from 1.
        record: its values by column, derived ones too; absent ones are null.
        record_hash: calculated of them.
    """

    number: int
    record: _Record
    record_hash: str


def trace(
    store: Store, settings: Settings, kingdom: int, day: date, player: int
) -> Mapping[str, Any]:
    """A published player's origin, ready for `json.dumps`.

    `ok` says whether everything fits; `problems` has a sentence for each step that does not.

    Raises:
        NotFoundError: there is no such kingdom, snapshot or player.
        StoreError: the lake could not be read.
    """
    entry = LakeCatalog(store).snapshot(kingdom, day).entry
    partition = Partition(kingdom, day)
    published = _published(store, partition)
    record = _player(published, player, partition)
    event = newest_event(store, partition)
    if event is None:
        raise StoreError(f"{partition.path} has no upload in raw (rebuild --verify says more)")
    try:
        report = report_on(store, event)
    except DamagedReportError:
        report = None
    stage = _settings_of(settings, entry.snapshot)
    with store.open(event.key) as reader, spooled() as copy:
        upload = receive(reader, stage.max_upload_bytes, copy)
        sha256 = upload.sha256
        row, place = _origin(upload, event, stage, player)
    problems = [
        *_run_problems(report, event, sha256, entry.snapshot.run_id, record),
        *_row_problems(row, record, event),
    ]
    if problems and entry.snapshot.rules < RULES:
        problems.append(_OLDER_RULES.format(partition.path, entry.snapshot.rules, RULES))
    return {
        "kingdom": kingdom,
        "snapshot_date": day.isoformat(),
        "id": player,
        "name": record["name"],
        "alliance": record["alliance"],
        "run_id": entry.snapshot.run_id,
        "version": entry.version,
        "inbox_key": None if report is None else report.report["inbox_key"],
        "report": None if report is None else report.key,
        "raw": {
            "key": event.key,
            "sha256": sha256,
            "report_sha256": None if report is None else _file(report).get("sha256"),
        },
        "curated": curated_key(partition),
        **place,
        "record": {name: record[name] for name in COLUMN_NAMES},
        "record_hash": {
            "published": record["record_hash"],
            "calculated": None if row is None else row.record_hash,
        },
        "ranks": {metric: _rank(published, metric, record) for metric in METRIC_NAMES},
        "ok": not problems,
        "problems": problems,
    }


def _published(store: Store, partition: Partition) -> pa.Table:
    key = curated_key(partition)
    try:
        file = open_ranged(store, key)
        with translate_damage(f"{key} cannot be read"):
            return file.read()
    except ObjectNotFoundError:
        raise StoreError(f"{key} is missing; rebuild it") from None


def _player(published: pa.Table, player: int, partition: Partition) -> _Record:
    ids: list[int] = published["id"].to_pylist()
    if player not in ids:
        raise NotFoundError(
            f"the snapshot of kingdom {partition.kingdom} of {partition.snapshot_date} has no "
            f"player {player}"
        )
    found: _Record = published.slice(ids.index(player), 1).to_pylist()[0]
    # A file from before a column was there has none of it.
    return {**dict.fromkeys(COLUMN_NAMES), **found}


def _settings_of(settings: Settings, snapshot: Snapshot) -> Settings:
    """The settings by which the snapshot was made, as far as the trace depends on them."""
    weights = snapshot.dkp.get("weights")
    if snapshot.dkp.get("basis") == "formula" and weights:
        settings = settings.with_weights(tuple(weights.items()))
    return settings._replace(max_upload_bytes=NO_LIMIT)


def _file(report: StoredReport) -> Mapping[str, Any]:
    """What a report says of the file; a withdrawal's says nothing."""
    found: Mapping[str, Any] = report.report.get("file", {})
    return found


class _Finder:
    """A sink that keeps one player's row, and counts the rows before it."""

    def __init__(self, player: int) -> None:
        self._player = player
        self._rows = 0
        self.found: _Row | None = None

    def __call__(self, _: Derivation) -> "_Finder":
        """Start anew: reading restarts when a known column appears late."""
        self._rows, self.found = 0, None
        return self

    def add(self, columns: Mapping[str, pa.Array], length: int, _: Mapping[str, pa.Array]) -> None:
        """See `chalicelib.validation.validate.Sink`."""
        ids: list[int] = columns["id"].to_pylist()
        if self.found is None and self._player in ids:
            at = ids.index(self._player)
            row = {name: column.slice(at, 1) for name, column in columns.items()}
            values = {name: column[0].as_py() for name, column in row.items()}
            record = {name: values.get(name) for name in COLUMN_NAMES}
            digest = hash_texts(record_digests(row, 1))[0].as_py()
            self.found = _Row(self._rows + at + 1, record, digest)
        self._rows += length


def _origin(
    upload: Upload, event: ArchiveKey, settings: Settings, player: int
) -> tuple[_Row | None, Mapping[str, Any]]:
    """The player's row in the upload, and its number, line and cells as they stand there.

    No row if the upload has none of this player, is refused, or is a withdrawal.
    """
    raw = parse_raw_key(event.key)
    finder = _Finder(player)
    if raw is not None:
        validate_upload(upload, raw.file, settings, finder, kingdom=raw.partition.kingdom)
    row = finder.found
    if raw is None or row is None:
        return None, {"row": None, "line": None, "cells": {}}
    reader = open_reader(upload, raw.file, settings)
    while True:
        try:
            cells = _cells(reader, row.number)
        except MoreColumnsError:
            continue  # a known column appears late: read again with it
        break
    located = reader.locate_rows([row.number]).get(row.number)
    line = located.line if located else None
    return row, {"row": row.number, "line": line, "cells": cells}


def _cells(reader: Reader, number: int) -> Mapping[str, str | None]:
    """A row's cells by header; the whole file is read, since a column may appear late."""
    headers = reader.columns()
    before = 0
    found: Mapping[str, str | None] = {}
    for batch in reader.batches():
        at = number - before - 1
        if 0 <= at < batch.length:
            found = {
                header: cell_text(batch.value(column, at))
                for header, column in headers.mapped.items()
            }
        before += batch.length
    return found


def _run_problems(
    report: StoredReport | None, event: ArchiveKey, sha256: str, run_id: str, record: _Record
) -> list[str]:
    if report is None:
        return [f"{event.key} has no report that can be believed: its bytes are not proved"]
    problems = []
    if report.run_of(sha256).run_id != report.run_id:
        problems.append(f"{event.key} is damaged: its SHA-256 is not that in {report.key}")
    if report.run_id != run_id:
        problems.append(f"the catalog names the run {run_id}, the newest upload is {report.run_id}")
    if record["run_id"] != run_id:
        problems.append(f"the published row is of the run {record['run_id']}, not {run_id}")
    return problems


def _row_problems(row: _Row | None, record: _Record, event: ArchiveKey) -> list[str]:
    if row is None:
        return [f"{event.key} gives no player {record['id']}"]
    problems = [
        f"{name} is {record[name]!r} where it is published, and {row.record[name]!r} in the upload"
        for name in COLUMN_NAMES
        if record[name] != row.record[name]
    ]
    if record["record_hash"] != row.record_hash:
        problems.append(
            f"record_hash is {record['record_hash']} where it is published, and {row.record_hash} "
            "of what stands in the upload"
        )
    return problems


def _rank(published: pa.Table, metric: str, record: _Record) -> Mapping[str, int] | None:
    """Competition rank and position of the player; None if the metric is not known of it."""
    mine = record[metric]
    if mine is None:
        return None
    others = zip(published[metric].to_pylist(), published["id"].to_pylist(), strict=True)
    known = [(value, player) for value, player in others if value is not None]
    above = sum(value > mine for value, _ in known)
    before = sum(value == mine and player < record["id"] for value, player in known)
    return {"rank": above + 1, "position": above + before + 1, "of": len(known), "value": mine}
