"""Workbooks as kingdoms' bots and scanners make them, written by openpyxl."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table

HEADER: Final = ["Governor ID", "Governor Name", "Alliance", "Power", "Kill Points", "T4 Kills"]
HEADER_ROW: Final = [*HEADER, "T5 Kills", "Deads", "Share", "Joined", "Active"]
PLAYERS: Final = 1000
_TAKEN: Final = datetime.fromisoformat("2025-01-26T12:30")  # spreadsheets know no time zones
# One name for each script that a kingdom's players write in, and what goes wrong in names.
NAMES: Final = (
    *(
        "Ana",
        "Ünal Şahin",
        "Ngọc Ánh",
        "Юлия",
        "Ελένη",
        "雪",
        "さくら",
        "ひカタ",
        "지민",
        "عمر الفاروق",
    ),
    *("שלום", "สมชาย", "अमित", "বাংলা", "தமிழ்", "తెలుగు", "ქართ", "Հայկ", "አበበ", "ខ្មែរ", "ລາວ"),
    *("မြန်မာ", "සිංහල", "ᠮᠣᠩᠭᠣᠯ", "😀🏳️\u200d🌈👩\u200d👩\u200d👧", "𝕶𝖎𝖓𝖌", "ㅤ空ㅤ", "x" * 200),
    *('"quoted", and; cut', "=SUM(A1)", "+1", "-", "@home", "'", "007", "1e5", "null", "#N/A"),
    *(" led and trailed ", "two\nlines", "tab\there", "_x00", "&amp; <b>", "NaN", "TRUE"),
)


def player(number: int) -> list[Any]:
    """A row of the list: ids are texts in some rows, floats in others, as bots mix them."""
    kinds: tuple[Callable[[int], Any], ...] = (int, str, float)
    return [
        kinds[number % 3](10_000_000 + number),
        NAMES[number % len(NAMES)],
        None if number % 9 == 0 else f"[{number % 40:02}] {NAMES[number % 20]}",
        number * 1_234_567,
        float(number * 7919),
        str(number * 31),
        None if number % 7 == 0 else number * 17,
        f"{number * 1009:,}",
        number / 8192,
        date(2025, 1, 1 + number % 28),
        number % 2 == 0,
    ]


def as_shown(row: list[Any]) -> list[str]:
    """A row as Excel's "CSV" has it: numbers by their formats, a date as a country writes it."""
    *cells, share, joined, active = row
    texts = ["" if cell is None else f"{cell:.0f}" if isinstance(cell, float) else str(cell)
             for cell in cells]  # fmt: skip
    texts[3] = f"{row[3]:,}"
    return [*texts, f"{share:.2%}", f"{joined:%d/%m/%Y}", str(active).upper()]


def bots_workbook(*, write_only: bool = False) -> bytes:
    """A summary, the best ten side by side, the players, and them with their farms merged."""
    book = Workbook(write_only=write_only)
    if not write_only and book.active is not None:
        book.remove(book.active)
    summary = book.create_sheet("Summary")
    for row in (["Kingdom", 3584], ["Total Power", "=SUM('3584'!D:D)"], [], ["ID", "Rank"]):
        summary.append(row)
    best = book.create_sheet("Top 10s")
    best.append(["ID", "Name", "Power", None, "ID", "Name", "Deads"])
    for number in range(10):
        best.append([number, "Ana", 7, None, number, "Bo", 9])
    for name, count in (("3584", PLAYERS), ("Rolled Up 3584", 3)):
        _add_players(book, name, count, write_only=write_only)
    if not write_only:
        _decorate(book["3584"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_players(book: Any, name: str, count: int, *, write_only: bool) -> None:
    sheet = book.create_sheet(name)
    if write_only:
        sheet.freeze_panes = "A5"  # only before the first row
    for title in (["Scan of kingdom 3584"], [None, _TAKEN], [], HEADER_ROW):
        sheet.append(title)
    for number in range(count):
        row = player(number)
        for at, code in ((3, "#,##0"), (8, "0.00%")):
            row[at] = WriteOnlyCell(sheet, row[at])
            row[at].number_format = code
        # Else openpyxl takes some of these texts for a formula and for an error.
        for at in (1, 2):
            if row[at] is not None:
                row[at] = WriteOnlyCell(sheet, row[at])
                row[at].data_type = "s"
        sheet.append(row)


def _decorate(sheet: Any) -> None:
    """What a sheet has besides values; none of it is to change what is read."""
    last = 4 + PLAYERS
    sheet.freeze_panes = "C5"
    sheet.merge_cells("A1:D1")
    sheet.add_table(Table(displayName="Players", ref=f"A4:K{last}"))
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[10].hidden = True
    sheet["B6"].comment = Comment("the king", "a bot")
    sheet["B7"].hyperlink = "https://example.org/"
    sheet.cell(last + 300, 20).number_format = "0.00"  # the used range is larger than the data
