"""Examples: workbooks."""

import io
import zipfile

from tests.findings.example import Example, Section
from tests.scans.xlsx.books import SHEET, Book, Cell, Rows, Styled, Xml, error, formula, pack, scan
from tests.scans.xlsx.books import sheet_xml as sheet
from tests.scans.xlsx.test_no_workbook import compound

_NAME = "players.xlsx"
_HEADER: list[Cell] = ["ID", "Name", "Power"]
_PLAYERS: Rows = [_HEADER, [7, "Ada", 5]]
_SUMMARY: Rows = [["Kingdom", "Power"], [51, 9]]
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TEXTS = "xl/sharedStrings.xml"


def _other(title: str, data: bytes) -> Example:
    return Example(title, data, _NAME, shown=f"({title[:1].lower()}{title[1:]}, named .xlsx)")


def _book(title: str, sheets: dict[str, Rows], shown: str = "", **more: object) -> Example:
    rows = next(iter(sheets.values()))
    text = shown or "\n".join(" | ".join(map(_shown, row)) for row in rows)
    return Example(title, Book(sheets, **more).pack(), _NAME, shown=text)  # type: ignore[arg-type]


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _cell(title: str, cell: Cell, shown: str) -> Example:
    rows: Rows = [[*_HEADER, "Deads"], [7, "Ada", cell, 5]]
    text = f"ID | Name | Power | Deads\n7 | Ada | {shown} | 5"
    return Example(title, Book({"Scan": rows}).pack(), _NAME, shown=text)


def _parts(title: str, **replaced: str | bytes | None) -> Example:
    data = Book({"Scan": _PLAYERS}, replaced=replaced).pack()
    return Example(title, data, _NAME, shown="(a workbook that no program writes)")


def _rows(title: str, rows: str) -> Example:
    return _parts(title, **{SHEET: sheet(rows)})


def _part(name: str) -> bytes:
    return Book({"Scan": _PLAYERS}).parts()[name]


def _locked() -> bytes:
    data = bytearray(Book({"Scan": _PLAYERS}).pack())
    for at in range(len(data) - 10):
        if data[at : at + 4] == b"PK\x01\x02":
            data[at + 8] |= 1
    return bytes(data)


def _packed_oddly() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as packed:
        for name, body in Book({"Scan": _PLAYERS}).parts().items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 26, 0, 0, 0)), body, zipfile.ZIP_BZIP2)
    return out.getvalue()


def _binary() -> bytes:
    relations = _part("_rels/.rels").replace(b"workbook.xml", b"workbook.bin")
    more = {"_rels/.rels": relations, "xl/workbook.bin": b"x"}
    return Book({"Scan": _PLAYERS}, replaced=more).pack()


def _flipped() -> bytes:
    whole = bytearray(Book({"Scan": scan(20)}).pack())
    at = whole.index(b"xl/worksheets/sheet1.xml") + 60
    whole[at] ^= 0xFF
    return bytes(whole)


OTHERS = Section(
    "Files that are named like a workbook",
    "Renaming a file does not make a workbook of it.",
    (
        _other("A CSV", b"ID,Name,Power\n7,Ada,5\n"),
        _other("Text with tabs", b"ID\tName\tPower\n7\tAda\t5\n"),
        _other("A JSON file", b'[{"id": 7}]'),
        _other("Plain text", b"just words\n"),
        _other("A web page", b"<html><table><tr><td>ID</td></tr></table>"),
        _other("A page that asks to sign in", b"<!doctype html><html><title>Sign in</title>"),
        _other("XML that is no workbook", b'<?xml version="1.0"?><players/>'),
        _other("A PDF", b"%PDF-1.7\n"),
        _other("An old workbook (.xls)", compound("Root Entry", "Workbook")),
        _other("An old Word document", compound("Root Entry", "WordDocument")),
        _other("An old Office file of another kind", compound("Root Entry")),
        _other("A binary workbook (.xlsb)", _binary()),
        _other("A LibreOffice workbook", pack({"content.xml": b"<x/>", "mimetype": b"x"})),
        _other("A Numbers workbook", pack({"Index/Document.iwa": b"x"})),
        _other("A Word document", pack({"word/document.xml": b"x"})),
        _other("A zip with a scan in it", pack({"players.csv": b"ID,Name,Power\n"})),
        _other("A zip with something else in it", pack({"readme": b"x"})),
        _other("An empty zip", b"PK\x05\x06" + bytes(18)),
        _other("A gzip", b"\x1f\x8b\x08\x00"),
        _other("A RAR archive", b"Rar!\x1a\x07\x01\x00"),
        _other("A picture", b"\x89PNG\r\n\x1a\n\x00"),
        _other("A document with formats (RTF)", b"{\\rtf1 Ada 5}"),
        _other("Something else", b"PAR1\x15\x04\x00"),
    ),
)

