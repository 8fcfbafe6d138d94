"""What must not change what is read: packing, format, newlines, encoding, and how it is cut."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Self

from chalicelib.config import Settings
from chalicelib.scans import text_stream as text
from chalicelib.scans import upload
from chalicelib.scans.json import cursor as json_text
from chalicelib.scans.json import shapes as json_shapes
from chalicelib.scans.xlsx import reader as xlsx_reader
from chalicelib.scans.xlsx import rows as xlsx_rows
from chalicelib.scans.xlsx import xml_part
from tests.fuzz.outcome import must
from tests.ingest.support import patched, read

Player = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """A file and what was read from it.

    Attributes:
        name: the file's name.
        data: its bytes.
        stage: the settings.
        report: the report.
        players: the players; none when it is refused.
    """

    name: str
    data: bytes
    stage: Settings
    report: dict[str, Any]
    players: list[Player]

    @classmethod
    def of(cls, name: str, data: bytes, stage: Settings) -> Self:
        """Read a file."""
        return cls(name, data, stage, *read(data, name, stage))


_SETTLED: Final = ("status", "players", "error_count", "warning_count")


def check_packing(first: Reading) -> None:
    """The same bytes in gzip: the same report but for the file's own facts, the same players."""
    if first.name.lower().endswith((".gz", ".xlsx")):
        return
    packed = gzip.compress(first.data, 1, mtime=0)
    again = Reading.of(f"{first.name}.gz", packed, first.stage)
    must(again.players == first.players, "gzip changes players")
    for part in ("columns", "dkp", "errors", "warnings", *_SETTLED):
        must(again.report[part] == first.report[part], f"gzip changes {part}")


def check_cutting(dice: Random, first: Reading) -> None:
    """The same file in small and odd pieces: the same report, the same players."""
    with _small_pieces(dice, len(first.data)):
        again = Reading.of(first.name, first.data, first.stage)
    must(again.players == first.players, "how a file is cut changes players")
    report, cut = first.report, again.report
    if {"bad_encoding", "bad_workbook"} & (codes_of(report) | codes_of(cut)):
        # Where the text ends to be text: what else is told ends with its block, or comes before it.
        must(cut["status"] == report["status"], "how a file is cut changes the verdict")
        return
    for part in report:
        must(cut[part] == report[part], f"how a file is cut changes {part}: {cut[part]!r:.300}")


def codes_of(report: Any) -> set[str]:
    """The codes of a report's errors."""
    return {error["code"] for error in report["errors"]}


@contextmanager
def _small_pieces(dice: Random, size: int) -> Iterator[None]:
    """Let the readers take a file in many pieces.

    pyarrow's blocks and the longest record stay larger than any file here, since what does not fit
    into a block is refused.
    """
    piece = dice.choice((1, 2, 3, 5, 16, 61, max(1, size // 2), max(1, size - 1)))
    if size / piece > 3000:
        piece = size // 3000
    rows = dice.choice((1, 2, 3, 7))
    with patched(
        (text, "CHUNK", piece),
        (json_text, "CHUNK", piece),
        (upload, "CHUNK", piece + 1),
        (json_shapes, "BATCH_ROWS", rows),
        (xml_part, "PIECE", piece),
        (xlsx_rows, "MAX_ROW_PIECES", 1 << 40),
        (xlsx_reader, "BATCH_ROWS", rows),
    ):
        yield


def check_rewriting(dice: Random, first: Reading) -> None:
    """The players of an accepted file, written anew in another format, are the same players."""
    name, data = rewritten(dice, first.players)
    _must_be_the_same(Reading.of(name, data, first.stage), first, f"rewritten as {name}")


def _must_be_the_same(again: Reading, first: Reading, how: str) -> None:
    errors = again.report["errors"]
    must(again.report["status"] == "accepted", f"{how} it is refused: {errors[:1]}")
    must(again.players == first.players, f"{how} it has other players")


def rewritten(dice: Random, players: list[Player]) -> tuple[str, bytes]:
    """A scan of these players in one of the formats, encodings and newline styles there are."""
    columns = list(players[0])
    kind = dice.choice((".csv", ".tsv", ".json", ".wrapped.json", ".jsonl", ".ndjson"))
    end = dice.choice(("\n", "\r\n", "\r"))
    if kind in (".csv", ".tsv"):
        out = io.StringIO()
        delimiter = "\t" if kind == ".tsv" else dice.choice(",;\t")
        # Before 3.13 the minimal style leaves a line end that is not its own unquoted.
        writer = csv.writer(
            out,
            delimiter=delimiter,
            lineterminator=end,
            quoting=csv.QUOTE_ALL if dice.random() < 0.5 else csv.QUOTE_NONNUMERIC,
        )
        writer.writerow(columns)
        writer.writerows([["" if v is None else v for v in one.values()] for one in players])
        made = out.getvalue()
    else:
        ascii_only = dice.random() < 0.5
        objects = [json.dumps(one, ensure_ascii=ascii_only) for one in players]
        if kind in (".jsonl", ".ndjson"):
            # Objects may stand on lines of their own only by a real line end.
            made = dice.choice(("\n", "\r\n")).join(objects) + "\n"
        else:
            made = f"[{f',{end}'.join(objects)}]"
            made = f'{{"by": "fuzz",{end}"players": {made}}}' if "wrapped" in kind else made
    data = made.encode(dice.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")))
    if dice.random() < 0.3:
        return f"rewritten{kind}.gz", gzip.compress(data, 1, mtime=0)
    return f"rewritten{kind}", data


def check_as_csv(first: Reading) -> None:
    """The sheet of an accepted workbook as CSV: the same players."""
    if not first.name.lower().endswith(".xlsx"):
        return
    limit = first.stage.max_upload_bytes
    out = io.BytesIO()
    xlsx_reader.WorkbookReader(lambda: io.BytesIO(first.data), limit).write_without((), out)
    again = Reading.of("sheet.csv", out.getvalue(), first.stage)
    _must_be_the_same(again, first, "written as CSV")


def check_newlines(first: Reading) -> None:
    """The same CSV with other line ends: the same players. Not where a quoted cell has one."""
    if b'"' in first.data or first.report["file"]["encoding"] != "utf-8":
        return
    if not first.name.lower().endswith((".csv", ".tsv")):
        return
    for end in (b"\n", b"\r\n", b"\r"):
        data = re.sub(rb"\r\n|\r|\n", end, first.data)
        _must_be_the_same(Reading.of(first.name, data, first.stage), first, f"with {end!r}")
