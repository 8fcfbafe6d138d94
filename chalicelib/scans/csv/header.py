"""The header of a CSV scan (contract, section 4): where it is, its names and its delimiter."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from chalicelib.players.headers import HeaderMap
from chalicelib.scans.blank_rows import is_blank
from chalicelib.scans.csv.records import BLOCK
from chalicelib.scans.csv.source import SPLIT_CHARACTER_BYTES
from chalicelib.scans.header_search import MAX_HEADER_RECORDS, HeaderChoice, choose_header
from chalicelib.scans.text_stream import (
    AS_UTF_8,
    TextStream,
    count_line_ends,
    empty_file,
    unreadable,
)

_DELIMITERS: Final = (",", ";", "\t")
# A header in a line that the quotes above it swallow is looked for in so many bytes.
_LONGEST_SWALLOWED: Final = 64 * 1024


class Header(NamedTuple):
    """A header.

    Attributes:
        line: the physical line where it starts.
        next_line: the physical line after it.
        skipped_line: the physical line of the first record above it, if there is one.
        delimiter: between its names.
        headers: what its names mean; they end with the last that is not blank.
        above: the bytes up to its end.
        rest: the bytes after it in the first block.
    """

    line: int
    next_line: int
    skipped_line: int | None
    delimiter: str
    headers: HeaderMap
    above: bytes
    rest: bytes


class _Candidate(NamedTuple):
    """A record that may be the header.

    Attributes:
        start: where it starts in the block.
        end: where the next line starts.
        delimiter: between its cells.
        choice: what its cells mean as names, up to the last that is not blank.
    """

    start: int
    end: int
    delimiter: str
    choice: HeaderChoice

    @property
    def is_complete(self) -> bool:
        return self.choice.is_complete

    @property
    def score(self) -> tuple[int, int]:
        headers = self.choice.headers
        return (len(headers.mapped), sum(not is_blank(name) for name in headers.names))


class _Piece(NamedTuple):
    """Where a record is in the block, and its cells."""

    start: int
    end: int
    cells: list[str]


def read_header(text: TextStream) -> Header:
    """Read what is above the header, the header, and the rest of its block.

    Raises:
        UnreadableError: the file is empty, its header does not end, or has NUL in it.
    """
    head = read_head(text)
    body = head.lstrip(b"\r\n")
    if not body.strip():
        raise empty_file()
    first = len(head) - len(body)
    found = _find(head, first)
    line = 1 + count_line_ends(head[: found.start])
    rest = head[found.end :]
    if b"\0" in head[: found.end]:
        raise unreadable(
            "bad_encoding",
            "The file's header has NUL characters in it, as text in UTF-16 has, or no text at all.",
            AS_UTF_8,
            line=line,
        )
    if not rest and (_is_full(head) or _is_open(head[found.start :], found.delimiter)):
        raise unreadable(
            "bad_text",
            "The header does not end: it is too long, or it has a quote that is never closed.",
            "The first line must hold the column names, separated by commas, semicolons or tabs.",
            line=line,
        )
    return Header(
        line=line,
        next_line=line + count_line_ends(head[found.start : found.end]),
        skipped_line=1 + count_line_ends(head[:first]) if found.start > first else None,
        delimiter=found.delimiter,
        headers=found.choice.headers,
        above=head[: found.end],
        rest=rest,
    )


def read_head(text: TextStream) -> bytes:
    """The first block, in which the header ends: `Header.above` and `Header.rest`."""
    head = text.read(BLOCK)
    while not _is_full(head) and (data := text.read(BLOCK - len(head))):
        head += data
    return head


def _is_full(head: bytes) -> bool:
    return len(head) > BLOCK - SPLIT_CHARACTER_BYTES


def _find(head: bytes, first: int) -> _Candidate:
    """The header: the first that is complete, by any delimiter; else that with most columns."""
    # Nearly always the first record; a scan without anything above it costs no more.
    choices = [_choose(list(islice(_pieces(head, first, by), 1)), by) for by in _DELIMITERS]
    if not any(choice.is_complete for choice in choices):
        choices = [
            _choose(list(islice(_pieces(head, first, by), MAX_HEADER_RECORDS)), by)
            for by in _DELIMITERS
        ]
        # An odd quote in a title makes one record of it and of the header below.
        choices += _swallowed(head, first)
    complete = [choice for choice in choices if choice.is_complete]
    if not complete:
        return max(choices[: len(_DELIMITERS)], key=lambda choice: choice.score)
    start = min(choice.start for choice in complete)
    return max((one for one in complete if one.start == start), key=lambda choice: choice.score)


def _choose(pieces: list[_Piece], delimiter: str) -> _Candidate:
    """The header among records, at least one."""
    names = [_named(piece.cells) for piece in pieces]
    choice = choose_header(names)
    piece = pieces[choice.record]
    return _Candidate(piece.start, piece.end, delimiter, choice)


def _swallowed(head: bytes, first: int) -> Iterator[_Candidate]:
    """Complete headers among the first physical lines, whatever quotes are open above them."""
    start = first
    for _ in range(MAX_HEADER_RECORDS):
        line = next(_lines(head, start), b"")
        if not line:
            return
        if line.strip(b"\r\n"):
            part = head[: start + max(len(line), _LONGEST_SWALLOWED)]
            for by in _DELIMITERS:
                choice = _choose(list(islice(_pieces(part, start, by), 1)), by)
                if choice.is_complete:
                    yield choice
        start += len(line)


def _named(cells: list[str]) -> list[str]:
    """The names of a header; beyond the last one there are no columns."""
    width = next((count for count in range(len(cells), 0, -1) if not is_blank(cells[count - 1])), 1)
    return cells[:width]


def _lines(head: bytes, start: int) -> Iterator[bytes]:
    """The physical lines from a place on; only those that are asked for are looked for."""
    # "ignore": a character that the block's end cuts is far after the header.
    block = io.BytesIO(head)  # shares its bytes
    block.seek(start)
    text = io.TextIOWrapper(block, "utf-8", "ignore", newline="")
    return (line.encode() for line in text)


def _pieces(head: bytes, start: int, delimiter: str) -> Iterator[_Piece]:
    """The records from a place on; blank lines are none."""
    taken: list[int] = []

    def each(lines: Iterable[bytes]) -> Iterator[str]:
        for line in lines:
            taken.append(len(line))
            yield line.decode()

    try:
        for cells in csv.reader(each(_lines(head, start)), delimiter=delimiter):
            end = start + sum(taken)
            taken.clear()
            if cells:
                yield _Piece(start, end, cells)
            start = end
    except csv.Error:  # a cell is too long
        yield _Piece(start, len(head), [""])


def _is_open(record: bytes, delimiter: str) -> bool:
    """Whether a text of one record ends inside quotes."""
    end = "\0end"
    lines = (line.decode() for line in _lines(record, 0))
    *_, last = csv.reader(chain(lines, [end]), delimiter=delimiter)
    return last != [end]
