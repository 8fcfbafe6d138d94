"""Cases of whole files: encodings, line ends, delimiters, ragged rows, repeated ids, gzip."""

import gzip
from unittest.mock import ANY

from tests.oracle.case import ADA, ARRAY, GOOD, JSON_ADA, JSON_BOB, Case, accepted, refused

# What a stray quote in front of a name does: the quote of the next quoted name ends it.
STRAY_QUOTE = 'ID,Name,Power\n1000001,"Ada,5000000\n' + "".join(
    f"{1000002 + number},Player {number},4000000\n" for number in range(30)
)

_ACCEPTED_TEXTS = {
    "BOM": "\ufeff" + GOOD,
    "CRLF": GOOD.replace("\n", "\r\n"),
    "lone CR": GOOD.replace("\n", "\r"),
    "mixed line ends": "ID,Name,Power\r\n1000001,Ada,5000000\r1000002,Bob,4000000\n",
    "no newline at the end": GOOD.rstrip("\n"),
    "blank lines everywhere": "\n\n" + GOOD.replace("\n", "\n\n") + "\n\n",
    "semicolons": GOOD.replace(",", ";"),
    "tabs in a .csv": GOOD.replace(",", "\t"),
    "all cells quoted": 'ID,Name,Power\n"1000001","Ada","5000000"\n"1000002","Bob","4000000"\n',
    "a quoted header": '"ID","Name","Power"\n1000001,Ada,5000000\n1000002,Bob,4000000\n',
    "text after a closing quote": 'ID,Name,Power\n1000001,"A"da,5000000\n1000002,Bob,4\n',
    "commas in a file of semicolons": "ID;Name;Power\n1000001;Ada;5,000,000\n1000002;B,b;4\n",
}


def _encodings() -> list[Case]:
    cases = [accepted(name, text, players=2, **ADA) for name, text in _ACCEPTED_TEXTS.items()]
    cases += [
        accepted(f"UTF-16 {name}", mark + GOOD.encode(codec), players=2, **ADA)
        for name, mark, codec in (
            ("little endian", b"\xff\xfe", "utf-16-le"),
            ("big endian", b"\xfe\xff", "utf-16-be"),
        )
    ]
    cases += [
        accepted("Excel's Unicode text", GOOD.replace(",", "\t").replace("\n", "\r\n")
                 .encode("utf-16"), "players.tsv", players=2, **ADA),
        accepted("an extension in capitals", GOOD, "PLAYERS.CSV", players=2),
        accepted("UTF-16 JSON", ARRAY.encode("utf-16"), "players.json", players=2),
        accepted("JSON with a BOM", "\ufeff" + ARRAY, "players.json", players=2),
    ]  # fmt: skip
    latin = "ID,Name,Power\n1000001,Ada,5\n1000002,Jos\u00e9,4\n".encode("latin-1")
    for name, data in {
        "Latin-1": latin,
        "Windows-1252": "ID,Name,Power\n1000001,\u201cAda\u201d,5\n".encode("cp1252"),
        "GBK": "ID,Name,Power\n1000001,\u9f99\u5f71,5\n".encode("gbk"),
        "a cut UTF-8 character": GOOD.encode() + b"1000003,\xe9\xbe",
        "half a UTF-16 character": b"\xff\xfe" + GOOD.encode("utf-16-le") + b"\x41",
        "a lone surrogate in UTF-16": b"\xff\xfe"
        + GOOD.encode("utf-16-le").replace(b"A\x00", b"\x00\xd8"),
        "a surrogate in UTF-8": GOOD.encode().replace(b"Ada", b"\xed\xa0\x80"),
        "an XLSX file": b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00\x21\x00\xb5\xff\xfe\x93",
        "UTF-16 without its mark": GOOD.encode("utf-16-le"),
    }.items():
        cases.append(refused(name, data, "bad_encoding", line=ANY, value=ANY))
    return cases


