"""What a file is that is named `.xlsx` and is none: the hint says what its name or format must be.

Old workbooks and those with a password are "compound files" (MS-CFB), not zip files.
"""

from typing import BinaryIO, Final

from chalicelib.scans.unreadable import UnreadableError, empty_file
from chalicelib.scans.xlsx.problems import SAVE_AGAIN, bad_workbook

ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_HEAD: Final = 4096
_LINES: Final = 30
# Excel saves web pages, and XML, that it opens as workbooks.
_OF_OFFICE: Final = "urn:schemas-microsoft-com:office"
DOCUMENT: Final = "The file is a document or a presentation, not a workbook."
IN_A_DOCUMENT: Final = (
    "Copy the table of players from it into a new workbook in Excel or LibreOffice, save that as "
    '"Excel Workbook (.xlsx)", and upload it.'
)
EXPORT: Final = "Export the scan again, as a workbook (.xlsx) or as CSV, and upload that file."
UNPACK: Final = "Unpack it, and upload the scan that is in it."
_PAGE_HINT: Final = (
    'If it opens in Excel and shows the players, save it there as "Excel Workbook (.xlsx)" and '
    "upload that; if not, a page was saved in place of the workbook: download that again."
)
_PICTURE: Final = "The file is a picture, not a workbook."
_ARCHIVE: Final = "The file is a packed archive, not a workbook."
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
    (b"{\\rtf", "The file is a document (RTF), not a workbook.", IN_A_DOCUMENT),
    (b"\x89PNG", _PICTURE, EXPORT),
    (b"\xff\xd8\xff", _PICTURE, EXPORT),
    (b"GIF8", _PICTURE, EXPORT),
    (b"Rar!", _ARCHIVE, UNPACK),
    (b"7z\xbc\xaf", _ARCHIVE, UNPACK),
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
    if "WordDocument" in names or "PowerPoint Document" in names:
        return bad_workbook(DOCUMENT, IN_A_DOCUMENT)
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
        return _markup(text)
    if first in ("{", "["):
        return _renamed("JSON", ".json")
    # A title may stand above the header, and no list has less than three columns.
    lines = text.splitlines()[:_LINES]
    with_tabs = sum(line.count("\t") > 1 for line in lines)
    with_marks = sum(line.count(",") > 1 or line.count(";") > 1 for line in lines)
    if with_tabs and with_tabs >= with_marks:
        return _renamed("text with tabs (TSV)", ".tsv")
    if with_marks:
        return _renamed("CSV", ".csv")
    return bad_workbook("The file is plain text, although its name says .xlsx.", EXPORT)


def _markup(text: str) -> UnreadableError:
    lower = text.lower()
    is_page = "<html" in lower or "<!doctype html" in lower
    if is_page and _OF_OFFICE not in lower and "<table" not in lower:
        return bad_workbook("The file is a web page, although its name says .xlsx.", _PAGE_HINT)
    what = "a web page" if is_page or "<table" in lower else "XML"
    return bad_workbook(f"The file is {what}, although its name says .xlsx.", SAVE_AGAIN)


def _renamed(what: str, extension: str) -> UnreadableError:
    return bad_workbook(
        f"The file is {what}, although its name says .xlsx.",
        f"Let its name end in {extension} in place of .xlsx and upload it again.",
    )
