"""Cases of single cells: the number grammar, ids, texts, JSON types."""

from unittest.mock import ANY

from tests.oracle.case import MOST, Case, accepted, cell_in_csv, cell_in_json, refused

GOOD_NUMBERS = {
    "0": 0,
    "1234567": 1234567,
    "1,234,567": 1234567,
    "1,234": 1234,
    "1 234 567": 1234567,
    "1\u00a0234\u00a0567": 1234567,
    "1\u202f234\u202f567": 1234567,
    "1.234.567": 1234567,
    "12.345.678.901": 12345678901,
    " 162,750,894 ": 162750894,
    "\t42\u00a0": 42,
    "288,650,963\n": 288650963,
    "32040216.0": 32040216,
    "32040216.00": 32040216,
    "1,234,567.00": 1234567,
    "1 234 567.0": 1234567,
    "0042": 42,
    "1'234'567": 1234567,
    "1\u2019234\u2019567": 1234567,
    "1\u2009234\u2009567": 1234567,
    "5,00,00,000": 50000000,
    "1,23,456": 123456,
    "12,34,567.00": 1234567,
    "50000000,00": 50000000,
    "12,0": 12,
    "5.0000": 5,
    "1234.000": 1234,
    "1,234.000": 1234,
    "1.234,00": 1234,
    "50.000.000,00": 50000000,
    "50 000 000,00": 50000000,
    "1'234.0": 1234,
    "+5": 5,
    "+1,234": 1234,
    "'1234567": 1234567,
    '="1234567"': 1234567,
    '="1,234"': 1234,
    "\uff11\uff12": 12,
    "\u0661\u0662": 12,
    "\u0967\u0968": 12,
    "\u06f1\u06f2": 12,
    "\u200e1234\u200f": 1234,
    str(MOST): MOST,
    "9,007,199,254,740,991": MOST,
    "272000000000": 272_000_000_000,
}
UNKNOWN = (
    "",
    "   ",
    "-",
    "Unknown",
    "unknown",
    "UNKNOWN",
    "Skipped",
    "N/A",
    "n/a",
    " - ",
    "-1",
    "-2",
    "-3",
    " -1 ",
    "-1.0",
    "-3.00",
    "--",
    "\u2013",
    "\u2014",
    "\u2212",
    "?",
    "/",
    "NaN",
    "nan",
    "None",
    "null",
    "NULL",
    "'-",
    '=""',
)
BAD_NUMBERS = (
    "12.345", "1.000", "1.2E+9", "1e6", "1.2M", "950K", "(10,975)", " (10,975,182)", "4.5", "0.5",
    "0,564", "1234,567", "12,34", "1,234,56", "1.234,567", "1,234.567", "1.234.56", ",123",
    "123,", ".0", "123.", "1  234", "1 2", "12 34", "12\n345", "1'234 567", "--5", "-1.5",
    "-7.0", "-1,234", "-0", "+-5", "++5", "=5", "123,45,678", "12,34,56", "1,2345,678",
    "\u22125", "0x1F", "1_000", "NA", "\u202e12",
    "inf", "true", "#N/A", "#REF!", "########", "O", "l23", "5\0", "12%", "$100", "1 234,567",
    "2025-01-26", "26.01.2025", "12:30", "\u00b2", "Infinity", "---",
)  # fmt: skip
OUT_OF_RANGE = (
    str(MOST + 1),
    "9,007,199,254,740,992",
    "9007199254740992.0",
    "9223372036854775808",
    "18446744073709551616",
    "1" + "0" * 40,
    "-4",
    "-1000",
    "-7",
    "-9223372036854775809",
)
BAD_IDS = {
    "": "missing_value",
    "  ": "missing_value",
    "-": "missing_value",
    "Unknown": "missing_value",
    "N/A": "missing_value",
    "null": "missing_value",
    "\u2014": "missing_value",
    "Skipped": "missing_value",
    "0": "out_of_range",
    "-1": "out_of_range",
    "-2": "out_of_range",
    "-3": "out_of_range",
    "-5": "out_of_range",
    str(MOST + 1): "out_of_range",
    "1000000O2": "bad_number",
    "1.5": "bad_number",
    "abc": "bad_number",
    "1E7": "bad_number",
}
BAD_TEXTS = {
    "NUL": "Bo\0b",
    "unit separator": "Bo\x1fb",
    "201 characters": "x" * 201,
    "201 dragons": "\U0001f409" * 201,
}
GOOD_TEXTS = {
    "NA": "NA",
    "null": "null",
    "007": "007",
    "-1": "-1",
    "-": "-",
    "Unknown": "Unknown",
    "1,234": "1,234",
    "+1": "+1",
    "<AZ>": "<AZ>",
    ":RS!": ":RS!",
    "=1+1": "=1+1",
    'a "quoted" one': 'a "quoted" one',
    " padded \t": "padded",
    "ends with a newline\n": "ends with a newline",
    "two\nlines": "two\nlines",
    "e\u0301": "\u00e9",
    "\u3164\u3164": "\u3164\u3164",
    "\ufeffBob\ufeff": "\ufeffBob\ufeff",
    "\u1112\u1161\u11ab": "\ud55c",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\ufb01": "\ufb01",
    "": None,
    " \n ": None,
    "\u3000": None,
    "x" * 200: "x" * 200,
    "\U0001f409" * 200: "\U0001f409" * 200,
}
# Of a JSON value in a counter: its source to the code.
BAD_JSON_NUMBERS = {
    "4.5": "bad_number",
    "12.345": "bad_number",
    "106.315": "bad_number",
    "1.2e-1": "bad_number",
    "1e-400": "bad_number",
    "1e400": "out_of_range",
    "-1e400": "out_of_range",
    "1e16": "out_of_range",
    "-4.0": "out_of_range",
    "-4": "out_of_range",
    str(MOST + 1): "out_of_range",
    "123456789012345678901234567890": "out_of_range",
    '"1.2M"': "bad_number",
    '"(10,975)"': "bad_number",
    "true": "wrong_type",
    "false": "wrong_type",
    "[]": "wrong_type",
    "[5]": "wrong_type",
    "{}": "wrong_type",
    '{"a":1}': "wrong_type",
}
GOOD_JSON_NUMBERS = {
    "0": 0,
    "5": 5,
    str(MOST): MOST,
    "32040216.0": 32040216,
    "5.0e7": 50000000,
    "1.2E+9": 1200000000,
    "1e3": 1000,
    "12.345e3": 12345,
    "100e-2": 1,
    "-0.0": 0,
    "-0": 0,
    "0e99999999": 0,
    '"1,234,567"': 1234567,
    '" 5 "': 5,
    "null": None,
}


