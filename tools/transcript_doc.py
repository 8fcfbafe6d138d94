"""Write the transcript of two uploads in README.md: one that is refused, and the mended file.

Both are really uploaded, into a lake of their own that has the example scans of the weeks before.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
DOC: Final = ROOT / "README.md"
BEGIN: Final = "<!-- transcript: written by `make transcript`, really uploaded -->\n"
END: Final = "<!-- end of transcript -->\n"

KINGDOM: Final = 51
DAY: Final = "2026-01-26"
_EXAMPLES: Final = ROOT / "examples" / "inbox" / "source=rok_players" / f"kingdom={KINGDOM}"
_NAME: Final = "week 3.csv"
_WIDTH: Final = 180
# What is told of a report, in this order; the rest is left out.
_HEADS: Final = ("REJECTED", "ACCEPTED", "  snapshot", "  latest")
_AFTER: Final = ("Since", "Likely wrong", "DKP gained")
_LINES_SHOWN: Final = 3


def transcript() -> str:
    """The section of README.md, with its marks."""
    with tempfile.TemporaryDirectory() as folder:
        return BEGIN + "```console\n" + "".join(_session(Path(folder))) + "```\n" + END


def with_transcript(text: str) -> str:
    """The document with the transcript as it should be."""
    before, rest = text.split(BEGIN)
    return before + transcript() + rest.split(END)[1]


def _session(folder: Path) -> Iterator[str]:
    for day in ("2026-01-12", "2026-01-19"):
        [scan] = (_EXAMPLES / f"dt={day}").iterdir()
        _run(folder, ["upload", str(scan), "--kingdom", str(KINGDOM), "--date", day])
    [good] = (_EXAMPLES / f"dt={DAY}").iterdir()
    bad, mended = folder / "bad" / _NAME, folder / "good" / _NAME
    bad.parent.mkdir()
    mended.parent.mkdir()
    bad.write_text(_spoilt(good.read_text("utf-8-sig")), "utf-8")
    shutil.copy(good, mended)
    yield from _upload(folder, bad)
    yield "$ # the two cells are corrected, and up it goes again\n"
    yield from _upload(folder, mended)


def _spoilt(text: str) -> str:
    """Two cells as people and scanners write them."""
    lines = text.splitlines()
    lines[3] = re.sub(r'"[\d,]{5,}"', '"184.3M"', lines[3], count=1)
    lines[7] = lines[7].replace("0", "O", 1)
    return "\n".join(lines) + "\n"


def _upload(folder: Path, scan: Path) -> Iterator[str]:
    arguments = ["upload", _NAME, "--kingdom", str(KINGDOM), "--date", DAY]
    quoted = " ".join(f'"{part}"' if " " in part else part for part in arguments)
    yield f"$ python -m chalicelib {quoted}\n"
    arguments[1] = str(scan)
    yield from _told(_run(folder, arguments))


def _told(said: str) -> Iterator[str]:
    """What is worth a reader's time of what was said; `…` stands for what is left out."""
    report, *after = said.split("\n\n")
    lines = [line for line in report.splitlines() if line.startswith(_HEADS)]
    yield from map(_cut, [*lines, "…"])
    for part in after:
        title, *rest = part.splitlines()
        if title == "Errors":
            yield from map(_cut, rest)
        elif title.startswith(_AFTER):
            yield from map(_cut, [title, *rest[:_LINES_SHOWN], "…"])


def _cut(line: str) -> str:
    return f"{line if len(line) <= _WIDTH else line[: _WIDTH - 1] + '…'}\n"


def _run(folder: Path, arguments: list[str]) -> str:
    environ = {**os.environ, "LAKE_URI": f"file:{folder / 'lake'}"}
    command = [sys.executable, "-m", "chalicelib", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


if __name__ == "__main__":
    DOC.write_text(with_transcript(DOC.read_text("utf-8")), "utf-8")
