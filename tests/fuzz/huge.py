"""One field of any size, made while it is read: what the check of it holds in memory.

The files are never on a disk whole: the upload comes from a generator, as from S3, and what is kept
of it lies in a temporary file that ingestion itself bounds.
"""

import gzip
import io
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from chalicelib import config
from chalicelib.ingest.report import build_report
from chalicelib.lake.file_names import parse_file_name
from chalicelib.lake.store import spooled
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import validate_upload
from tests.ingest.support import LIMIT_MIB, Dribble, places

MIB: Final = 1024 * 1024
GIB: Final = 1024
_BLOCK: Final = b"x" * MIB

Pieces = Callable[[int], Iterator[bytes]]


def _field(before: bytes, behind: bytes) -> Pieces:
    """A file of one long field, and what stands before and behind it."""

    def pieces(mib: int) -> Iterator[bytes]:
        yield before
        for _ in range(mib):
            yield _BLOCK
        yield behind

    return pieces


def _keys(mib: int) -> Iterator[bytes]:
    """Each player has a key of its own, and the key is nearly as long as a player may be."""
    for player in range(1, mib + 1):
        key = b"%d%s" % (player, _BLOCK[:-100])
        yield b'{"ID":%d,"Name":"Ana","Power":5,"%s":1}\n' % (player, key)


FILES: Final[dict[str, tuple[str, Pieces]]] = {
    "quoted.csv": ("bad_text", _field(b'ID,Name,Power\n1,"', b'",5\n')),
    "header.csv": ("bad_text", _field(b'ID,"', b'",Name,Power\n1,,Ana,5\n')),
    "string.json": ("bad_json", _field(b'[{"ID":1,"Power":5,"Name":"', b'"}]')),
    "wrapped.json": (
        "bad_json",
        _field(b'{"by":"', b'","players":[{"ID":1,"Power":5,"Name":"Ana"}]}'),
    ),
    "line.jsonl": ("bad_json", _field(b'{"ID":1,"Power":5,"Name":"', b'"}\n')),
    "keys.jsonl": ("bad_json", _keys),
}


def packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same in gzip, packed while it is read."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as file:
        for piece in pieces:
            file.write(piece)
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def check_field(name: str, mib: str, allowed_mib: str) -> list[Any]:
    """Check one of these files with a field of so many MiB: its status and its first error.

    Args:
        name: its name, perhaps with `.gz`.
        mib: the field's size.
        allowed_mib: the setting `MAX_UPLOAD_BYTES`, in MiB.
    """
    stage = config.load({"MAX_UPLOAD_BYTES": str(int(allowed_mib) * MIB)})
    pieces = FILES[name.removesuffix(".gz")][1](int(mib))
    if name.endswith(".gz"):
        pieces = packed(pieces)
    source = cast(Any, Dribble(pieces))
    with spooled() as copy:
        upload = receive(source, stage.max_upload_bytes, copy)
        report = build_report(validate_upload(upload, parse_file_name(name), stage), upload)
    return [report["status"], report["file"]["bytes"], places(report)[:1]]


def check_huge(mib: int = GIB) -> bool:
    """Check every file with a field of 1 GB, each in a process of its own; whether all is well."""
    from tests.ingest.support import run_measured

    good = True
    for name, (code, _) in FILES.items():
        for file in (name, f"{name}.gz"):
            for allowed in (256, 2 * GIB):
                started = time.monotonic()
                call = ("check_field", file, str(mib), str(allowed))
                peak, (status, size, errors) = run_measured(*call, module="tests.fuzz.huge")
                told = errors[0][0]
                expected = {code, "too_large"} if allowed < mib else {code}
                well = status == "rejected" and told in expected and peak < LIMIT_MIB
                good = good and well
                print(f"{'ok' if well else 'FAILED'}: {file} of {size:,} bytes", end="")
                print(f", {allowed} MiB allowed: {told}, {peak:.0f} MiB", end="")
                print(f", {time.monotonic() - started:.1f} s", flush=True)
    return good


if __name__ == "__main__":
    sys.exit(not check_huge())
