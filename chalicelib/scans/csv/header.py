"""The header of a CSV scan (contract, section 4): its names, its delimiter, and where it ends."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from chalicelib.players.headers import map_headers
from chalicelib.scans.csv.records import BLOCK
from chalicelib.scans.csv.source import SPLIT_CHARACTER_BYTES
from chalicelib.scans.text_stream import TextStream, count_line_ends, empty_file, unreadable

_DELIMITERS: Final = (",", ";", "\t")


class Header(NamedTuple):
    """A header.

    Attributes:
        line: the physical line where it starts.
        next_line: the physical line after it.
        delimiter: between its names.
        names: as they are written.
        rest: the bytes after it in the first block.
    """

    line: int
    next_line: int
    delimiter: str
    names: list[str]
    rest: bytes


def read_header(text: TextStream) -> Header:
    """Read the header and the rest of its block.

    The delimiter is the one with which the header has the most known columns.

    Raises:
        UnreadableError: the file is empty, or its header does not end.
    """
    head = _read_head(text)
    body = head.lstrip(b"\r\n")
    if not body.strip():
        raise empty_file()
    line = 1 + count_line_ends(head[: len(head) - len(body)])

    def read(delimiter: str) -> tuple[list[str], int]:
        """The names, and how many bytes they take; only the header's own lines are decoded."""
        # "ignore": a character that the block's end cuts is far after the header.
        lines = io.TextIOWrapper(io.BytesIO(body), "utf-8", "ignore", newline="")
        taken: list[str] = []
        try:
            names = next(csv.reader(_recorded(lines, taken), delimiter=delimiter), [])
        except csv.Error:
            return [], len(body)
        return names, len("".join(taken).encode())

    found = {delimiter: read(delimiter) for delimiter in _DELIMITERS}

    def score(delimiter: str) -> tuple[int, int]:
        names, _ = found[delimiter]
        return (len(map_headers(names).mapped), len(names))

    delimiter = max(_DELIMITERS, key=score)
    names, taken = found[delimiter]
    rest = body[taken:]
    if not names or (not rest and (_is_full(head) or "\n" in names[-1].rstrip("\r\n"))):
        raise unreadable(
            "bad_text",
            "The header does not end: it is too long, or it has a quote that is never closed.",
            "The first line must hold the column names, separated by commas, semicolons or tabs.",
            line=line,
        )
    return Header(line, line + count_line_ends(body[:taken]), delimiter, names, rest)


def _read_head(text: TextStream) -> bytes:
    """The first block, in which the header ends."""
    head = text.read(BLOCK)
    while not _is_full(head) and (data := text.read(BLOCK - len(head))):
        head += data
    return head


def _is_full(head: bytes) -> bool:
    return len(head) > BLOCK - SPLIT_CHARACTER_BYTES


def _recorded(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line
