"""Write the rows of a table as CSV that spreadsheets open and that is read as the same values."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO


def write_csv(rows: Iterable[Sequence[str]], out: BinaryIO) -> None:
    """Write rows as CSV: UTF-8 with a BOM, as Excel expects it, and Windows line ends.

    Args:
        rows: the cells' texts; the header first.
        out: where to write.
    """
    out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
    text.flush()
    text.detach()  # `out` stays open
