"""Publish a run (contract, section 3): raw, curated, boards, report, in that order.

Every step is safe to repeat, and a crash between two of them leaves a state that the same call
completes. `raw/`, `rejected/` and `reports/` are created and never replaced. The views are
compared and swapped: whoever finds a newer run in `raw/` leaves them to it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import (
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.ingest.report import encode_report
from chalicelib.lake import keys
from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.keys import Partition, RawKey, with_hash, without_hash
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from chalicelib.scans.upload import CHUNK, Upload
from chalicelib.views.snapshot_writer import Curated

# So many writers of one date at once lose to each other before the event is left to a retry.
MAX_SWAPS: Final = 20


def keep(store: Store, key: str, upload: Upload) -> str:
    """Keep an upload's bytes for ever.

    Args:
        store: the lake.
        key: where; when other bytes are there already, their hash is put into the name.
        upload: the bytes.

    Returns:
        The key that holds them.
    """
    for candidate in (key, with_hash(key, upload.sha256)):
        try:
            store.create(candidate, upload.whole())
        except PreconditionFailedError:
            if _sha256(store, candidate) != upload.sha256:
                continue
        return candidate
    raise StoreUnavailableError(f"{key} and the name with its hash are both taken")


def find_report(store: Store, key: str, run: Run) -> dict[str, Any] | None:
    """The report on a run, if it was completed before.

    Args:
        store: the lake.
        key: the report's key, unless another upload of the same name and second has it.
        run: whose report is wanted.
    """
    for candidate in (key, _hashed_report(key, run)):
        try:
            with store.open(candidate) as reader:
                report = _decode_report(candidate, reader.read())
        except ObjectNotFoundError:
            continue
        if report["run_id"] == run.run_id:
            return report
    return None


def _decode_report(key: str, body: bytes) -> dict[str, Any]:
    try:
        report = json.loads(body)
    except ValueError:
        report = None
    if not isinstance(report, dict) or not {"run_id", "status", "written"} <= report.keys():
        raise StoreError(f"{key} is damaged: it is no report")
    return report


def write_report(store: Store, key: str, run: Run, report: Mapping[str, Any]) -> None:
    """Write the report, the last object of a run; one that is there already stays.

    Args:
        store: the lake.
        key: where; when the report on another run is there already, the hash is put into the name.
        run: whose report it is.
        report: the report.
    """
    body = encode_report(report)
    for candidate in (key, _hashed_report(key, run)):
        try:
            store.create(candidate, body)
        except PreconditionFailedError:
            if find_report(store, candidate, run) is None:
                continue
        return
    raise StoreUnavailableError(f"{key} and the name with its hash are both taken")


def _hashed_report(key: str, run: Run) -> str:
    return f"{with_hash(key.removesuffix('.json'), run.sha256)}.json"


def publish_views(store: Store, partition: Partition, run: Run, raw: str, views: Curated) -> bool:
    """Make a run's views the current ones, unless a newer run of its date is in `raw/`.

    Returns:
        Whether they are.
    """
    targets = views.objects(partition)
    for _ in range(MAX_SWAPS):
        # Before the look at raw/: whoever publishes a newer run after it changes these.
        seen = [store.head(key) for key, _ in targets]
        if not is_newest(store, partition, run, raw):
            return False
        try:
            for (key, body), info in zip(targets, seen, strict=True):
                if info is None:
                    store.create(key, body)
                else:
                    store.replace(key, body, info.etag)
        except PreconditionFailedError:
            continue
        return True
    raise StoreUnavailableError(f"too many writers of {partition.path} at once")


def is_newest(store: Store, partition: Partition, run: Run, raw: str) -> bool:
    """Whether no other accepted upload of the date is newer, by `run_ts`, then by `run_id`.

    Args:
        store: the lake.
        partition: the kingdom and date.
        run: the run in question.
        raw: the key of its own bytes.
    """
    for info in store.list_objects(keys.raw_prefix(partition)):
        other = keys.parse_raw_key(info.key)
        if other is None or info.key == raw or other.run_ts < run.run_ts:
            continue
        if other.run_ts > run.run_ts or run_of(store, other).run_id > run.run_id:
            return False
    return True


def newest_raw(store: Store, partition: Partition) -> RawKey | None:
    """The accepted upload that a date's views are made of."""
    raws = [
        raw
        for info in store.list_objects(keys.raw_prefix(partition))
        if (raw := keys.parse_raw_key(info.key)) is not None
    ]
    last = max((raw.run_ts for raw in raws), default=None)
    tied = [raw for raw in raws if raw.run_ts == last]
    if len(tied) <= 1:
        return tied[0] if tied else None
    return max(tied, key=lambda raw: run_of(store, raw).run_id)


def run_of(store: Store, raw: RawKey) -> Run:
    """The run whose bytes these are; they are read to hash them."""
    kept = parse_archive_key(raw.key)
    assert kept is not None, "a raw key is a kept one"
    sha256 = _sha256(store, raw.key)
    return Run.of(inbox_key_of(store, kept, sha256), kept.accepted, sha256)


def inbox_key_of(store: Store, kept: ArchiveKey, sha256: str) -> str:
    """The inbox key that an upload had; a hash in the name is ours if its place was taken."""
    taken = without_hash(kept.key, sha256)
    original = without_hash(kept.inbox_key, sha256)
    if taken and original and store.head(taken) is not None:
        return original
    return kept.inbox_key


def _sha256(store: Store, key: str) -> str:
    digest = hashlib.sha256()
    with store.open(key) as reader:
        while chunk := reader.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
