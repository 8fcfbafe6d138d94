"""The views and the report of one upload alone, made by the product's pure functions.

That those are pure, and right, is shown elsewhere; here their result is kept for as long as the
process lives, since histories of the same small scans need it again and again. What is kept was
compared with the players that the scan was made of.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date
from typing import Any, BinaryIO, Final, NamedTuple

import pyarrow.parquet as pq

from chalicelib import config
from chalicelib.config import Settings
from chalicelib.ingest import pipeline
from chalicelib.ingest.report import build_report, encode_report, refused_key
from chalicelib.lake.archive_keys import parse_archive_key
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import InboxKey, WithdrawalKey
from chalicelib.lake.reports.sound import REPORT_RULES
from chalicelib.lake.run import Run, parse_inbox_key
from chalicelib.scans.upload import Upload as Received
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import ValidationResult, too_large
from chalicelib.views import registry
from chalicelib.views.making import make_snapshot as making
from chalicelib.views.making.make_snapshot import make_snapshot
from chalicelib.views.making.withdrawn import withdrawn_objects
from chalicelib.views.view import SnapshotObjects
from tests.ingest.support import patched
from tests.torture.scans import MAX_UPLOAD_BYTES
from tests.torture.uploads import METRICS, Upload

ENVIRONMENT: Final = {
    "LAKE_URI": "file:torture",
    "MAX_UPLOAD_BYTES": str(MAX_UPLOAD_BYTES),
    "DYNAMODB_TABLE": "torture",
}
SETTINGS: Final = config.load(ENVIRONMENT)


class Views(NamedTuple):
    """The bytes of what one upload publishes."""

    curated: bytes
    boards: bytes


_examined: dict[str, tuple[ValidationResult, Views | None]] = {}
_without_players: dict[str, Views] = {}
_checked: set[str] = set()


def views_of(upload: Upload) -> Views:
    """What the views of its date are while this is the newest event."""
    views = _views_without_players(upload) if upload.withdraws else _examination(upload)[1]
    assert views is not None
    if upload.run_id not in _checked:
        _check_views(upload, views)
        _checked.add(upload.run_id)
    return views


def report_of(upload: Upload, kept: str, mended: str | None = None) -> bytes:
    """Its report, when its bytes are kept under one key, and its mended file under another."""
    if upload.withdraws:
        return _report_of_withdrawal(upload, kept)
    if upload.accepted:
        written = {"raw": kept, "curated": f"curated/{upload.path}/players.parquet"}
    else:
        written = {"rejected": kept}
    identity = Run(upload.key, upload.moment, upload.sha256)
    inbox_key = parse_inbox_key(upload.key, upload.moment)
    received = receive(io.BytesIO(upload.scan.body), MAX_UPLOAD_BYTES, io.BytesIO())
    if isinstance(inbox_key, KeyRefusedError):
        found = refused_key(inbox_key, upload.key)
    elif isinstance(inbox_key, WithdrawalKey):
        found = ValidationResult(format=None)
        found.errors.add([too_large(received, SETTINGS)])
    else:
        found, _ = _examination(upload)
    repair = mended and {"key": mended, "removed_rows": [*upload.scan.repeated]}
    report = build_report(found, received, identity, inbox_key, written, repair=repair or None)
    _check_report(upload, report)
    return encode_report(report)


@contextmanager
def remembered() -> Iterator[None]:
    """Let the product take an upload's views from memory where they were made before."""
    with patched(
        (pipeline, "make_snapshot", _make_snapshot), (making, "make_snapshot", _make_snapshot)
    ):
        yield


def content_at(key: str, body: bytes) -> bytes:
    """What counts of an object: of a catalog without the ETags of what it was made of."""
    views = [view for view in registry.VIEWS if key.startswith(view.folder)]
    return views[0].content(body) if views else body


def _make_snapshot(
    upload: Received, inbox_key: InboxKey, identity: Run, settings: Settings, file: BinaryIO
) -> tuple[ValidationResult, SnapshotObjects | None]:
    name = f"{identity.run_id} {inbox_key.key}"
    # The engine that answers is no part of what a view depends on, nor is a limit that was kept.
    same = SETTINGS._asdict().keys() - {"query_engine", "dynamodb_table", "max_upload_bytes"}
    assert all(getattr(settings, name) == getattr(SETTINGS, name) for name in same)
    if name not in _examined:
        found, views = make_snapshot(upload, inbox_key, identity, settings, file)
        _examined[name] = found, _bytes_of(views)
    found, kept = _examined[name]
    if kept is None:
        return found, None
    file.seek(0)
    file.truncate()
    file.write(kept.curated)
    file.seek(0)
    return found, SnapshotObjects(file, io.BytesIO(kept.boards))


