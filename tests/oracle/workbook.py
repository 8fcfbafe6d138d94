"""What a workbook's sheet holds, by the standard library's trees; small files only.

Written from the contract (section 4) and from ECMA-376, not from `chalicelib`. Dates, formulas
without a value and damage are not calculated here.
"""

import io
import re
import zipfile
from xml.etree import ElementTree

from tests.oracle.columns import TEXTS, map_headers
from tests.oracle.table import NO_FORMULA, Cell, Record, RefusedError, Table, is_blank, worth

_SPACE = re.compile(r"\{[^}]*\}")
_HIDDEN = ("hidden", "veryHidden")
Sheet = dict[int, dict[int, Cell]]


def book_table(data: bytes) -> Table:
    """Read the first sheet with a complete header, else the best there is.

    Raises:
        RefusedError: `empty_file` where no sheet has a value.
    """
    best: tuple[int, Sheet, int, int] | None = None
    for sheet in _sheets(data):
        rows = {line: row for line, row in sheet.items() if any(map(_has_value, row.values()))}
        lines = [*rows][:20]
        worths = {line: worth(_texts(rows[line])) for line in lines}
        complete = [line for line in lines if worths[line][2]]
        if not lines:
            continue
        most = complete[0] if complete else max(lines, key=lambda line: worths[line][0])
        if complete or best is None or worths[most][0] > best[0]:
            best = (worths[most][0], rows, most, lines[0])
        if complete:
            break
    if best is None:
        raise RefusedError("empty_file")
    return _table(*best[1:])


def _table(rows: Sheet, header_line: int, first: int) -> Table:
    named = [place for place, cell in rows[header_line].items() if _has_value(cell)]
    headers = _texts(rows[header_line])[: max(named) + 1]
    table = Table([name.replace("\ufeff", "") for name in headers], header_line)
    table.skipped_line = first if first < header_line else None
    place = map_headers(table.headers, NO_FORMULA).place
    texts = {place[column] for column in TEXTS if column in place}
    before = header_line
    for line, row in rows.items():
        if line <= header_line:
            continue
        beyond = [cell.text for at, cell in sorted(row.items()) if at >= len(headers)]
        beyond = [text for text in beyond if not is_blank(text)]
        if not beyond and not any(at in row and _has_value(row[at]) for at in place.values()):
            continue
        cells = {at: _of_column(row.get(at), at in texts) for at in range(len(headers))}
        table.records.append(Record(line, cells, beyond[0] if beyond else None))
        table.blank_rows += line - before - 1
        before = line
    return table


def _of_column(cell: Cell | None, is_text: bool) -> Cell:
    if cell is None:
        return Cell("")
    return Cell(cell.text) if is_text else cell


def _texts(row: dict[int, Cell]) -> list[str]:
    return [row[at].text if at in row else "" for at in range(max(row) + 1)]


def _has_value(cell: Cell) -> bool:
    return not is_blank(cell.text)


def _sheets(data: bytes) -> list[Sheet]:
    """The cells of each sheet that is not hidden, by line and by place from 0."""
    packed = zipfile.ZipFile(io.BytesIO(data))

    def tree(name: str) -> ElementTree.Element:
        root = ElementTree.fromstring(packed.read(name))
        for element in root.iter():
            element.tag = _SPACE.sub("", element.tag)
            element.attrib = {_SPACE.sub("", key): text for key, text in element.attrib.items()}
        return root

    strings = [_text(item) for item in tree("xl/sharedStrings.xml")]
    parts = {one.get("Id"): one.get("Target") for one in tree("xl/_rels/workbook.xml.rels")}
    return [
        _cells(tree(f"xl/{parts[sheet.get('id')]}"), strings)
        for sheet in tree("xl/workbook.xml").iter("sheet")
        if sheet.get("state") not in _HIDDEN
    ]


def _text(item: ElementTree.Element) -> str:
    """A text: right in the element, or in its runs; phonetic guides are none of it."""
    found = [*item.findall("t"), *item.findall("r/t")]
    text = "".join(each.text or "" for each in found)
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)


def _cells(sheet: ElementTree.Element, strings: list[str]) -> Sheet:
    rows: Sheet = {}
    line = 0
    for row in sheet.iter("row"):
        line = int(row.get("r") or line + 1)
        place = -1
        for cell in row.iter("c"):
            letters = re.sub("[0-9]", "", cell.get("r") or "")
            place = _place(letters) if letters else place + 1
            rows.setdefault(line, {})[place] = _cell(cell, strings)
    return rows


def _place(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    return number - 1


def _cell(cell: ElementTree.Element, strings: list[str]) -> Cell:
    kind, value = cell.get("t", "n"), cell.findtext("v") or ""
    if kind == "inlineStr":
        return Cell(_text(cell.find("is") or cell[0]) if len(cell) else "")
    if kind == "s":
        return Cell(strings[int(value)])
    if kind == "b":
        return Cell("TRUE" if value == "1" else "FALSE")
    return Cell(value, "number" if kind == "n" and value else "text")