BOOKS = Section(
    "Workbooks",
    "The first sheet that has a header is read; hidden ones are not looked at.",
    (
        Example(
            "A workbook with a password",
            compound("Root Entry", "EncryptionInfo", "EncryptedPackage"),
            _NAME,
            shown="(a workbook that asks for a password)",
        ),
        _other("A zip with a password", _locked()),
        _book("No sheet is a list of players", {"Summary": _SUMMARY, "Notes": [["x"]]}),
        _book("One sheet, which is no list of players", {"Summary": _SUMMARY}),
        _book("Hidden sheets", {"Scan": _PLAYERS}, states={"Scan": "hidden"}),
        _book("No value at all", {"Scan": [[]]}, shown="(an empty sheet)"),
        _book("A header over two rows", {
            "Scan": [["ID", "Name", "Kills", None, "Deads"], [None, None, "T4", "T5", None],
                     [7, "Ada", 5, 6, 1]]}),
        _book("A value beyond the header", {"Scan": [_HEADER, [7, "Ada", 5, "note"]]}),
        Example("A workbook that was cut off", Book({"Scan": _PLAYERS}).pack()[:900], _NAME,
                shown="(the first half of a workbook)"),
        Example("A workbook in which bytes are wrong", _flipped(), _NAME,
                shown="(a damaged workbook)"),
        _parts("A diagram and nothing else",
               **{_RELATIONS: _part(_RELATIONS).replace(b"/worksheet", b"/chartsheet")}),
    ),
)  # fmt: skip

CELLS = Section(
    "Cells of a workbook",
    "A number's cell is its value, whatever its format shows.",
    (
        _cell("A date", Styled(46_000, "yyyy-mm-dd"), "2025-12-09"),
        _cell("A number in the format of a date", Styled(50_000_000, "yyyy-mm-dd"), "########"),
        _cell("A spreadsheet's error", error("#N/A"), "#N/A"),
        _cell("Ticked", True, "TRUE"),
        _cell("A formula that was never calculated", formula("A1+B1"), "=A1+B1"),
        _cell("A fraction", 4.5, "4.5"),
        _cell("A number beyond all bounds", 1e300, "1E+300"),
        _cell("No number", Xml("><v>many</v>"), "many"),
        Example(
            "A name whose formula was never calculated",
            Book({"Scan": [_HEADER, [7, formula("A1"), 5]]}).pack(),
            _NAME,
            shown="ID | Name | Power\n7 | =A1 | 5",
        ),
    ),
)

DAMAGED = Section(
    "Workbooks that no program writes",
    "Damaged ones, and ones that were made to do harm.",
    (
        Example("Packed in another way", _packed_oddly(), _NAME,
                shown="(a workbook that no program writes)"),
        _parts("A part with a DOCTYPE",
               **{SHEET: _part(SHEET).replace(b"?>\n", b"?>\n<!DOCTYPE x>", 1)}),
        _parts("A part that is no XML", **{SHEET: _part(SHEET) + b"<"}),
        _rows("A part that is nested without end", "<a>" * 150),
        _parts("A tag without end", **{SHEET: _part(SHEET)[:-30] + b"<" + b"x" * 3_000_000}),
        _parts("A part that is missing", **{SHEET: None}),
        Example("A part that is there twice",
                pack([*Book({"Scan": _PLAYERS}).parts().items(), (SHEET.upper(), b"<x/>")]), _NAME,
                shown="(a workbook that no program writes)"),
        _parts("Two lists of texts",
               **{_RELATIONS: _part(_RELATIONS).replace(b"s/styles", b"s/sharedStrings")}),
        _parts("A sheet that is not there",
               **{"xl/workbook.xml": _part("xl/workbook.xml").replace(b'"rId1"', b'"rId9"')}),
        _rows("A row after a later one", '<row r="2"/><row r="1"/>'),
        _rows("A cell twice", '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>'),
        _rows("A cell of another row", '<row r="1"><c r="A2"><v>1</v></c></row>'),
        _rows("A text within a text",
              '<row r="1"><c t="inlineStr"><is><t>a<t>b</t></t></is></c></row>'),
        _parts("A shared text with elements in it",
               **{_TEXTS: _part(_TEXTS).replace(b"<t", b"<t>a<b/></t><t", 1)}),
        _rows("A text that is not there", '<row r="1"><c t="s"><v>99</v></c></row>'),
        _rows("A cell of an unknown kind", '<row r="1"><c t="x"><v>1</v></c></row>'),
    ),
)  # fmt: skip

SECTIONS: tuple[Section, ...] = (OTHERS, BOOKS, CELLS, DAMAGED)
