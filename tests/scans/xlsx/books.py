"""Workbooks for tests, made by hand: the same bytes each time, and anything may be wrong in them.

No library is used, so that a test can write what no library writes.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET: Final = "xl/worksheets/sheet1.xml"
_MOMENT: Final = (2026, 1, 26, 15, 30, 12)
_PROLOGUE: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Xml(str):
    """A cell's content and attributes, as they shall stand: `t="e"><v>#N/A</v>`."""

    __slots__ = ()


class Text(str):
    """A cell whose text stands in it (`inlineStr`), not among the shared ones."""

    __slots__ = ()


class Styled(NamedTuple):
    """A number with a number format, by the format's code."""

    number: float | str
    code: str


Cell = str | int | float | bool | None | Xml | Text | Styled
Rows = Sequence[Sequence[Cell]]


def error(name: str) -> Xml:
    """A cell with a spreadsheet's error."""
    return Xml(f't="e"><v>{name}</v>')


def formula(code: str, value: str | None = None) -> Xml:
    """A cell with a formula, and its value if it was saved."""
    return Xml(f"><f>{escape(code)}</f>" + ("" if value is None else f"<v>{value}</v>"))


@dataclass
class Book:
    """A workbook with sheets, to be changed before it is packed.

    Attributes:
        sheets: the rows of each sheet by its name; the first cell of a row is in column A. None
            is no cell.
        states: of sheets that are hidden.
        names_cells: whether rows and cells say where they are.
        strict: whether it is of the strict kind (ISO 29500).
        properties: attributes of `workbookPr`; calculation those of `calcPr`.
        replaced: parts with another content, or None for those that are left out.
    """

    sheets: Mapping[str, Rows]
    states: Mapping[str, str] = field(default_factory=dict)
    names_cells: bool = True
    strict: bool = False
    properties: str = ""
    calculation: str = ""
    replaced: Mapping[str, bytes | str | None] = field(default_factory=dict)

    def parts(self) -> dict[str, bytes]:
        """The parts by name."""
        texts: dict[str, int] = {}
        codes: list[str] = ["General"]
        made = {
            f"xl/worksheets/sheet{number}.xml": self._sheet(rows, texts, codes)
            for number, rows in enumerate(self.sheets.values(), start=1)
        }
        parts: dict[str, bytes | str | None] = {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _relationships([("officeDocument", "xl/workbook.xml")], self._relations),
            "xl/workbook.xml": self._workbook(),
            "xl/_rels/workbook.xml.rels": _relationships(
                [("worksheet", name.removeprefix("xl/")) for name in made]
                + [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")],
                self._relations,
            ),
            "xl/sharedStrings.xml": self._strings(texts),
            "xl/styles.xml": self._styles(codes),
            **made,
            **self.replaced,
        }
        return {
            name: body.encode() if isinstance(body, str) else body
            for name, body in parts.items()
            if body is not None
        }

    def pack(self) -> bytes:
        """The file."""
        return pack(self.parts())

    @property
    def _main(self) -> str:
        return STRICT if self.strict else MAIN

    @property
    def _relations(self) -> str:
        return STRICT_RELATIONS if self.strict else RELATIONS

    def _workbook(self) -> str:
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"'
            + (f' state="{self.states[name]}"' if name in self.states else "")
            + "/>"
            for number, name in enumerate(self.sheets, start=1)
        )
        return (
            f'{_PROLOGUE}<workbook xmlns="{self._main}" xmlns:r="{self._relations}">'
            f"<workbookPr {self.properties}/><sheets>{sheets}</sheets>"
            f"<calcPr {self.calculation}/></workbook>"
        )

    def _strings(self, texts: Mapping[str, int]) -> str:
        items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
        return f'{_PROLOGUE}<sst xmlns="{self._main}">{items}</sst>'

    def _styles(self, codes: Sequence[str]) -> str:
        formats = "".join(
            f'<numFmt numFmtId="{200 + at}" formatCode={quoteattr(code)}/>'
            for at, code in enumerate(codes)
        )
        xfs = "".join(f'<xf numFmtId="{200 + at}"/>' for at in range(len(codes)))
        return (
            f'{_PROLOGUE}<styleSheet xmlns="{self._main}"><numFmts>{formats}</numFmts>'
            f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>'
        )

    def _sheet(self, rows: Rows, texts: dict[str, int], codes: list[str]) -> str:
        lines = []
        for number, row in enumerate(rows, start=1):
            cells = []
            for at, cell in enumerate(row):
                if cell is None and self.names_cells:
                    continue
                place = f' r="{letters(at)}{number}"' if self.names_cells else ""
                content = "/>" if cell is None else _content(cell, texts, codes)
                cells.append(f"<c{place} {content}" + ("</c>" if content != "/>" else ""))
            if cells or not self.names_cells:
                at_row = f' r="{number}"' if self.names_cells else ""
                lines.append(f"<row{at_row}>{''.join(cells)}</row>")
        return sheet_xml("".join(lines), self._main)


def sheet_xml(rows: str, main: str = MAIN) -> str:
    """A sheet's part around the XML of its rows."""
    return f'{_PROLOGUE}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'


def letters(at: int) -> str:
    """The name of a column, counted from 0."""
    name = ""
    at += 1
    while at:
        at, letter = divmod(at - 1, 26)
        name = chr(65 + letter) + name
    return name


def _content(cell: Cell, texts: dict[str, int], codes: list[str]) -> str:
    if isinstance(cell, Xml):
        return str(cell)
    if isinstance(cell, Text):
        return f't="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is>'
    if isinstance(cell, Styled):
        if cell.code not in codes:
            codes.append(cell.code)
        return f's="{codes.index(cell.code)}"><v>{cell.number}</v>'
    if isinstance(cell, bool):
        return f't="b"><v>{int(cell)}</v>'
    if isinstance(cell, str):
        return f't="s"><v>{texts.setdefault(cell, len(texts))}</v>'
    return f"><v>{cell!r}</v>"


def _relationships(targets: Sequence[tuple[str, str]], relations: str) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{relations}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_PROLOGUE}<Relationships xmlns="{PACKAGE}">{each}</Relationships>'


def pack(parts: Mapping[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """A zip file of parts, the same bytes each time; names may be there twice."""
    out = io.BytesIO()
    pairs = parts.items() if isinstance(parts, Mapping) else parts
    with zipfile.ZipFile(out, "w") as packed:
        for name, body in pairs:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, body, compresslevel=6)
    return out.getvalue()


def scan(players: int, columns: int = 20) -> list[list[Cell]]:
    """A scan as a scanner writes it: a name and an alliance, and counters."""
    counters = ["Power", "Killpoints", "Deads", *(f"T{tier} Kills" for tier in range(1, 6))]
    counters += ["Ranged", "Rss Gathered", "Rss Assistance", "Helps", "Acclaim", "Highest Power"]
    more = [f"Note {number}" for number in range(columns - 3 - len(counters))]
    rows: list[list[Cell]] = [["ID", "Name", "Alliance", *counters[: columns - 3], *more]]
    for number in range(players):
        row: list[Cell] = [10_000_000 + number, f"Gövernor {number}", f"[A{number % 40}] Alliance"]
        rows.append(row + [number * 7919 + at * 104_729 for at in range(columns - 3)])
    return rows
