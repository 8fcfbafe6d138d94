"""One hostile file, checked in every way that it can be."""

import tempfile
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from chalicelib import config
from chalicelib.ingest.check import check_file
from chalicelib.lake.file_names import KeyRefusedError, parse_file_name
from chalicelib.scans.xlsx.rows import MAX_ROW
from tests.fuzz.files import HostileFile, make
from tests.fuzz.outcome import check_players, check_report, most_lines, must
from tests.fuzz.same import (
    Reading,
    check_as_csv,
    check_cutting,
    check_newlines,
    check_packing,
    check_rewriting,
)

# A bomb must be larger than this to be one; it keeps the long run short.
STAGE: Final = config.load({"MAX_UPLOAD_BYTES": str(4 * 1024 * 1024)})
SECONDS: Final = 10.0
_SMALL: Final = 200_000


@dataclass(frozen=True)
class Outcome:
    """What became of a file.

    Attributes:
        family: how the file was made.
        reader: what read it: `csv`, `json array`, `json.gz` and so on.
        codes: the report's error codes, or `accepted`.
        warnings: its warnings' codes.
        seconds: of processor time for all that was done with it.
    """

    family: str
    reader: str
    codes: frozenset[str]
    warnings: frozenset[str]
    seconds: float


def check_seed(seed: int) -> Outcome:
    """Make the file of a seed and check it.

    Raises:
        Exception: whatever is wrong with its report.
    """
    return check_hostile(make(seed))


def check_hostile(file: HostileFile) -> Outcome:
    """Check a file: its report, its players, and what must not change them.

    Raises:
        Exception: whatever is wrong.
    """
    dice = Random(file.seed)
    # Of this process alone: others may use the machine.
    started = time.process_time()
    try:
        parse_file_name(file.name)
    except KeyRefusedError:
        report = _check_on_disk(file)
    else:
        first = Reading.of(file.name, file.data, STAGE)
        report = first.report
        if dice.random() < 0.1:
            must(_check_on_disk(file) == report, "`check` of the same file has another report")
        _check_reading(dice, first)
    seconds = time.process_time() - started
    check_report(report, len(file.data), _lines(file))
    must(seconds < SECONDS, f"it takes {seconds:.1f} s")
    codes = frozenset(error["code"] for error in report["errors"]) or frozenset({"accepted"})
    warnings = frozenset(warning["code"] for warning in report["warnings"])
    return Outcome(file.family, _reader(file, report), codes, warnings, seconds)


def _check_on_disk(file: HostileFile) -> dict[str, Any]:
    """The report of `check` on the file as it lies on a disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (file.name if len(file.name.encode()) <= 240 else "p" * 250)
        path.write_bytes(file.data)
        return check_file(path, STAGE)


def _check_reading(dice: Random, first: Reading) -> None:
    """Other looks at the same bytes and the same players."""
    if len(first.data) < _SMALL:
        if dice.random() < 0.1 and not _is_bomb(first.data):
            check_cutting(dice, first)
        if dice.random() < 0.1:
            check_packing(first)
    if first.report["status"] == "accepted":
        check_players(first.players, first.report["players"])
        check_rewriting(dice, first)
        check_as_csv(first)
        if len(first.data) < _SMALL:
            check_newlines(first)


def _is_bomb(data: bytes) -> bool:
    """Whether it is gzip around far more: too much to be taken byte by byte."""
    try:
        return len(zlib.decompressobj(wbits=31).decompress(data, _SMALL)) == _SMALL
    except zlib.error:
        return False


def _lines(file: HostileFile) -> int:
    if file.name.lower().endswith(".xlsx"):
        return MAX_ROW
    # What a gzip file holds is not looked at here: at least it has no more lines than bytes.
    packed = file.name.lower().endswith(".gz")
    return STAGE.max_upload_bytes if packed else most_lines(file.data)


def _reader(file: HostileFile, report: Mapping[str, Any]) -> str:
    name = file.name.lower()
    kind = report["file"]["format"]
    if name.endswith(".gz"):
        return f"{kind}.gz"
    if kind == "json":
        return "json array" if b"[" in file.data[:4] else "json wrapped"
    return str(kind)
