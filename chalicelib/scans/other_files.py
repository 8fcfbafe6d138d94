"""Files that are no text, although their names say so; what each is, and the one thing to do."""

from typing import Final

from chalicelib.scans.unreadable import UnreadableError, unreadable

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_GZIP: Final = b"\x1f\x8b"
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_OTHER_PACKED: Final = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")

# Names within a packed file, of workbooks of different programs.
_IN_EXCEL: Final = (b"xl/workbook.xml", b"xl/worksheets/")
_IN_BINARY_EXCEL: Final = b"xl/workbook.bin"
_IN_ANY_OFFICE: Final = b"[Content_Types].xml"
_IN_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_IN_NUMBERS: Final = b"Index/Document.iwa"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")

_AS_WORKBOOK: Final = (
    'Open it and save it as "Excel Workbook (.xlsx)" or "CSV UTF-8", then upload that file.'
)


def refuse_other_files(head: bytes) -> None:
    """Refuse a file that is no text by its first bytes.

    Raises:
        UnreadableError: it is a workbook, a packed file, a PDF or a picture.
    """
    if head.startswith(_ZIP):
        raise _packed(head)
    if head.startswith(_OLD_OFFICE):
        raise _old_office(head)
    if head.startswith(_GZIP):
        raise _other(
            "This file is compressed with gzip, but its name does not say so.",
            "Add .gz to its name and upload it again.",
        )
    if head.startswith(_OTHER_PACKED):
        raise _unpack()
    if head.startswith(b"%PDF"):
        raise _other(
            "This is a PDF, not a table.",
            "Save the table itself as .csv or .xlsx where the PDF was made, then upload that file.",
        )
    if head.startswith(_PICTURES):
        raise unreadable(
            "bad_encoding",
            "This is a picture, not a table.",
            "Upload the file that the scanner wrote (.csv, .xlsx or .json).",
            line=1,
        )


def _packed(head: bytes) -> UnreadableError:
    if _IN_BINARY_EXCEL in head:
        return _other("This is a binary Excel workbook (.xlsb).", _AS_WORKBOOK)
    if any(name in head for name in _IN_EXCEL) or (_IN_ANY_OFFICE in head and b"xl/" in head):
        return _other(
            "This is an Excel workbook, but its name does not say so.",
            "Let its name end in .xlsx and upload it again.",
        )
    if _IN_OPEN_DOCUMENT in head:
        return _other("This is a LibreOffice workbook (.ods).", _AS_WORKBOOK)
    if _IN_NUMBERS in head:
        return _other(
            "This is a workbook of Apple Numbers.",
            'Open it, choose "File", "Export To", "Excel", then upload that file.',
        )
    return _unpack()


def _old_office(head: bytes) -> UnreadableError:
    if _ENCRYPTED in head:
        return _other(
            "This is an Excel workbook that is protected with a password.",
            "Open it, remove the password, save it, and let its name end in .xlsx.",
        )
    return _other("This is an old Excel workbook (.xls).", _AS_WORKBOOK)


def _unpack() -> UnreadableError:
    return _other(
        "This is a packed file (such as a .zip), not a scan.",
        "Unpack it and upload the scan that is in it.",
    )


def _other(message: str, hint: str) -> UnreadableError:
    return unreadable("bad_encoding", message, hint)