def _empty() -> list[Case]:
    files = {
        "no bytes": ("", "players.csv"),
        "only a BOM": ("\ufeff", "players.csv"),
        "only blank lines": ("\n\r\n \n", "players.csv"),
        "only a header": ("ID,Name,Power\n", "players.csv"),
        "a header and blank lines": ("ID,Name,Power\n\n\n", "players.csv"),
        "no bytes of JSON": ("", "players.json"),
        "an empty array": ("[]", "players.json"),
        "an empty wrapped array": ('{"root": []}', "players.json"),
        "blank JSON Lines": ("\n\n", "players.jsonl"),
    }
    cases = [
        refused(name, data, "empty_file", line=ANY, file_name=file_name)
        for name, (data, file_name) in files.items()
    ]
    empty = gzip.compress(b"", mtime=0)
    cases.append(refused("gzip of nothing", empty, "empty_file", file_name="players.csv.gz"))
    cases.append(refused("no bytes of gzip", b"", "empty_file", file_name="players.csv.gz"))
    return cases


def _ragged() -> list[Case]:
    head = 'ID,Name,Power\n1000001,"Ada\r\nLovelace",5\n\n'
    cases = [
        refused(name, head + row + "\n", "ragged_row", row=2, line=5, value=row)
        for name, row in {
            "a cell too many": "1000002,Bob,4,oops",
            "a cell too few": "1000002,Bob",
            "a value beyond the header": "1000002,Bob,4,,x",
            "a value beyond the header and none before it": ",,,x",
            "a line of prose": "scanned by Eve",
            "an unquoted comma in a name": "1000002,B,ob,4",
            "unquoted thousands": "1000002,Bob,4,000",
        }.items()
    ]
    return [
        *cases,
        refused("a ragged row tells nothing of a comma",
                "ID;Name;Power\n1;Ada;1,000,000\n2;Bob;10,005\n3;Cy;4,5;x\n", "ragged_row", row=3,
                line=4, value="3;Cy;4,5;x"),
        refused("two ragged rows", head + "1\n1000002,Bob,4\n2,3\n", "ragged_row", row=2, line=5,
                value="1", errors=2),
        refused("a ragged last line without newline", head + "1000002,Bob", "ragged_row", row=2,
                line=5, value="1000002,Bob"),
        refused("a quote that is never closed", STRAY_QUOTE, ANY, row=1, line=2, column=ANY,
                value=ANY, errors=None),
        refused("a stray quote that swallows rows", STRAY_QUOTE + '2000000,"Zoe",3\n', ANY, row=1,
                line=2, column=ANY, value=ANY, errors=None),
    ]  # fmt: skip


def _blank() -> list[Case]:
    """Rows and columns that a spreadsheet adds of its own."""
    skipped = (("skipped_lines", None, 1, None, None),)
    rank = (("ignored_column", None, 1, "Rank", None),)
    cases = [
        accepted(name, text, players=2, **ADA)
        for name, text in {
            "one delimiter too many in a row": GOOD.replace("Bob,4000000", "Bob,4000000,"),
            "commas behind the rows": GOOD.replace("00\n", "00,,\n"),
            "commas behind the header": GOOD.replace("Power", "Power,,"),
            "commas behind all": GOOD.replace("Power", "Power,,").replace("00\n", "00,,\n"),
            "other numbers of commas": GOOD.replace("Power", "Power,").replace(
                "5000000", "5000000,,,"
            ),
            "a junk last row": GOOD + ",,\n",
            "a row of spaces": GOOD + " ,\u00a0,\u200b\n",
            "a line of spaces": GOOD.replace("\n1000002", "\n  \n1000002"),
            "rows of commas of any number": GOOD.replace("\n1000002", "\n,\n,,,,,\n1000002") + ",",
        }.items()
    ]
    return [
        *cases,
        accepted("ranks and kingdoms without players",
                 "Rank,Kingdom,ID,Name,Power\n1,51,1000001,Ada,5\n2,51,,,\n3,,,,\n",
                 players=1, power=5, warnings=rank),
        refused("rows after a blank one keep their line", GOOD + ",,\n,,,\nx,Eve,1\n", "bad_number",
                row=3, line=6, column="id", value="x"),
        refused("a ragged row after a blank one", GOOD + ",,\n,,,,\n1000003,Eve\n", "ragged_row",
                row=3, line=6, value="1000003,Eve"),
        refused("a dash is a value", GOOD + ",-,\n", "missing_value", row=3, line=4, column="id",
                value=""),
        accepted("a title", f"Kingdom 51;,\n\n{GOOD}", players=2, warnings=skipped, **ADA),
        accepted("sep=", f"sep=;\r\n{GOOD.replace(',', ';')}", players=2, warnings=skipped, **ADA),
        accepted("sep= behind a BOM", f"\ufeffsep=,\n{GOOD}", players=2, warnings=skipped, **ADA),
        accepted("a title with an odd quote", f'"Best of 51\n{GOOD}', players=2, warnings=skipped,
                 **ADA),
        accepted("19 titles", ",\n" * 19 + GOOD, players=2, warnings=skipped, **ADA),
        refused("20 titles", "a,b\n" * 20 + GOOD, "missing_column", line=1, column="id", errors=1),
        accepted("a title in cells of another kind", f"Power;Name;x\n{GOOD}", players=2,
                 warnings=skipped, **ADA),
        refused("the best of faulty headers", f"51,x\n{GOOD.replace('Power', 'Strength')}",
                "missing_column", line=2),
    ]  # fmt: skip


