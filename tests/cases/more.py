"""More files of the kinds in `files/`, written down here: their text, and what becomes of them."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

HEAD: Final = "ID,Name,Power,Killpoints,Deads\n"
ADA: Final = "10000001,Ada,50000000,700000000,1200000\n"
BO: Final = "10000002,Bo,40000000,600000000,900000\n"
CY: Final = "10000003,Cy,30000000,500000000,800000\n"


class More(NamedTuple):
    """A file, and what must become of it.

    Attributes:
        name: its name.
        text: its content.
        expected: in the form of `expected.json`.
        says: words that the first error, or else the first warning, must have in message or hint.
    """

    name: str
    text: str | bytes
    expected: Mapping[str, Any]
    says: tuple[str, ...] = ()


def good(name: str, text: str | bytes, **expected: Any) -> More:
    """A file that is taken."""
    return More(name, text, {"status": "accepted", **expected})


def bad(name: str, text: str | bytes, *codes: str, says: tuple[str, ...] = (), **more: Any) -> More:
    """A file that is refused."""
    return More(name, text, {"status": "rejected", "errors": list(codes), **more}, says)


def one(column: str, cell: str, value: int | None, *, delimiter: str = ",") -> More:
    """A file of one player of whom one cell is read as `value`."""
    row = delimiter.join(("10000001", "Ada", f'"{cell}"'))
    return good(
        f"{column}={cell!r}{'' if delimiter == ',' else delimiter}.csv",
        f"{delimiter.join(('ID', 'Name', column))}\n{row}\n",
        rows={"10000001": {column: value}},
    )


def no(cell: str, *says: str, code: str = "bad_number", delimiter: str = ",") -> More:
    """A file of one player of whom one cell is refused."""
    quoted = '"' + cell.replace('"', '""') + '"'
    row = delimiter.join(("10000001", "Ada", quoted))
    return bad(
        f"no {cell!r}{'' if delimiter == ',' else delimiter}.csv",
        f"{delimiter.join(('ID', 'Name', 'deaths'))}\n{row}\n",
        code,
        says=says,
        error_count=1,
    )


NUMBERS: Final = (
    *(
        one("deaths", cell, 1234567)
        for cell in ("1 234 567", "1\u00a0234\u00a0567", "1\u202f234\u202f567")
    ),
    *(one("deaths", cell, 1234567) for cell in ("1'234'567", "1\u2019234\u2019567", "1,234,567")),
    *(one("deaths", cell, 1234567) for cell in ("1.234.567", "1,234,567.0", "1.234.567,00")),
    *(one("deaths", cell, 1234567) for cell in ("12,34,567", "12,34,567.00", "1 234 567.00")),
    *(
        one("deaths", cell, 1234567)
        for cell in ("'1234567", '=""1234567""', "+1,234,567", " 1234567 ")
    ),
    *(
        one("deaths", cell, 1234567)
        for cell in ("١٢٣٤٥٦٧", "१२३४५६७", "１２３４５６７", "1234567.000")
    ),
    one("deaths", "1,234", 1234),
    one("deaths", "0", 0),
    one("deaths", "0.0", 0),
    *(
        one("deaths", cell, None)
        for cell in ("", "-", "--", "–", "—", "?", "/", "Unknown", "SKIPPED")
    ),
    *(
        one("deaths", cell, None)
        for cell in ("N/A", "n/a", "NaN", "None", "null", "NULL", "-1", "-2", "-3")
    ),
    one("deaths", "50000000,00", 50000000, delimiter=";"),
    one("deaths", "1.234.567", 1234567, delimiter=";"),
    one("deaths", "1.234.567,0", 1234567, delimiter=";"),
    no("1.234", "1.234"),
    no("1,234", "1,234", delimiter=";"),
    no("1.2E+9", "scientific"),
    no("1.2M"),
    no("3k"),
    no("(10,975)"),
    no("4.5", "fraction"),
    no("-7", "negative", code="out_of_range"),
    no("-4", code="out_of_range"),
    no("#N/A"),
    no("########"),
    no("#REF!"),
    no("1_000"),
    no("$50"),
    no("50%"),
    no("TRUE"),
    no("26.01.2026"),
    no("2026-01-26"),
    no("1,23,4"),
    no("1.234,567"),
    no("1,234.5"),
    no("12 34 567"),
    no("1,234 567"),
    no("1'234,567"),
    no("١٢abc"),
    no("9007199254740993", code="out_of_range"),
)

LONE_GROUPS: Final = (
    good(
        "a comma group elsewhere does not settle the point.csv",
        'ID;Name;T4 Kills;Deads\n10000001;Ada;"1.234.567";106.315\n',
        rows={"10000001": {"deaths": 106315}},
    ),
    bad(
        "evidence both ways.csv",
        "ID;Name;T4 Kills;Deads\n10000001;Ada;1.234.567;106.315\n10000002;Bo;5.00;7\n",
        "bad_number",
    ),
    bad(
        "a refused cell is evidence too.csv",
        "ID;Name;T4 Kills;Deads\n10000001;Ada;1.234.567;106.315\n10000002;Bo;5.25;7\n",
        "bad_number",
        error_count=2,
    ),
    bad(
        "no evidence.csv", "ID;Name;Deads\n10000001;Ada;106.315\n10000002;Bo;2.473\n", "bad_number"
    ),
    good(
        "numbers of JSON are no evidence.json",
        '[{"ID":1,"Name":"a","Power":5.0,"Deads":7},{"ID":2,"Name":"b","Power":"1.234.567","Deads":"106.315"}]',
        rows={"1": {"power": 5}, "2": {"deaths": 106315}},
    ),
)

TABLES: Final = (
    good(
        "title with the delimiter.csv",
        f"Kingdom 51, scan, of, January\n\n{HEAD}{ADA}",
        players=1,
        warnings=["skipped_lines"],
    ),
    good(
        "title with another delimiter.csv",
        "Kingdom 51, scan\nID;Name;Power\n1;Ada;5\n",
        players=1,
        warnings=["skipped_lines"],
    ),
    good("blank rows between.csv", f"{HEAD}{ADA},,,,\n\n  ,,,,\n{BO}", players=2),
    good(
        "trailing commas of many lengths.csv",
        f"{HEAD}{ADA.strip()},\n{BO.strip()},,,\n{CY}",
        players=3,
    ),
    good(
        "header with trailing names that are empty.csv",
        f"{HEAD.strip()},,\n{ADA}{BO.strip()},,\n",
        players=2,
    ),
    bad(
        "a value beyond the header.csv",
        f"{HEAD}{ADA.strip()},,x\n{BO}",
        "ragged_row",
        error_count=1,
    ),
    bad("a row too short.csv", f"{HEAD}{ADA}10000002,Bo,4\n", "ragged_row", error_count=1),
    bad(
        "a second header below a blank row.csv",
        f"{HEAD}{ADA}\n,,,,\n{HEAD}{BO}",
        "bad_number",
        says=("second header",),
        error_count=1,
    ),
    bad(
        "a second header in another order.csv",
        f"{HEAD}{ADA}Name,ID,Deads,Power,Killpoints\n",
        "bad_number",
        says=("second header",),
        error_count=1,
    ),
    bad(
        "a second header that is shorter.csv",
        f"{HEAD}{ADA}ID,Name,Power\n",
        "ragged_row",
        says=("second header", "Delete this row"),
        error_count=1,
    ),
    bad(
        "a note with a comma below.csv",
        f"{HEAD}{ADA}\nNote: Bo is away, until Monday\n",
        "ragged_row",
        says=("delete this line",),
        error_count=1,
    ),
    bad(
        "averages.csv",
        f"{HEAD}{ADA}Average,,50000000,700000000,1200000\n",
        "bad_number",
        says=("Delete this row",),
        error_count=1,
    ),
    bad("20 lines above.csv", "note,,,,\n" * 20 + HEAD + ADA, "missing_column"),
    good("19 lines above.csv", "note,,,,\n" * 19 + HEAD + ADA, players=1),
    good(
        "pandas index and nothing else unknown.tsv", "\tID\tName\tPower\n0\t1\tAda\t5\n", players=1
    ),
    bad(
        "two scans, German days.csv",
        "Datum;ID;Name;Power\n29.07.2026;1;Ada;5\n29.07.2026;2;Bo;6\n30.07.2026;1;Ada;7\n30.07.2026;2;Bo;6\n",
        "several_scans",
        says=("Datum", "split"),
        error_count=1,
    ),
    bad(
        "a date that does not tell them apart.csv",
        "Date,ID,Name,Power\n2026-07-29,1,Ada,5\n2026-07-29,1,Ada,6\n",
        "duplicate_id",
        error_count=1,
    ),
    bad(
        "another kingdom.csv",
        "Kingdom,ID,Name,Power\n52,1,Ada,5\n52,2,Bo,6\n",
        "other_kingdom",
        says=("52", "51"),
        error_count=1,
    ),
    good("our kingdom.csv", "Kingdom,ID,Name,Power\n51,1,Ada,5\n51,2,Bo,6\n", players=2),
    good(
        "our kingdom and a guest.csv",
        "Kingdom,ID,Name,Power\n51,1,Ada,5\n52,2,Bo,6\n",
        warnings=["other_kingdom"],
    ),
    good(
        "a kingdom by its name.csv",
        "Kingdom,ID,Name,Power\nHome,1,Ada,5\n",
        warnings=["ignored_column"],
    ),
    good(
        "names as question marks.csv",
        "ID,Name,Power\n1,????,5\n2,???,5\n3,?? ??,5\n4,Ada,5\n",
        warnings=["damaged_names"],
    ),
    good(
        "names of another code page.csv",
        "ID,Name,Power\n1,ZoÃ«,5\n2,JÃ¼rgen,5\n3,AndrÃ©,5\n4,Ada,5\n",
        warnings=["damaged_names"],
    ),
    good(
        "two damaged names are too few.csv",
        "ID,Name,Power\n1,????,5\n2,???,5\n3,Ada,5\n",
        warnings=[],
    ),
    bad(
        "all of a column.csv",
        "ID;Name;Deads\n1;Ada;1.2M\n2;Bo;3.4M\n3;Cy;-\n",
        "bad_number",
        error_count=2,
    ),
    bad(
        "totals.csv",
        f"{HEAD}{ADA}{BO}Sum,,90000000,1300000000,2100000\n",
        "bad_number",
        error_count=1,
    ),
    bad(
        "repeated rows that differ.csv",
        f"{HEAD}{ADA}{ADA.replace('Ada', 'Adb')}",
        "duplicate_id",
        error_count=1,
    ),
    bad(
        "repeated rows that differ in an ignored column.csv",
        "ID,Name,Power,Note\n1,Ada,5,x\n1,Ada,5,y\n",
        "duplicate_id",
        error_count=1,
    ),
)

REPAIRS: Final = (
    bad(
        "repeated at the end.csv", f"{HEAD}{ADA}{BO}{BO}", "duplicate_id", repair=[3], error_count=1
    ),
    bad(
        "repeated twice, without a last line end.csv",
        f"{HEAD}{ADA}{BO}{ADA}{BO.strip()}",
        "duplicate_id",
        repair=[3, 4],
        error_count=2,
    ),
    bad(
        "repeated.tsv",
        "ID\tName\tPower\n1\tAda\t5\n1\tAda\t5\n2\tBo\t6\n",
        "duplicate_id",
        repair=[2],
    ),
    bad(
        "repeated.jsonl",
        '{"ID":1,"Name":"a","Power":5}\n{"ID":1,"Name":"a","Power":5}\n',
        "duplicate_id",
        repair=[2],
    ),
    bad(
        "repeated.json",
        '{"root":[{"ID":1,"Name":"a","Power":5},{"ID":1,"Name":"a","Power":5},{"ID":2,"Name":"b","Power":5}]}',
        "duplicate_id",
        repair=[2],
    ),
    bad(
        "repeated below a blank row.csv",
        f"title,,,,\n{HEAD}{ADA},,,,\n{BO}{BO}",
        "duplicate_id",
        repair=[3],
    ),
)

MORE: Final = (*NUMBERS, *LONE_GROUPS, *TABLES, *REPAIRS)
