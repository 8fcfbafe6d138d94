"""A workbook as a zip file of parts (ECMA-376, part 2): its names, its parts, within limits."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from chalicelib.scans.unreadable import UnreadableError
from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.no_workbook import DOCUMENT, EXPORT, IN_A_DOCUMENT, UNPACK, what_it_is
from chalicelib.scans.xlsx.problems import bad_workbook, damaged_part, too_large_inside

# `zipfile` reads the whole list of entries at once, and keeps half a kilobyte of each: a list of so
# many bytes has some ten thousand. A workbook of 300 sheets has 700 entries.
_MAX_LIST: Final = 512 * 1024
_CUT_OFF: Final = (
    "Copy or download the file once more, see that it opens in a spreadsheet, and upload that."
)
_ENCRYPTED: Final = 0x1
# What `zipfile` raises of bytes that are no zip file; a failing disk raises OSError.
_DAMAGE: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class _Bounded:
    """A file that refuses to read more at once than a sound zip file needs."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body
        self.seek = body.seek
        self.tell = body.tell
        self.close = body.close

    def seekable(self) -> bool:
        """Always true."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes."""
        if size > _MAX_LIST:
            raise too_large_inside("The workbook has far more parts than any other.")
        return self._body.read(size if size >= 0 else _MAX_LIST)


class Part:
    """A part of a workbook, unpacked while it is read."""

    def __init__(self, name: str, stream: IO[bytes], budget: Budget) -> None:
        """Start at its beginning.

        Args:
            name: as it stands in the workbook.
            stream: its content.
            budget: from which its bytes are taken.
        """
        self.name = name
        self._stream = stream
        self._budget = budget

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, empty at the end.

        Raises:
            UnreadableError: it is damaged, or too large.
        """
        try:
            data = self._stream.read(size)
        except _DAMAGE as error:
            raise damaged_part(self.name, f"cannot be unpacked ({str(error)[:80]})") from None
        self._budget.take_bytes(len(data))
        return data


class Package:
    """The parts of a workbook."""

    def __init__(self, body: BinaryIO) -> None:
        """Read the list of parts.

        Args:
            body: the file; it stays in use.

        Raises:
            UnreadableError: the file is no zip file.
        """
        if (problem := what_it_is(body)) is not None:
            raise problem
        try:
            self._zip = ZipFile(cast(BinaryIO, _Bounded(body)))
        except _DAMAGE as error:
            raise bad_workbook(
                f"The workbook is cut off or damaged ({str(error)[:80].rstrip('.')}).", _CUT_OFF
            ) from None
        self._entries: dict[str, list[ZipInfo]] = {}
        for entry in self._zip.infolist():
            self._entries.setdefault(_key(entry.filename), []).append(entry)

    def __contains__(self, name: str) -> bool:
        """Whether there is a part of this name; case is no matter."""
        return _key(name) in self._entries

    @contextmanager
    def open(self, name: str, budget: Budget) -> Iterator[Part]:
        """A part, at its start.

        Raises:
            UnreadableError: there is none, there are several, or it cannot be unpacked.
        """
        entries = self._entries.get(_key(name), [])
        if not entries:
            raise damaged_part(name, "is missing")
        if len(entries) > 1:
            raise damaged_part(name, "is there twice")
        entry = entries[0]
        if entry.flag_bits & _ENCRYPTED:
            raise bad_workbook("The workbook is a zip file with a password.")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged_part(name, "is packed in a way that no spreadsheet writes")
        # The size that it says it has: of a bomb nothing is unpacked, unless this lies.
        budget.take_bytes(entry.file_size)
        budget.take_bytes(-entry.file_size)
        with self._open_entry(entry, name) as stream:
            yield Part(name, stream, budget)

    def _open_entry(self, entry: ZipInfo, name: str) -> IO[bytes]:
        try:
            return self._zip.open(entry)
        except _DAMAGE as error:
            raise damaged_part(name, f"cannot be unpacked ({str(error)[:80]})") from None

    def other_kind(self) -> UnreadableError:
        """Why a zip file without a workbook in it is none."""
        names = self._entries.keys()
        if "content.xml" in names or "mimetype" in names:
            return bad_workbook("The file is an OpenDocument file (.ods), not an .xlsx workbook.")
        if any(name.startswith("index/") and name.endswith(".iwa") for name in names):
            return bad_workbook(
                "The file is a Numbers file, not an .xlsx workbook.",
                "In Numbers: File, Export To, Excel; upload the file that it makes.",
            )
        if any(name.startswith(("word/", "ppt/")) for name in names):
            return bad_workbook(DOCUMENT, IN_A_DOCUMENT)
        if any(name.endswith((".xlsx", ".csv", ".tsv", ".json")) for name in names):
            return bad_workbook(
                "The file is a zip file with other files in it, not a workbook.",
                UNPACK,
            )
        return bad_workbook("The file is a zip file, but no workbook is in it.", EXPORT)


def _key(name: str) -> str:
    """A part's name in the form for comparison."""
    return name.replace("\\", "/").lstrip("/").lower()