def _bytes_of(views: SnapshotObjects | None) -> Views | None:
    return Views(views.curated.read(), views.boards.read()) if views else None


def _examination(upload: Upload) -> tuple[ValidationResult, Views | None]:
    name = f"{upload.run_id} {upload.key}"
    if name not in _examined:
        inbox_key = parse_inbox_key(upload.key, upload.moment)
        assert isinstance(inbox_key, InboxKey)
        identity = Run(upload.key, upload.moment, upload.sha256)
        received = receive(io.BytesIO(upload.scan.body), MAX_UPLOAD_BYTES, io.BytesIO())
        found, views = make_snapshot(received, inbox_key, identity, SETTINGS, io.BytesIO())
        _examined[name] = found, _bytes_of(views)
    return _examined[name]


def _views_without_players(withdrawal: Upload) -> Views:
    if withdrawal.run_id not in _without_players:
        key = parse_archive_key(withdrawal.kept[0])
        assert key is not None
        run = Run(withdrawal.key, withdrawal.moment, withdrawal.sha256)
        made = _bytes_of(withdrawn_objects(key, run))
        assert made is not None
        _without_players[withdrawal.run_id] = made
    return _without_players[withdrawal.run_id]


def _report_of_withdrawal(withdrawal: Upload, kept: str) -> bytes:
    """As the contract has it (section 5)."""
    assert withdrawal.partition is not None
    kingdom, day = withdrawal.partition
    report = {
        "status": "withdrawn",
        "run_id": withdrawal.run_id,
        "run_ts": withdrawal.run_ts,
        "inbox_key": withdrawal.key,
        "source": "rok_players",
        "kingdom": kingdom,
        "snapshot_date": day,
        "rules": REPORT_RULES,
        "written": {"withdrawn": kept},
    }
    return json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"


def _check_views(upload: Upload, views: Views) -> None:
    """Hold the views against the players that the scan was made of; a withdrawal has none."""
    assert upload.partition is not None
    kingdom, day = upload.partition
    table = pq.read_table(io.BytesIO(views.curated))
    metadata = {
        "kingdom": kingdom,
        "snapshot_date": date.fromisoformat(day),
        "ingested_at": upload.moment.astimezone(UTC),
        "run_id": upload.run_id,
    }
    expected = [player | metadata for player in upload.players]
    names = ("id", "name", "alliance", *METRICS, *metadata)
    assert table.select(names).to_pylist() == [
        {name: player[name] for name in names} for player in expected
    ]
    document = json.loads(views.boards)
    facts = document["snapshot"]
    assert (facts["run_id"], facts["run_ts"]) == (upload.run_id, upload.run_ts)
    assert (facts["kingdom"], facts["snapshot_date"]) == upload.partition
    assert facts["players"] == len(expected)
    for metric in METRICS:
        ranking = upload.ranking(metric)
        assert document["known"][metric] == len(ranking)
        board = document["boards"][metric]
        ranked = [document["players"][index] for index in board["order"]]
        at = [document["columns"].index(name) for name in ("id", "name", "alliance", metric)]
        names = ("id", "name", "alliance", "value")
        assert [[player[index] for index in at] for player in ranked] == [
            [entry[name] for name in names] for entry in ranking
        ]
        shared = {tuple(tie) for tie in board["ties"]}
        ranks = Counter(entry["rank"] for entry in ranking)
        assert shared == {(rank, count) for rank, count in ranks.items() if count > 1}


def _check_report(upload: Upload, report: dict[str, Any]) -> None:
    """Hold the report's facts against the upload."""
    kingdom, day = upload.place or (None, None)
    assert report["status"] == ("accepted" if upload.accepted else "rejected")
    assert (report["run_id"], report["run_ts"]) == (upload.run_id, upload.run_ts)
    assert (report["kingdom"], report["snapshot_date"]) == (kingdom, day)
    assert report["inbox_key"] == upload.key
    assert report["file"]["sha256"] == upload.sha256
    assert report["file"]["bytes"] == len(upload.scan.body)
    assert (report["error_count"] == 0) is upload.accepted
    if upload.accepted and upload.scan.players is not None:
        assert report["players"] == len(upload.scan.players)
