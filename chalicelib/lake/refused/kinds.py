"""Files of a kind that is not read: the one thing to do about each, and the name that is right."""

import re
from typing import Final, NamedTuple

DEFAULT_NAME: Final = "players.csv"

_AS_WORKBOOK: Final = "save it as an Excel workbook (.xlsx) or as CSV UTF-8 (.csv), and upload that"
_EXCEL: Final = (
    "Open it in Excel, choose File > Save As > Excel Workbook (.xlsx), and upload the new file. "
    "Renaming it does not help."
)
_CALC: Final = (
    "Open it in LibreOffice, choose File > Save As > Excel 2007-365 (.xlsx), and upload the new "
    "file."
)
_NUMBERS: Final = (
    "Open it in Numbers, choose File > Export To > Excel (.xlsx), and upload the new file."
)
_GOOGLE: Final = (
    "This is only a link to a Google sheet. Open the sheet, choose File > Download > Microsoft "
    "Excel (.xlsx), and upload the new file."
)
_TEXT: Final = (
    "A text document is not read. Copy its table into a spreadsheet, "
    "save that as .xlsx or as CSV UTF-8 (.csv), and upload it."
)
_PDF: Final = (
    "A PDF is not read. Upload the list that it was made from, as .xlsx or as CSV UTF-8 (.csv)."
)
_PICTURE: Final = (
    "A picture is not read. Upload the file that your scanner made of it, as .xlsx or .csv."
)
_PACKED: Final = "Unpack it, and upload the scan file that is in it (.xlsx or .csv)."
_PAGE: Final = (
    "A web page is not read. Open it in a spreadsheet, save it as .xlsx, and upload the new file."
)
_PLAIN: Final = (
    "If it is a list with commas, semicolons or tabs between its columns, rename it to {name}; if "
    "not, open it in a spreadsheet and save it as .xlsx or as CSV UTF-8 (.csv)."
)
_RENAME: Final = "Rename it to {name}."
_GZ: Final = "Unpack it and upload the file that is in it, or name that file too, as in {name}."
_NO_EXTENSION: Final = (
    "Give it the extension of what it is: {name} for a list with commas, semicolons or tabs "
    "between its columns, .xlsx for an Excel workbook, .json for JSON."
)
_OTHER: Final = f"Open it in a spreadsheet, {_AS_WORKBOOK}."

_ADVICE: Final = {
    _EXCEL: ("xls", "xlsm", "xlsb", "xlt", "xltx", "xltm"),
    _CALC: ("ods", "fods", "ots", "sxc"),
    _NUMBERS: ("numbers",),
    _GOOGLE: ("gsheet", "url", "webloc", "lnk"),
    _TEXT: ("doc", "docx", "odt", "rtf", "pages", "gdoc", "md"),
    _PDF: ("pdf",),
    _PICTURE: ("png", "jpg", "jpeg", "webp", "heic", "gif", "bmp", "tif", "tiff", "mp4", "mov"),
    _PACKED: ("zip", "rar", "7z", "tar", "tgz", "bz2", "xz", "zst"),
    _PAGE: ("html", "htm", "mht", "mhtml", "xml"),
    _PLAIN: ("txt", "text", "log", "dat", "tab", "asc", "prn"),
}
_AS_CSV: Final = (_PLAIN, _NO_EXTENSION, _PACKED)
# What stands behind a good extension: a second one, a copy's mark (`players.csv.txt`).
_GOOD: Final = r".+\.(?:csv|tsv|jsonl|ndjson|json|xlsx)"
_HIDDEN: Final = re.compile(
    rf"({_GOOD})"
    r"(?:\s+|\s*\(\d+\)|~|\.|\.(?:txt|bak|old|orig|tmp|download|part|crdownload|\d+))\Z",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)


class Advice(NamedTuple):
    """What to do about a file whose name says no format that is read.

    Attributes:
        hint: one or two sentences.
        name: what the file is called when that is done.
    """

    hint: str
    name: str


def advice(name: str) -> Advice:
    """What to do about a file of this name."""
    if hidden := _HIDDEN.fullmatch(name):
        return Advice(_RENAME.format(name=hidden[1]), hidden[1])
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not extension:
        return _named(_NO_EXTENSION, f"{name.strip('.') or 'players'}.csv")
    if extension.lower() == "gz":
        return _packed(stem)
    if re.fullmatch(_GOOD, stem, re.ASCII | re.IGNORECASE | re.DOTALL):
        if extension.lower() in _ADVICE[_PACKED]:
            return Advice(_PACKED, stem)
        stem = stem.rpartition(".")[0]
    kinds = {kind: hint for hint, known in _ADVICE.items() for kind in known}
    hint = kinds.get(extension.lower().strip(), _OTHER)
    return _named(hint, f"{stem}.{'csv' if hint in _AS_CSV else 'xlsx'}")


def _packed(stem: str) -> Advice:
    """About a `.gz`, by the name of what is in it."""
    if stem.lower().endswith(".xlsx"):
        return Advice(f"Unpack it, and upload {stem} itself: a workbook is packed already.", stem)
    return _named(_GZ, f"{stem.partition('.')[0] or 'players'}.csv.gz")


def _named(hint: str, name: str) -> Advice:
    return Advice(hint.format(name=name), name)