def _csv_cells() -> list[Case]:
    cases = [
        refused(
            f"number {text[:30]!r}",
            cell_in_csv(text),
            code,
            row=2,
            line=5,
            column="power",
            value=text,
        )
        for code, texts in (("bad_number", BAD_NUMBERS), ("out_of_range", OUT_OF_RANGE))
        for text in texts
    ]
    cases += [
        refused(f"id {text[:30]!r}", cell_in_csv(text, "ID"), code, row=2, line=5, column="id",
                value=text)
        for text, code in BAD_IDS.items()
    ]  # fmt: skip
    for column in ("Name", "Alliance"):
        cases += [
            refused(f"{column} with {what}", cell_in_csv(text, column), "bad_text", row=2, line=5,
                    column=column.lower(), value=ANY)
            for what, text in BAD_TEXTS.items()
        ]  # fmt: skip
    return cases


def _good_csv_cells() -> list[Case]:
    def with_power(text: str) -> str:
        quoted = text.replace('"', '""')
        return first_row(f'1000002,Bob,"{quoted}"')

    def first_row(cells: str) -> str:
        return f"ID,Name,Power\n{cells}\n1000003,Eve,3000000\n"

    cases = [
        accepted(f"number {text!r}", with_power(text), power=number, players=2)
        for text, number in GOOD_NUMBERS.items()
    ]
    cases += [
        accepted(
            f"unknown {text!r}",
            with_power(text),
            power=None,
            warnings=(("unknown_value", 1, 2, "power", text),),
        )
        for text in UNKNOWN
    ]
    for text, name in GOOD_TEXTS.items():
        quoted = text.replace('"', '""')
        cases.append(accepted(f"name {text[:30]!r}", first_row(f'1000002,"{quoted}",5'), name=name))
    return cases


