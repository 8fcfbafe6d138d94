"""What a file is that is named `.xlsx` and is none: the hint says what its name or format must be.

Old workbooks and those with a password are "compound files" (MS-CFB), not zip files.
"""

from typing import BinaryIO, Final

from chalicelib.scans.unreadable import UnreadableError, empty_file
from chalicelib.scans.xlsx.problems import SAVE_AGAIN, bad_workbook

ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_HEAD: Final = 4096
_OTHERS: Final = (
    (b"PK\x05\x06", "The file is an empty zip file, not a workbook.", SAVE_AGAIN),
    (
        b"\x1f\x8b",
        "The file is compressed with gzip; a workbook is not.",
        "Unpack it, and let the name of what is in it say what that is: .xlsx or .csv.",
    ),
    (
        b"%PDF",
        "The file is a PDF, not a workbook.",
        "Upload the workbook that it was made from.",
    ),
)
_TEXT_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Characters that no text has; a file with one of them is something else.
_NO_TEXT: Final = bytes([*range(9), *range(14, 27), 28, 29, 30, 31])


def what_it_is(body: BinaryIO) -> UnreadableError | None:
    """Why a file is no workbook, by its first bytes; None if it may be one."""
    body.seek(0)
    head = body.read(_HEAD)
    if head.startswith(ZIP):
        return None
    if not head:
        return empty_file()
    if head.startswith(_COMPOUND):
        return _compound(body, head)
    for start, message, hint in _OTHERS:
        if head.startswith(start):
            return bad_workbook(message, hint)
    return _text(head) or bad_workbook("The file is no workbook, although its name says so.")


def _compound(body: BinaryIO, head: bytes) -> UnreadableError:
    names = _directory(body, head)
    if "EncryptedPackage" in names:
        return bad_workbook(
            "The workbook has a password.",
            "In Excel: File, Info, Protect Workbook, Encrypt with Password; empty the password, "
            "save, and upload that file.",
        )
    is_workbook = "Workbook" in names or "Book" in names  # the latter before 1997
    what = "an old workbook (.xls)" if is_workbook else "an old Office file"
    return bad_workbook(
        f"The file is {what}, although its name says .xlsx.",
        'Open it in Excel or LibreOffice, save it as "Excel Workbook (.xlsx)" (renaming is not '
        "enough), and upload that file.",
    )


def _directory(body: BinaryIO, head: bytes) -> str:
    """The first names in a compound file's directory, one after the other."""
    shift = int.from_bytes(head[30:32], "little")
    sector = int.from_bytes(head[48:52], "little")
    if shift not in (9, 12) or sector > 0x00FF_FFFF:
        return ""
    body.seek((sector + 1) << shift)
    return body.read(_HEAD * 2).decode("utf-16-le", "ignore").replace("\0", "")


def _text(head: bytes) -> UnreadableError | None:
    """The error of a file that is text; None if it is none."""
    if head.startswith(_TEXT_BOMS[1:]):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        if head.translate(None, _NO_TEXT) != head:
            return None
        text = head.removeprefix(_TEXT_BOMS[0]).decode("utf-8", "replace")
    first = text.lstrip()[:1]
    if first == "<":
        return bad_workbook(
            "The file is a web page or XML, although its name says .xlsx.", SAVE_AGAIN
        )
    if first in ("{", "["):
        return _renamed("JSON", ".json")
    line = text.lstrip().splitlines()[0] if text.strip() else ""
    if "\t" in line:
        return _renamed("text with tabs (TSV)", ".tsv")
    if "," in line or ";" in line:
        return _renamed("CSV", ".csv")
    return bad_workbook("The file is plain text, although its name says .xlsx.", SAVE_AGAIN)


def _renamed(what: str, extension: str) -> UnreadableError:
    return bad_workbook(
        f"The file is {what}, although its name says .xlsx.",
        f"Let its name end in {extension} in place of .xlsx and upload it again.",
    )