def _duplicates() -> list[Case]:
    last = GOOD + "1000003,Eve,3000000\n"
    return [
        refused("the last player three times", last + "1000003,Eve,3000000\n" * 2, "duplicate_id",
                row=4, line=5, column="id", value="1000003", errors=2),
        refused("one id, two players", last + "1000001,Zoe,1\n", "duplicate_id", row=4, line=5,
                column="id", value="1000001"),
        refused("one id, written in two ways", last + '"1,000,001",Zoe,1\n', "duplicate_id",
                row=4, line=5, column="id", value="1,000,001"),
        refused("one id, once with .0", last + "1000001.0,Zoe,1\n", "duplicate_id",
                row=4, line=5, column="id", value="1000001.0"),
        refused("errors in file order", last + "1000001,Zoe,1.5\nx,Max,-9\n", "duplicate_id",
                row=4, line=5, column="id", value="1000001", errors=4),
        refused("columns in file order", "Power,Name,ID\n1.5,Ada,x\n", "bad_number", row=1,
                line=2, column="power", value="1.5", errors=2),
    ]  # fmt: skip


def _gzip() -> list[Case]:
    packed = gzip.compress(GOOD.encode(), mtime=0)
    two = gzip.compress(b"ID,Name,Power\n1000001,A", mtime=0) + gzip.compress(
        b"da,5000000\n1000002,Bob,4000000\n", mtime=0
    )
    name = "players.csv.gz"
    cases = [
        accepted("gzip", packed, name, players=2, **ADA),
        accepted("gzip in two members", two, name, players=2, **ADA),
        accepted("gzip of JSON Lines", gzip.compress(f"{JSON_ADA}\n{JSON_BOB}\n".encode(), mtime=0),
                 "players.ndjson.gz", players=2, **ADA),
        accepted("gzip of UTF-16", gzip.compress(GOOD.encode("utf-16"), mtime=0), "p.TSV.GZ",
                 players=2, **ADA),
    ]  # fmt: skip
    cases += [
        refused(what, data, "bad_encoding", line=ANY, value=ANY, file_name=file_name)
        for what, data, file_name in (
            ("a .gz that is plain text", GOOD.encode(), name),
            ("a gzip cut off", packed[:-12], name),
            ("a gzip with a wrong checksum", packed[:-8] + b"\0\0\0\0" + packed[-4:], name),
            ("gzip without .gz", packed, "players.csv"),
        )
    ]
    return cases


FILE_CASES = [
    *_encodings(),
    *_empty(),
    *_ragged(),
    *_blank(),
    *_duplicates(),
    *_gzip(),
]
