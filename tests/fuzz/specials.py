"""Files that are made to hurt: bombs, depths, lengths, and faults that lie across a block's end."""

import codecs
import gzip
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

from chalicelib.scans.upload import CHUNK
from tests.fuzz.hostile import ENCODINGS, JSON_VALUES, NUMBERS, TOKENS

Special = Callable[[Random], tuple[str, bytes]]

KIB: Final = 1024
_PLAYER: Final = b'{"ID":1,"Name":"Ana","Power":5}'
_SCAN: Final = b"ID,Name,Power\n1,Ana,5\n2,Bo,7\n"
_BOMS: Final = (
    *(codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    *(codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"+/v8", b"\xf7\x64\x4c", b"\x0e\xfe\xff"),
)


def bomb(dice: Random) -> tuple[str, bytes]:
    """A small gzip file that holds far more than is allowed, or just under it."""
    piece = dice.choice((b"\0", b"x", b'"', b"\n", b"[", b'{"ID":', b"1,", b"\xc3", b" "))
    size = dice.choice((1, 5, 9)) * CHUNK
    head = dice.choice((_SCAN, b"[", b""))
    data = gzip.compress(head + piece * (size // len(piece)), 9, mtime=0)
    return dice.choice(("bomb.csv.gz", "bomb.json.gz", "bomb.jsonl.gz")), data


def packed(dice: Random) -> tuple[str, bytes]:
    """Gzip in ways that a scanner never writes: in itself, in members, cut, with a tail."""
    name, plain = dice.choice((("p.csv", _SCAN), ("p.jsonl", _PLAYER + b"\n"), ("p.csv", b"")))
    whole = gzip.compress(plain, dice.choice((0, 1, 9)), mtime=0)
    at = dice.randint(0, len(plain))
    raw = zlib.compressobj(wbits=-15)
    data = dice.choice(
        (
            gzip.compress(whole, mtime=0),
            gzip.compress(plain[:at], mtime=0) + gzip.compress(plain[at:], mtime=0),
            whole * 2,
            gzip.compress(b"", mtime=0) * 50 + whole,
            whole[: dice.randint(0, len(whole))],
            whole + dice.choice(TOKENS),
            whole + b"\0" * 1000,
            whole[:-8] + bytes(8),
            whole[:-1] + bytes([whole[-1] ^ 1]),
            b"\x1f\x8b\x08" + bytes([dice.randrange(256)]) + whole[4:],
            zlib.compress(plain),
            raw.compress(plain) + raw.flush(),
            plain,
        )
    )
    return f"{name}{dice.choice(('.gz', '.gz', '.gz', '.GZ', ''))}", data


def deep(dice: Random) -> tuple[str, bytes]:
    """JSON that is nested around the depth where decoders and encoders give up, and beyond."""
    depth = dice.choice((dice.randint(1, 1200), dice.randint(1200, 12_000), 100_000))
    kind = dice.choice((b"[", b'{"a":', b'[{"a":'))
    ends = {b"[": b"]", b'{"a":': b"}", b'[{"a":': b"}]"}[kind]
    value = kind * depth + dice.choice((b"1", b"")) + ends * dice.choice((depth, depth, depth - 1))
    key = dice.choice((b"ID", b"Name", b"Power", b"Notes"))
    player = b'{"%s":%s,"ID":1,"Name":"Ana","Power":5}' % (key, value)
    if key != b"Notes":
        player = player.replace(b',"%s":1' % key, b"").replace(b',"%s":"Ana"' % key, b"")
    data = dice.choice((player, b"[%s]" % player, b'{"root":[%s]}' % player, value))
    return dice.choice(("deep.json", "deep.jsonl")), data


def straddling(dice: Random) -> tuple[str, bytes]:
    """Something that matters lies across the end of a block that the readers read."""
    token = dice.choice((*TOKENS, "é".encode(), "龍".encode(), "🐉".encode(), *_numbers()))
    at = CHUNK * dice.choice((1, 1, 2)) - dice.randint(0, len(token) + 1)
    kind = dice.choice((".csv", ".json", ".jsonl"))
    if kind == ".csv":
        head = dice.choice((b"ID,Name,Power", b"Name;ID;Power", b"Power\tName\tID")) + b"\r\n"
        line = b"%d,Ana,5\r\n"
        end = b",5\r\n7,Last,7\r\n"
    else:
        head = b"[" if kind == ".json" else b""
        line = b'{"ID":%d,"Name":"Ana","Power":5}' + (b",\n" if kind == ".json" else b"\n")
        end = b'"Name":"Bo"}' + (b"]" if kind == ".json" else b"\n")
    lines = []
    size = len(head)
    number = 1
    while size < at - 200:
        # Long lines: the block is what matters, not the number of players.
        text = (line % number).replace(b"Ana", b"A" * 150)
        lines.append(text)
        size += len(text)
        number += 1
    filler = b"8,%s" if kind == ".csv" else b'{"ID":8,"Notes":"%s'
    room = at - size - len(filler) + 2
    last = filler % (b"z" * room) + token + end
    data = head + b"".join(lines) + last
    codec = dice.choice(("utf-8", "utf-8", "utf-16", "utf-8-sig"))
    if codec != "utf-8":
        data = data.decode("utf-8", "ignore").encode(codec)
    return f"straddling{kind}", data


def _numbers() -> tuple[bytes, ...]:
    return tuple(one.encode() for one in NUMBERS if len(one) < 50)


def many_columns(dice: Random) -> tuple[str, bytes]:
    """Ten thousand columns, or keys."""
    count = dice.choice((1_000, 10_000, 21_000))
    names = [f"c{number}" for number in range(count)]
    names[dice.randrange(count)] = "ID"
    names[dice.randrange(count)] = "Name"
    names[dice.randrange(count)] = "Power"
    if dice.random() < 0.3:
        names[dice.randrange(count)] = "power"
    if dice.random() < 0.5:
        return "wide.csv", (",".join(names) + "\n" + ",".join(["1"] * count) + "\n").encode()
    members = ",".join(f'"{name}":"1"' for name in names)
    return "wide.jsonl", (f"{{{members}}}\n" * dice.choice((1, 2))).encode()


def long_line(dice: Random) -> tuple[str, bytes]:
    """A line, a cell, a name or a number of about a block's length."""
    size = dice.choice((300, 70 * KIB, CHUNK - 20, CHUNK, CHUNK + 20, 2 * CHUNK + 20))
    size += dice.randint(-20, 20)
    piece = dice.choice((b"x", b"9", b" ", b'""', "龍".encode(), b"\n", b"\\n", b","))
    text = piece * (size // len(piece))
    return dice.choice(
        (
            ("long.csv", b"ID,Name,Power\n1," + text + b",5\n2,Bo,7\n"),
            ("long.csv", b'ID,Name,Power\n1,"' + text + b'",5\n2,Bo,7\n'),
            ("long.csv", b'ID,Name,Power\n1,Ana,5\n2,"' + text),
            ("long.csv", b"ID,Name,Power," + text + b"\n1,Ana,5,\n"),
            ("long.csv", b"ID,Name,Power\n1,Ana," + text + b"\n"),
            ("long.json", b'[{"ID":1,"Power":5,"Name":"' + text + b'"}]'),
            ("long.jsonl", b'{"ID":1,"Power":5,"Name":"Ana","' + text + b'":1}\n'),
            ("long.jsonl", b'{"ID":1,"Name":"Ana","Power":' + text + b"}\n"),
            ("long.jsonl", text + b"\n" + _PLAYER),
        )
    )


def boms(dice: Random) -> tuple[str, bytes]:
    """Byte order marks, right ones, wrong ones, twice, in the middle and alone."""
    text = dice.choice((_SCAN, _PLAYER + b"\n", b"[" + _PLAYER + b"]", b"")).decode()
    data = dice.choice(_BOMS) + text.encode(dice.choice(ENCODINGS), "ignore")
    if dice.random() < 0.3:
        data = dice.choice(_BOMS) + data
    if dice.random() < 0.3:
        at = dice.randint(0, len(data))
        data = data[:at] + dice.choice(_BOMS) + data[at:]
    return dice.choice(("bom.csv", "bom.json", "bom.jsonl")), data


def many_faults(dice: Random) -> tuple[str, bytes]:
    """More wrong cells than a report lists, of several kinds."""
    count = dice.choice((999, 1000, 1001, 3000))
    wrong = dice.choices(("1.2M", "-5", "7", "", "9" * 20, "-1"), k=3)
    rows = [f"{number % dice.choice((50, 10**9))},{wrong[number % 3]}" for number in range(count)]
    if dice.random() < 0.6:
        rows = [row + (",x" if dice.random() < 0.02 else "") for row in rows]
        body = "\n".join(row.replace(",", f",Player {at},", 1) for at, row in enumerate(rows))
        return "faults.csv", f"ID,Name,Power\n{body}\n".encode()
    lines = (
        f'{{"ID":{row.split(",")[0]},"Name":"A","Power":"{row.split(",")[1]}"}}' for row in rows
    )
    return "faults.jsonl", "\n".join(lines).encode()


def tiny(dice: Random) -> tuple[str, bytes]:
    """Hardly anything."""
    pieces = (
        *TOKENS,
        b"",
        b"ID",
        b"ID,Name,Power",
        b"1,2,3",
        *(v.encode() for v in JSON_VALUES[:20]),
    )
    data = b"".join(dice.choices(pieces, k=dice.randint(0, 4)))
    return dice.choice(("t.csv", "t.tsv", "t.json", "t.jsonl", "t.ndjson", "t.csv.gz")), data


def misnamed(dice: Random) -> tuple[str, bytes]:
    """A good scan under a name that says something else, or nothing."""
    names = (
        *("p.xlsx", "p", ".csv", "p.csv.zip", "p.gz", "p.CSV", "p.json.GZ", "p.csv.gz", "p.json"),
        *(
            "p\x1b[2J.csv",
            "p\n.csv",
            "\u202evsc.csv",
            "p" * 240 + ".csv",
            "p.csv\u2028",
            "=1+1.csv",
        ),
    )
    return dice.choice(names), dice.choice((_SCAN, _PLAYER, gzip.compress(_SCAN, mtime=0)))


def several_scans(dice: Random) -> tuple[str, bytes]:
    """The same players on several days, and lost letters in their names."""
    days = dice.sample(("2026-01-26", "2026-02-02", "9.2.2026", "16/02/2026", "Monday", ""), 3)
    names = [dice.choice(("????", "ZoÃ«", "Ana", "李")) for _ in range(9)]
    rows = [f"{place},{name},{days[place % 2]},5" for place, name in enumerate(names, 1)]
    later = [row.replace(days[0], days[2]).replace(days[1], days[2]) for row in rows]
    lines = ["ID,Name,Seen,Power", *rows, *later]
    return "several.csv", "\n".join(lines).encode()


SMALL: Final[tuple[Special, ...]] = (
    *(packed, packed, boms, tiny, tiny, misnamed, deep, several_scans),
)
LARGE: Final[tuple[Special, ...]] = (
    *(bomb, bomb, straddling, straddling, straddling, many_columns, long_line, many_faults, deep),
)
