"""What workbooks cost: `python -m tests.scans.xlsx.measure` prints it, bombs too.

Each is read in a process of its own. Its memory is what that came to hold above what it held when
it had read a small workbook.
"""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from chalicelib import config
from chalicelib.lake.file_names import parse_file_name
from chalicelib.scans.upload import receive
from chalicelib.validation.validate import ValidationResult, validate_upload
from tests.ingest.support import run_measured
from tests.scans.xlsx.books import MAIN, SHEET, Book, scan, sheet_xml

MIB: Final = 1024 * 1024
_STAGE: Final = config.load({})
_STRINGS: Final = "xl/sharedStrings.xml"
_NUMBERS: Final = "<row>" + "<c><v>1</v></c>" * 1000 + "</row>"


def _bomb(part: str, make: Callable[[], str]) -> Callable[[], bytes]:
    return lambda: Book({"S": scan(2)}, replaced={part: make()}).pack()


FILES: Final[dict[str, Callable[[], bytes]]] = {
    "1,000 players, 20 columns": lambda: Book({"S": scan(1000)}).pack(),
    "50,000 players, 20 columns": lambda: Book({"S": scan(50_000)}).pack(),
    "50,000 players, all cells texts": lambda: Book(
        {"S": [[str(cell) for cell in row] for row in scan(50_000)]}
    ).pack(),
    "400 MB of spaces": _bomb(SHEET, lambda: sheet_xml("<row/>" + " " * 400_000_000)),
    "200 MB of spaces": _bomb(SHEET, lambda: sheet_xml("<row/>" + " " * 200_000_000)),
    "one text of 200 MB": _bomb(_STRINGS, lambda: f'<sst xmlns="{MAIN}"><si><t>' + "x" * 200 * MIB),
    "27 million empty cells": _bomb(
        SHEET, lambda: sheet_xml(("<row>" + "<c/>" * 9000 + "</row>") * 3000)
    ),
    "10 million numbers": _bomb(SHEET, lambda: sheet_xml(_NUMBERS * 10_000)),
    "50 million elements": _bomb(SHEET, lambda: sheet_xml("<x/>" * 50 * MIB)),
    "10 million texts": _bomb(
        _STRINGS, lambda: f'<sst xmlns="{MAIN}">' + "<si><t>text</t></si>" * 10 * MIB
    ),
}


class Cost(NamedTuple):
    """What a workbook cost: processor seconds, MiB, and what became of it."""

    seconds: float
    mib: float
    outcome: str


def cost(name: str, folder: Path) -> Cost:
    """What one of `FILES` costs; it is made in `folder`."""
    path = folder / "players.xlsx"
    path.write_bytes(FILES[name]())
    peak, (seconds, before, outcome) = run_measured(
        "check", str(path), module="tests.scans.xlsx.measure"
    )
    return Cost(seconds, peak - before, outcome)


def check(path: str) -> list[Any]:
    """Check a workbook; the seconds, the MiB held before, and the outcome."""
    data = Path(path).read_bytes()
    _validate(Book({"S": scan(5)}).pack())
    before = _most_mib()
    started = time.process_time()
    found = _validate(data)
    seconds = time.process_time() - started
    codes = [finding.code for finding in found.errors.listed[:1]]
    return [seconds, before, codes[0] if codes else f"{found.players} players"]


def _validate(data: bytes) -> ValidationResult:
    upload = receive(io.BytesIO(data), _STAGE.max_upload_bytes, io.BytesIO())
    return validate_upload(upload, parse_file_name("players.xlsx"), _STAGE)


def _most_mib() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for each in FILES:
            found = cost(each, Path(made))
            print(f"{each:35} {found.seconds:6.2f} s {found.mib:6.0f} MiB  {found.outcome}")
