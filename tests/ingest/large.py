"""Large scans, made while they are read, for tests that measure memory in a fresh process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.ingest.check import check_file
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.support import FOLDER, SETTINGS, Dribble, places

MIB = 1024 * 1024
LONG = 100 * MIB


def _repeat(piece: bytes, size: int) -> Iterator[bytes]:
    block = piece * (MIB // len(piece))
    for _ in range(size // MIB):
        yield block


def _header() -> Iterator[bytes]:
    yield b"ID,Name,"
    yield from _repeat(b"x", LONG)


def _record() -> Iterator[bytes]:
    yield b"ID,Name,Power\n1,Ana,5\n\n2,"
    yield from _repeat("雪".encode(), LONG)
    yield b",5\n3,Cy,5\n"


def _open_quote() -> Iterator[bytes]:
    yield b'ID,Name,Power\n1,Ana,5\n2,"Bo,5\n'
    yield from _repeat(b"3,Cyrus the Great,500\n", LONG)


def _string() -> Iterator[bytes]:
    yield b'[{"ID":1,"Power":5,"Name":"'
    yield from _repeat(b"x", LONG)
    yield b'"}]'


def _array() -> Iterator[bytes]:
    filler = b"x" * (MIB - 100)
    yield b"["
    for player in range(1, LONG // MIB + 1):
        comma = b"," if player > 1 else b""
        yield comma + b'{"ID":%d,"Name":"Ana","Power":5,"Notes":"%s"}' % (player, filler)
    yield b"]"


def _object_line() -> Iterator[bytes]:
    yield b'{"ID":1,"Name":"Ana","Power":5}\n{"ID":2,"Name":"Bo","Power":5,"Notes":['
    yield from _repeat(b"1,", LONG)
    yield b"1]}\n"


def _spaces() -> Iterator[bytes]:
    yield b'[{"ID":1,"Name":"Ana","Power":5}'
    yield from _repeat(b" ", LONG)
    yield b"]"


def _ragged() -> Iterator[bytes]:
    yield b"ID,Name,Power\n"
    for _ in range(LONG // MIB):
        yield b"1," + b"y" * (MIB - 100) + b"\n"


def _keys() -> Iterator[bytes]:
    """Each player has a key of its own, which is nearly as long as a player may be."""
    for player in range(1, LONG // MIB + 1):
        key = b"%d%s" % (player, b"k" * (MIB - 100))
        yield b'{"ID":%d,"Name":"Ana","Power":5,"%s":1}\n' % (player, key)


LINES = {
    "header.csv": _header,
    "record.csv": _record,
    "open_quote.csv": _open_quote,
    "string.json": _string,
    "array.json": _array,
    "object_line.jsonl": _object_line,
    "spaces.json": _spaces,
    "ragged.csv": _ragged,
    "keys.jsonl": _keys,
}


def check_line(name: str, folder: str) -> list[Any]:
    """The outcome of one of these files: status, players, error count, the first error."""
    path = Path(folder) / name
    with path.open("wb") as file:
        file.writelines(LINES[name]())
    report = check_file(path, SETTINGS)
    path.unlink()
    return [report["status"], report["players"], report["error_count"], places(report)[:1]]


def _scan(players: int) -> Iterator[bytes]:
    yield b"ID,Name,Alliance,Power,Killpoints,T4 Kills,T5 Kills,Deads,Helps\n"
    for number in range(1, players + 1):
        counters = ",".join([str(number * 7)] * 5)
        line = f'{number},"Péter {number}",[AZ] {number % 40},"{number * 1000:,}",{counters}\n'
        yield line.encode()


def ingest_scan(folder: str, players: str) -> list[Any]:
    """Ingest a scan of so many players: its size in MB, status and players."""
    store = DirectoryStore(folder)
    key = f"{FOLDER}/players.csv"
    path = Path(folder) / key
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.writelines(_scan(int(players)))
    ingested = ingest_key(store, key, SETTINGS)
    assert ingested is not None
    size = ingested.report["file"]["bytes"] // 10**6
    return [size, ingested.report["status"], ingested.report["players"], ingested.published]


__all__ = ["LINES", "Dribble", "check_line", "ingest_scan"]
