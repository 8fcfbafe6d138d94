"""Uploads for tests of ingestion: validate_upload bytes, fill a lake, look at what is in it."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from hypothesis import HealthCheck, settings

from chalicelib import config
from chalicelib.ingest.pipeline import IngestResult, ingest_key
from chalicelib.ingest.report import build_report
from chalicelib.lake.file_names import parse_file_name
from chalicelib.lake.store import Store, spooled
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.scans.text_stream import TextStream
from chalicelib.scans.upload import Upload, receive
from chalicelib.validation.derive import Derivation
from chalicelib.validation.validate import ValidationResult, validate_upload
from chalicelib.views import registry

ROOT: Final = Path(__file__).resolve().parents[2]
SETTINGS: Final = config.load({})
PARTITION: Final = "source=rok_players/kingdom=51/dt=2026-01-26"
FOLDER: Final = f"inbox/{PARTITION}"
KEY: Final = f"{FOLDER}/players.csv"
RUN_TS: Final = "20260126T153012Z"
MOMENT: Final = datetime(2026, 1, 26, 15, 30, 12, tzinfo=UTC)
CURATED: Final = f"curated/{PARTITION}/players.parquet"
BOARDS: Final = f"boards/{PARTITION}/leaderboards.json"
SCAN: Final = b"ID,Name,Power\n1000001,Ana,5000000\n1000002,Bo,7000000\n"
BAD_SCAN: Final = b"ID,Name,Power\n1000001,Ana,many\n"
LIMIT_MIB: Final = 256

# Fixtures that only name a folder may be shared by the examples of one property.
SLOW: Final = settings(deadline=None, suppress_health_check=list(HealthCheck))

Player = dict[str, Any]


@dataclass
class Collector:
    """A sink that keeps all players."""

    derivation: Derivation
    players: list[Player] = field(default_factory=list)
    batches: int = 0

    def add(
        self, columns: Mapping[str, pa.Array], length: int, texts: Mapping[str, pa.Array]
    ) -> None:
        # What is text already must be the text of the values: it is what gets hashed.
        assert all(pc.cast(columns[name], pa.string()).equals(texts[name]) for name in texts)
        names = [name for name in COLUMN_NAMES if name in columns]
        cells = [columns[name].to_pylist() for name in names]
        assert all(len(column) == length for column in cells)
        self.players += [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
        self.batches += 1


def read(
    data: bytes,
    file_name: str = "players.csv",
    stage: config.Settings = SETTINGS,
    kingdom: int | None = None,
) -> tuple[dict[str, Any], list[Player]]:
    """The report on a file (what only an upload has is null), and its players if accepted."""
    collectors: list[Collector] = []

    def collect(derivation: Derivation) -> Collector:
        collectors.append(Collector(derivation))
        return collectors[-1]

    with spooled() as copy:
        upload = receive(io.BytesIO(data), stage.max_upload_bytes, copy)
        found: ValidationResult = validate_upload(
            upload, parse_file_name(file_name), stage, collect, kingdom=kingdom
        )
        report = build_report(found, upload)
    return report, collectors[-1].players if found.accepted else []


def places(report: Mapping[str, Any], kind: str = "errors") -> list[tuple[Any, ...]]:
    """Findings as (code, row, line, column, value)."""
    return [
        (one["code"], one["row"], one["line"], one["column"], one["value"]) for one in report[kind]
    ]


def codes(report: Mapping[str, Any]) -> list[str]:
    return [error["code"] for error in report["errors"]]


def put(store: Store, key: str, body: bytes, moment: datetime | None = MOMENT) -> None:
    """Put an object where a person would, over one that is there.

    Args:
        store: a lake; one in S3 knows its own time, so `moment` must be None for it.
        key: where.
        body: what.
        moment: when the store is to have accepted it.
    """
    present = store.head(key)
    if present is None:
        store.create(key, body)
    else:
        store.replace(key, body, present.etag)
    if moment is not None:
        date_object(store, key, moment)


def date_object(store: Store, key: str, moment: datetime) -> None:
    """Let a directory have accepted an object at another time."""
    seconds = moment.timestamp()
    os.utime(Path(str(vars(store)["_root"])) / key, (seconds, seconds))


def ingest(store: Store, key: str = KEY, stage: config.Settings = SETTINGS) -> IngestResult:
    ingested = ingest_key(store, key, stage)
    assert ingested is not None
    return ingested


def upload(data: bytes) -> Upload:
    """An upload that was received."""
    return Upload(io.BytesIO(data), len(data), hashlib.sha256(data).hexdigest(), too_large=False)


def contents(store: Store, *prefixes: str) -> dict[str, bytes]:
    """What all objects say whose key starts with one of the prefixes (all, when there are none).

    Of views that note the ETags of their sources, which differ from lake to lake, all but these.
    """
    found = {}
    for prefix in prefixes or ("",):
        for info in store.list_objects(prefix):
            with store.open(info.key) as reader:
                found[info.key] = said(info.key, reader.read())
    return found


def said(key: str, body: bytes) -> bytes:
    """What counts of an object's bytes."""
    views = [view for view in registry.VIEWS if key.startswith(view.folder)]
    return views[0].content(body) if views else body


def curated(store: Store, key: str = CURATED) -> pa.Table:
    with store.open(key) as reader:
        return pq.read_table(io.BytesIO(reader.read()))


def names(store: Store) -> list[str]:
    """The names of the players that are published."""
    found: list[str] = curated(store)["name"].to_pylist()
    return found


def csv_of(headers: Sequence[str], rows: Sequence[Sequence[Any]], delimiter: str = ",") -> bytes:
    lines = [delimiter.join(map(str, row)) for row in (headers, *rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def stream_of(
    source: str | bytes | BinaryIO, *, gzipped: bool = False, max_bytes: int = 10**9
) -> TextStream:
    """An upload's text as the readers see it."""
    if isinstance(source, str):
        source = source.encode()
    body = io.BytesIO(source) if isinstance(source, bytes) else source
    return TextStream(lambda: body, gzipped=gzipped, max_bytes=max_bytes)


class Dribble(io.RawIOBase):
    """A file whose pieces are made while it is read: large ones need no memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


_MEASURED = """
import importlib, json, resource, sys
from pathlib import Path
module = importlib.import_module(sys.argv[1])
result = getattr(module, sys.argv[2])(*sys.argv[3:])
status = Path("/proc/self/status")
if status.exists():
    # Not ru_maxrss: on Linux that starts with what the parent had before exec.
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    kib = int(line.split()[1])
else:
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([kib / 1024, result]))
"""


def run_measured(
    function: str, *arguments: str, module: str = "tests.ingest.large", seconds: float = 600
) -> tuple[float, Any]:
    """Call a function of a module in a process of its own.

    Returns:
        The most memory that was resident, in MiB, and the function's result.
    """
    import json

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _MEASURED, module, function, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr
    peak, result = json.loads(done.stdout)
    return peak, result


@contextmanager
def patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Set attributes for as long as the context lasts; Hypothesis allows no monkeypatch."""
    before = [getattr(target, name) for target, name, _ in changes]
    for target, name, value in changes:
        setattr(target, name, value)
    try:
        yield
    finally:
        for (target, name, _), value in zip(changes, before, strict=True):
            setattr(target, name, value)


Check = Callable[[bytes], dict[str, Any]]
