"""`upload FILE`: puts a file into the inbox, and shows its report and its place."""

import hashlib
import io
import time
from argparse import Namespace
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.arguments.shared import PROG
from chalicelib.cli.report import say_report
from chalicelib.cli.uploading.address import board_of
from chalicelib.cli.uploading.beforehand import refused_beforehand
from chalicelib.config import Settings
from chalicelib.errors import (
    BadParameterError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.items.open import open_lake
from chalicelib.lake import keys
from chalicelib.lake.file_names import name_on_disk
from chalicelib.lake.leftovers import is_leftover
from chalicelib.lake.store import ObjectInfo, Store

POLL_SECONDS: Final = 1.0
_ATTEMPTS: Final = 10


def run(arguments: Namespace) -> int:
    """Upload and show the report; return 0 accepted, 1 rejected, 2 if the file is unreadable.

    What is refused for its name, its date or its size is not put into the inbox.
    """
    settings = config.load()
    path: Path = arguments.file
    key = inbox_key(arguments.kingdom, arguments.date, path)
    if is_leftover(key):
        raise BadParameterError(
            f"a file called {path.name} is ignored in the inbox, as what systems and editors leave "
            "behind; give it another name"
        )
    try:
        body = path.open("rb")
    except OSError as error:
        terminal.complain(f"{path} cannot be read: {error.strerror}")
        return 2
    with body:
        refused = refused_beforehand(path, body, key, settings)
        if refused is not None:
            show(refused, as_json=arguments.json)
            terminal.note("note: nothing was put into the inbox")
            return 1
        answer = put_and_report(settings, key, body, arguments.timeout)
    show(answer, as_json=arguments.json)
    if answer["status"] != "accepted":
        return 1
    if not arguments.json and answer["published"] is not False:
        store = open_lake(settings)
        label, where = board_of(store, settings, answer)
        terminal.say(f"  {label:<9} {where}")
        _say_what_happened(store, answer)
    return 0


def _say_what_happened(store: Store, answer: Mapping[str, Any]) -> None:
    """Write what happened since the snapshot before, if there is one."""
    from chalicelib.ingest.answer.since import told_since

    for part in told_since(store, answer):
        terminal.say()
        for line in part:
            terminal.say(line)


def put_and_report(
    settings: Settings, key: str, body: io.BufferedReader | io.BytesIO, timeout: float
) -> dict[str, Any]:
    """Put a file into the inbox; its report, and whether it was published.

    A lake in a directory is ingested at once, one in S3 by its function.

    Raises:
        StoreError: the lake could not be read or written, or there is no report in time.
        KeyboardInterrupt: it was stopped; if the file is in the inbox already, that is told.
    """
    store = open_lake(settings)
    name = key.rpartition("/")[2]
    is_there = False
    try:
        with terminal.progress(f"uploading {name}") as progress:
            info = put(store, key, body)
            is_there = True
            progress.update(f"ingesting {name}")
            if settings.lake_uri.startswith("file:"):
                return _ingest(store, key, settings)
            sha256 = _sha256(body, info.size, settings)
            return wait_for_report(store, info, sha256, timeout)
    except KeyboardInterrupt:
        if is_there:
            terminal.note(_still_there(settings, key))
        raise


def _still_there(settings: Settings, key: str) -> str:
    kingdom = key.partition("/kingdom=")[2].partition("/")[0]
    by_itself = not settings.lake_uri.startswith("file:")
    how = "is ingested all the same" if by_itself else "is ingested by the next `sweep`"
    return (
        f"{key} is in the inbox and {how}; `{PROG} uploads --kingdom {kingdom}` tells what "
        "became of it"
    )


def show(answer: Mapping[str, Any], *, as_json: bool) -> None:
    """Write a report to stdout."""
    if as_json:
        terminal.say_json(answer)
    else:
        say_report(answer)


def inbox_key(kingdom: int, day: date, path: Path) -> str:
    """The inbox key of the file; ingestion validates it."""
    return f"{keys.INBOX}{keys.Partition(kingdom, day).path}/{name_on_disk(path)}"


def put(store: Store, key: str, body: BinaryIO) -> ObjectInfo:
    """Write an object, replacing an existing one, as an upload in the S3 console does.

    Raises:
        StoreUnavailableError: concurrent writers won every attempt, or came right after.
    """
    for _ in range(_ATTEMPTS):
        there = store.head(key)
        body.seek(0)
        try:
            if there is None:
                etag = store.create(key, body)
            else:
                etag = store.replace(key, body, there.etag)
        except PreconditionFailedError:
            continue
        # A run is named by the moment of its upload, which a write does not tell.
        info = store.head(key)
        if info is None or info.etag != etag:
            raise StoreUnavailableError(f"{key} was replaced or deleted as soon as it was written")
        return info
    raise StoreUnavailableError(f"{key} is being written by others all the time; try again")


def wait_for_report(store: Store, info: ObjectInfo, sha256: str, timeout: float) -> dict[str, Any]:
    """The report on an upload that another process ingests, as the handler answers it.

    Whoever uploads may not be allowed to read what tells `published` and `place`: then those are
    null.

    Args:
        store: the lake.
        info: the inbox object.
        sha256: of its bytes (see `chalicelib.lake.run.Run`).
        timeout: how many seconds to wait for the report.

    Raises:
        StoreUnavailableError: there is no report in time.
    """
    from chalicelib.ingest.answer.place import place_of
    from chalicelib.ingest.processed import report_of
    from chalicelib.ingest.report import find_report
    from chalicelib.lake.run import Run

    run = Run.of(info.key, info.last_modified, sha256)
    report_key = report_of(info)
    deadline = time.monotonic() + timeout
    while (report := find_report(store, report_key, run)) is None:
        if time.monotonic() >= deadline:
            raise StoreUnavailableError(
                f"{info.key} is in the inbox, but there is no report on it after {timeout:g} s; "
                "it may come yet (`uploads` tells), and `sweep` ingests what an event missed"
            )
        time.sleep(POLL_SECONDS)
    published = _is_published(store, report)
    place = place_of(store, report, published=published)
    return {**report, "published": published, "place": place}


def _is_published(store: Store, report: Mapping[str, Any]) -> bool | None:
    """Whether an upload is published; None if that cannot be read."""
    from chalicelib.ingest.pipeline import is_published

    try:
        return is_published(store, report)
    except StoreError:
        return None


def _sha256(body: io.BufferedReader | io.BytesIO, size: int, settings: Settings) -> str:
    """What the upload's run is named by."""
    from chalicelib.lake.run import sha256_of_size
    from chalicelib.scans.upload import readable_bytes

    if size > readable_bytes(settings.max_upload_bytes):
        return sha256_of_size(size)
    body.seek(0)
    return hashlib.file_digest(body, "sha256").hexdigest()


def _ingest(store: Store, key: str, settings: Settings) -> dict[str, Any]:
    from chalicelib.ingest.pipeline import ingest_key

    done = ingest_key(store, key, settings)
    if done is None:
        raise ObjectNotFoundError(f"{key} was removed before it was ingested")
    return done.answer(store)
