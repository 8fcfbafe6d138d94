"""CSV record by record, with the physical line where each starts: for what needs a second look.

The rules are pyarrow's, as Python's `csv` has them too: a quote opens a field only at its start,
and blank lines are no records.
"""

import csv
from collections.abc import Iterator
from typing import Final, TextIO

# The longest record. A header of 10,000 columns has room in it; what is longer is a stray quote.
BLOCK: Final = 1024 * 1024

csv.field_size_limit(BLOCK)


class RecordTooLongError(Exception):
    """Raised at a record that does not fit into a block."""

    def __init__(self, line: int) -> None:
        """Remember the line where it starts."""
        super().__init__(line)
        self.line = line


class _Lines:
    """Physical lines, up to the first that does not fit into a block."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.too_long = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(BLOCK)
        self.too_long = len(line) == BLOCK and not line.endswith(("\n", "\r"))
        if self.too_long or not line:
            raise StopIteration
        return line


def records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line, from 1, where it starts; blank lines are no records."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    start = 1
    try:
        for record in reader:
            if record and not lines.too_long:
                yield start, record
            start = reader.line_num + 1 if not lines.too_long else start
    except csv.Error:
        raise RecordTooLongError(start) from None
    if lines.too_long:
        raise RecordTooLongError(start)