def _json_cells() -> list[Case]:
    file_name = "players.jsonl"
    cases = [
        refused(
            f"JSON number {source!r}",
            cell_in_json(source),
            code,
            file_name=file_name,
            row=2,
            line=3,
            column="power",
            value=source.strip('"'),
        )
        for source, code in BAD_JSON_NUMBERS.items()
    ]
    cases += [
        refused(f"JSON id {source}", cell_in_json(source, "ID"), code, file_name=file_name, row=2,
                line=3, column="id", value=value)
        for source, code, value in (
            ("null", "missing_value", None),
            ('""', "missing_value", ""),
            ('"-"', "missing_value", "-"),
            ("-1", "out_of_range", "-1"),
            ("0", "out_of_range", "0"),
            ("1000001", "duplicate_id", "1000001"),
            ('"1,000,001"', "duplicate_id", "1,000,001"),
            ("true", "wrong_type", "true"),
            ("NaN", "missing_value", "NaN"),
            ("-1.0", "out_of_range", "-1.0"),
        )
    ]  # fmt: skip
    cases += [
        refused(f"JSON name {source}", cell_in_json(source, "Name"), code, file_name=file_name,
                row=2, line=3, column="name", value=ANY)
        for source, code in (
            ("7", "wrong_type"),
            ("NaN", "wrong_type"),
            ("true", "wrong_type"),
            ('["Bob"]', "wrong_type"),
            ('"Bo\\u0000b"', "bad_text"),
            ('"Bo\\u001fb"', "bad_text"),
            ('"Bo\\ud800b"', "bad_text"),
        )
    ]  # fmt: skip
    cases += [
        accepted(
            f"JSON good number {source}",
            f'{{"ID":7,"Name":"a\\/b","Power":{source}}}\n',
            file_name,
            power=number,
            name="a/b",
        )
        for source, number in GOOD_JSON_NUMBERS.items()
    ]
    cases += [
        accepted(
            f"JSON unknown {source}",
            f'{{"ID":7,"Name":"Bob","Power":{source}}}\n',
            file_name,
            power=None,
            warnings=(("unknown_value", 1, 1, "power", source.strip('"')),),
        )
        for source in (
            "-1",
            "-2",
            "-3",
            "-1.0",
            "-20e-1",
            "NaN",
            '"-"',
            '""',
            '"null"',
            '"Skipped"',
            '"-1"',
        )
    ]
    return cases


# Of a file: its delimiter, the cells of `Power`, and their values, or those that are errors.
LONE_GROUPS: dict[str, tuple[str, tuple[str, ...], tuple[int | str, ...]]] = {
    "a dot, settled": (",", ("106.315", "16.459.781"), (106315, 16459781)),
    "a dot, settled by decimals": (";", ("106.315", "1.234,00"), (106315, 1234)),
    "a dot, not settled": (",", ("106.315", "7"), ("106.315",)),
    "a dot, both ways": (",", ("106.315", "16.459.781", "5.0"), ("106.315",)),
    "a dot, against it": (",", ("106.315", "16.459.781", "4.5"), ("106.315", "4.5")),
    "a dot, for it by an error": (",", ("106.315", f"{10**18:,}".replace(",", ".")),
                                  ("1.000.000.000.000.000.000",)),
    "a comma": (",", ("106,315", "7"), (106315, 7)),
    "a comma, whatever speaks against it": (",", ("106,315", "7,00"), (106315, 7)),
    "a comma among tabs": ("\t", ("106,315", "7,00"), (106315, 7)),
    "a comma among semicolons": (";", ("106,315", "7"), ("106,315",)),
    "a comma among semicolons, settled": (";", ("106,315", "16,459,781"), (106315, 16459781)),
    "a comma among semicolons, lakhs": (";", ("106,315", "12,34,567"), (106315, 1234567)),
    "a comma among semicolons, both ways": (";", ("106,315", "16,459,781", "7,0"), ("106,315",)),
    "a comma among semicolons, against it": (";", ("106,315", "674,093", "7,00"),
                                             ("106,315", "674,093")),
    "a fraction, though the dot is settled": (",", ("0.564", "16.459.781"), ("0.564",)),
}  # fmt: skip


def _lone_groups() -> list[Case]:
    cases = []
    for name, (delimiter, cells, outcome) in LONE_GROUPS.items():
        rows = [("ID", "Name", "Power"), *((str(n), "", c) for n, c in enumerate(cells, start=1))]
        text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
        first = outcome[0]
        if isinstance(first, int):
            title = f"lone group: {name}"
            cases.append(accepted(title, text, power=first, players=len(cells)))
            continue
        row = cells.index(first) + 1
        code = "out_of_range" if first.startswith("1.000.") else "bad_number"
        cases.append(
            refused(f"lone group: {name}", text, code, row=row, line=row + 1, column="power",
                    value=first, errors=len(outcome))
        )  # fmt: skip
    return cases


CELL_CASES = [*_lone_groups(), *_csv_cells(), *_good_csv_cells(), *_json_cells()]
