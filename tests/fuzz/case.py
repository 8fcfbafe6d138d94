"""One hostile file, checked in every way that it can be."""

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from chalicelib import config
from chalicelib.ingest.check import check_file
from chalicelib.lake.file_names import KeyRefusedError, parse_file_name
from tests.fuzz.files import HostileFile, make
from tests.fuzz.outcome import check_players, check_report, most_lines, must
from tests.fuzz.same import check_cutting, check_newlines, check_packing, check_rewriting
from tests.ingest.support import read

# A bomb must be larger than this to be one; it keeps the long run short.
STAGE: Final = config.load({"MAX_UPLOAD_BYTES": str(8 * 1024 * 1024)})
SECONDS: Final = 20.0
_SMALL: Final = 200_000


@dataclass(frozen=True)
class Outcome:
    """What became of a file.

    Attributes:
        family: how the file was made.
        reader: what read it: `csv`, `json`, `jsonl`, with `.gz` where it was packed.
        codes: the report's error codes, or `accepted`.
        warnings: its warnings' codes.
        seconds: the whole check of it took.
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
    started = time.perf_counter()
    report = _check(file)
    seconds = time.perf_counter() - started
    must(seconds < SECONDS, f"it takes {seconds:.1f} s")
    check_report(report, len(file.data), _lines(file))
    try:
        parse_file_name(file.name)
    except KeyRefusedError:
        pass
    else:
        _check_reading(file, report)
    codes = frozenset(error["code"] for error in report["errors"]) or frozenset({"accepted"})
    warnings = frozenset(warning["code"] for warning in report["warnings"])
    return Outcome(file.family, _reader(file, report), codes, warnings, seconds)


def _check(file: HostileFile) -> dict[str, Any]:
    """The report of `check` on the file as it lies on a disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (file.name if len(file.name.encode()) <= 240 else "p" * 250)
        path.write_bytes(file.data)
        return check_file(path, STAGE)


def _check_reading(file: HostileFile, report: Mapping[str, Any]) -> None:
    """A second look at the same bytes, and other looks at the same players."""
    dice = Random(file.seed)
    again, players = read(file.data, file.name, STAGE)
    must(again == report, "the second report is another one")
    if len(file.data) < _SMALL:
        if dice.random() < 0.3:
            check_cutting(dice, file.name, file.data, report, players, STAGE)
        if dice.random() < 0.1:
            check_packing(file.name, file.data, report, players, STAGE)
    if report["status"] == "accepted":
        check_players(players, report["players"])
        check_rewriting(dice, players, STAGE)
        check_newlines(file.name, file.data, players, STAGE)


def _lines(file: HostileFile) -> int:
    # What a gzip file holds is not looked at here: at least it has no more lines than bytes.
    packed = file.name.lower().endswith(".gz")
    return STAGE.max_upload_bytes if packed else most_lines(file.data)


def _reader(file: HostileFile, report: Mapping[str, Any]) -> str:
    name = file.name.lower()
    return f"{report['file']['format']}{'.gz' if name.endswith('.gz') else ''}"
