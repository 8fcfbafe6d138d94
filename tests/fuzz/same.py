"""What must not change what is read: packing, format, newlines, encoding, and how it is cut."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, Final

from chalicelib.config import Settings
from chalicelib.ingest import json_text, read_json, text, upload
from tests.fuzz.outcome import must
from tests.ingest.support import patched, read

Player = dict[str, Any]

_SETTLED: Final = ("status", "players", "error_count", "warning_count")


def check_packing(name: str, data: bytes, report: Any, players: list[Player], stage: Settings) -> None:
    """The same bytes in gzip: the same report but for the file's own facts, the same players."""
    if name.lower().endswith(".gz"):
        return
    packed, again = read(gzip.compress(data, 1, mtime=0), f"{name}.gz", stage)
    must(again == players, "gzip changes players")
    for part in ("columns", "dkp", "errors", "warnings", *_SETTLED):
        must(packed[part] == report[part], f"gzip changes {part}")


def check_cutting(dice: Random, name: str, data: bytes, report: Any, players: Any, stage: Any) -> None:
    """The same file in small and odd pieces: the same report, the same players."""
    with _small_pieces(dice, len(data)):
        cut, again = read(data, name, stage)
    must(again == players, "how a file is cut changes players")
    before, after = _settled(report), _settled(cut)
    for part in before:
        must(after[part] == before[part], f"how a file is cut changes {part}: {after[part]!r:.300}")


def _settled(report: Any) -> dict[str, Any]:
    """A report without what is told of a place that cannot be read: as much as its block holds."""
    if {error["code"] for error in report["errors"]} != {"bad_encoding"}:
        return dict(report)
    (error,) = report["errors"]
    file = {**report["file"], "encoding": None}
    return {**report, "file": file, "errors": [{**error, "value": None}]}


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
        (read_json, "BATCH_ROWS", rows),
    ):
        yield


def check_rewriting(dice: Random, players: list[Player], stage: Settings) -> None:
    """The players of an accepted file, written anew in another format, are the same players."""
    name, data = rewritten(dice, players)
    report, again = read(data, name, stage)
    must(report["status"] == "accepted", f"rewritten as {name} it is refused: {report['errors'][:1]}")
    must(again == players, f"rewritten as {name} it has other players")


def rewritten(dice: Random, players: list[Player]) -> tuple[str, bytes]:
    """A scan of these players in one of the formats, encodings and newline styles there are."""
    columns = list(players[0])
    kind = dice.choice((".csv", ".tsv", ".json", ".wrapped.json", ".jsonl", ".ndjson"))
    end = dice.choice(("\n", "\r\n", "\r"))
    if kind in (".csv", ".tsv"):
        out = io.StringIO()
        delimiter = "\t" if kind == ".tsv" else dice.choice(",;\t")
        # Before 3.13 the minimal style leaves a line end that is not its own unquoted.
        quoting = csv.QUOTE_ALL if dice.random() < 0.5 else csv.QUOTE_NONNUMERIC
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
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


def check_newlines(name: str, data: bytes, players: list[Player], stage: Settings) -> None:
    """The same CSV with other line ends: the same players. Not where a quoted cell has one."""
    if not name.lower().endswith((".csv", ".tsv")) or b'"' in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    for end in (b"\n", b"\r\n", b"\r"):
        report, again = read(re.sub(rb"\r\n|\r|\n", end, data), name, stage)
        must(report["status"] == "accepted", f"with {end!r} it is refused: {report['errors'][:1]}")
        must(again == players, f"with {end!r} it has other players")

