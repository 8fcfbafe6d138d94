"""Mend an upload whose only fault is that rows are repeated (contract, section 5).

Scanners read the end of the list again and again. Where each repeated id stands in rows whose cells
are all the same, ignored columns too, nothing is lost if only the first of them stays.
"""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, Final, NamedTuple

import pyarrow as pa

from chalicelib import kernels
from chalicelib.config import Settings
from chalicelib.lake.archive_keys import mended_name
from chalicelib.lake.file_names import FileName, parse_file_name
from chalicelib.scans.batch import WholeRow
from chalicelib.scans.open import open_reader, read_to_the_end
from chalicelib.scans.unreadable import UnreadableError
from chalicelib.scans.upload import CHUNK, Upload
from chalicelib.validation.validate import ValidationResult, validate_upload

MAX_REMOVED_LISTED: Final = 10_000
"""How many removed rows a report lists; of more there is the count."""

_DIGEST: Final = 16
# Bytes that UTF-8 never has: after each cell, and for a cell that is not there.
_CELL_END: Final = b"\xfe"
_NO_CELL: Final = b"\xff\xfe"


class Repair(NamedTuple):
    """A mended upload.

    Attributes:
        upload: its bytes, which are accepted.
        name: its file's name.
        removed_rows: the numbers of the rows that it lacks, ascending.
    """

    upload: Upload
    name: str
    removed_rows: Sequence[int]

    def as_json(self, key: str | None) -> dict[str, Any]:
        """The report's `repair`; `removed_count` is in it where not all rows are listed.

        Args:
            key: where the mended upload is; None where it was not written.
        """
        count = len(self.removed_rows)
        rest = {"removed_count": count} if count > MAX_REMOVED_LISTED else {}
        return {"key": key, "removed_rows": [*self.removed_rows[:MAX_REMOVED_LISTED]], **rest}


def may_be_repaired(found: ValidationResult) -> bool:
    """Whether the errors that are listed are all of repeated ids."""
    listed = found.errors.listed
    return bool(listed) and all(finding.code == "duplicate_id" for finding in listed)


def find_repair(
    upload: Upload,
    file: FileName,
    settings: Settings,
    found: ValidationResult,
    out: BinaryIO,
    *,
    kingdom: int | None = None,
) -> Repair | None:
    """Mend a refused upload; the same upload gives the same bytes.

    Takes 24 bytes of memory a row, and reads the upload again twice.

    Args:
        upload: its bytes.
        file: its name.
        settings: by which it was refused.
        found: why it was refused.
        out: an empty temporary file for the mended bytes; must stay open while they are used.
        kingdom: the kingdom that it is uploaded for.

    Returns:
        The mended upload; None if it has other errors, or one id in rows that differ.
    """
    if not may_be_repaired(found):
        return None
    try:
        reader = read_to_the_end(open_reader(upload, file, settings))
        rows = _repeated(reader.whole_rows())
        # Rows that are the same have one id; each error is an id that stands there again.
        if len(rows) != found.errors.count:
            return None
        reader.write_without(frozenset(rows), out)
    except UnreadableError:
        return None
    name = mended_name(file.name)
    mended = _received(out, settings)
    again = validate_upload(mended, parse_file_name(name), settings, kingdom=kingdom)
    if not again.accepted or again.players != found.players - len(rows):
        return None
    return Repair(mended, name, rows)


def _repeated(rows: Iterable[WholeRow]) -> Sequence[int]:
    """The numbers of the rows that are the same as an earlier one, ascending."""
    numbers = array("q")
    digests = bytearray()
    for row in rows:
        numbers.append(row.row)
        digests += _digest(row)
    if not numbers:
        return ()
    all_digests = pa.Array.from_buffers(
        pa.binary(_DIGEST), len(numbers), [None, pa.py_buffer(digests)]
    )
    order = kernels.sort_indices(all_digests, [("", "ascending")])  # equal ones in file order
    in_order = kernels.take(all_digests, order)
    again = kernels.filter_by(order[1:], kernels.equal(in_order[1:], in_order[:-1]))
    return sorted(numbers[index] for index in again.to_pylist())


def _digest(row: WholeRow) -> bytes:
    cells = list(row.cells)
    while cells and cells[-1] is None:  # a later row of JSON may bring a new key
        cells.pop()
    text = b"".join(
        _NO_CELL if cell is None else cell.encode("utf-8", "surrogatepass") + _CELL_END
        for cell in cells
    )
    return hashlib.blake2b(text, digest_size=_DIGEST).digest()


def _received(out: BinaryIO, settings: Settings) -> Upload:
    """The bytes that were written, as an upload."""
    out.seek(0)
    digest = hashlib.sha256()
    while chunk := out.read(CHUNK):
        digest.update(chunk)
    size = out.tell()
    out.seek(0)
    too_large = size > settings.max_upload_bytes
    return Upload(out, size, digest.hexdigest(), too_large=too_large)
