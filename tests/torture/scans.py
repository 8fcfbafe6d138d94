"""What is uploaded: small scans in every format, good and bad, whose players are known.

Verdict and players stand beside the bytes, so the model need not ask the readers.
"""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

MAX_UPLOAD_BYTES: Final = 2000
"""The setting under torture: one of the scans is larger."""

Player = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scan:
    """The bytes of an upload, and what they are.

    Attributes:
        label: what a trace calls it.
        extension: what its file's name must end with.
        body: the bytes.
        players: all of them with id, name, alliance and the five metrics; None when refused.
        mended: the bytes without the rows that say the same again, if that is all that is wrong.
        repeated: the numbers of these rows.
    """

    label: str
    extension: str
    body: bytes
    players: tuple[Player, ...] | None
    mended: bytes | None = None
    repeated: tuple[int, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it is a good scan."""
        return self.players is not None


_HEADERS: Final = {
    "id": "Governor ID",
    "name": "Name",
    "alliance": "Alliance",
    "power": "Power",
    "kill_points": "Kill Points",
    "t4_kills": "T4 Kills",
    "t5_kills": "T5 Kills",
    "deaths": "Deads",
}


def _rows(version: int, count: int) -> list[Player]:
    """Players of one version of a scan; some share a value, some have none."""
    return [
        {
            "id": 1000 + 7 * number,
            "name": f"{['Zoe', 'Ana', 'Bo', '雪', 'Çağ'][(number + version) % 5]} {version}",
            "alliance": ["[AB] x", None, "=1+1"][number % 3],
            "power": 1_000_000 * (1 + (number * version) % 4),
            "kill_points": None if (number + version) % 5 == 0 else 500 + version,
            "t4_kills": 10 * number + version,
            "t5_kills": (number * 3) % 4,
            "deaths": 2 + number % 2,
        }
        for number in range(1, count + 1)
    ]


def _known(rows: Sequence[Player]) -> tuple[Player, ...]:
    """The players with their metrics as the contract has them (section 4)."""
    weights = {"t4_kills": 10, "t5_kills": 20, "deaths": 40}
    return tuple(
        {
            **{name: row.get(name) for name in ("id", "name", "alliance")},
            "dkp": row["dkp"]
            if "dkp" in row
            else sum(row[name] * weight for name, weight in weights.items())
            if row.keys() >= weights.keys()
            else None,
            "kills": row.get("kills"),
            "deaths": row.get("deaths"),
            "power": row.get("power"),
            "kill_points": row.get("kill_points"),
        }
        for row in rows
    )


def _table(rows: Sequence[Player], delimiter: str = ",") -> str:
    headers = [_HEADERS.get(name, name) for name in rows[0]]
    lines = [headers, *([("" if v is None else str(v)) for v in row.values()] for row in rows)]
    return "".join(delimiter.join(line) + "\n" for line in lines)


def _good() -> list[Scan]:
    scans = []

    def add(label: str, extension: str, body: bytes, rows: Sequence[Player]) -> None:
        scans.append(Scan(label, extension, body, _known(rows)))

    for version in (1, 2, 3, 4):
        rows = _rows(version, 2 + version)
        add(f"csv v{version}", ".csv", _table(rows).encode(), rows)
    rows = [{**row, "DKP": 7 * number, "kills": number} for number, row in enumerate(_rows(5, 6))]
    known = [{**row, "dkp": row["DKP"]} for row in rows]
    add("semicolons, own dkp", ".csv", _table(rows, ";").encode(), known)
    rows = [{"id": 5, "name": "Ann", "power": 3}, {"id": 6, "name": None, "power": None}]
    add("few columns", ".csv", _table(rows).encode("utf-8-sig"), rows)
    unknown = b"id,name,power,deaths\n5,Ann,3,-1\n6,Bob,Unknown,9\n"
    add(
        "unknown values",
        ".csv",
        unknown,
        [
            {"id": 5, "name": "Ann", "power": 3},
            {"id": 6, "name": "Bob", "deaths": 9},
        ],
    )
    rows = _rows(6, 4)
    add("utf-16", ".csv", _table(rows).encode("utf-16"), rows)
    add("tsv", ".tsv", _table(rows, "\t").encode(), rows)
    add("gzip", ".csv.gz", gzip.compress(_table(_rows(7, 5)).encode(), mtime=0), _rows(7, 5))
    rows = _rows(8, 3)
    add("json", ".json", json.dumps({"players": rows}).encode(), rows)
    rows = _rows(9, 3)
    add("json lines", ".jsonl", "\n".join(map(json.dumps, rows)).encode(), rows)
    return scans


def _bad() -> list[Scan]:
    good = _table(_rows(1, 3))
    bodies = {
        "bad number": (".csv", good.replace("2000000", "1.2M").encode()),
        "empty": (".csv", b""),
        "no players": (".csv", good.splitlines()[0].encode() + b"\n"),
        "no id": (".csv", b"name,power\nAnn,3\n"),
        "latin-1": (".csv", "id,name,power\n1,Ümit,3\n".encode("latin-1")),
        "too large": (".csv", (good + "\n" * MAX_UPLOAD_BYTES).encode()),
        "broken json": (".json", b'{"players": [{"id": 1, "name": "x"'),
        "broken gzip": (".csv.gz", gzip.compress(good.encode(), mtime=0)[:-9]),
    }
    scans = [Scan(label, extension, body, None) for label, (extension, body) in bodies.items()]
    twice = (good + good.splitlines()[1] + "\n").encode()
    scans.insert(1, Scan("a row twice", ".csv", twice, None, mended=good.encode(), repeated=(4,)))
    return scans


def _withdrawals() -> list[Scan]:
    """What is in a withdrawal's file does not matter, unless it is too large."""
    bodies = {
        "an empty withdrawal": b"",
        "a withdrawal": b"the wrong kingdom, sorry\n",
        "a withdrawal that is a scan": _table(_rows(1, 3)).encode(),
        "a withdrawal that is too large": b"sorry\n" * MAX_UPLOAD_BYTES,
    }
    return [Scan(label, ".txt", body, None) for label, body in bodies.items()]


GOOD: Final = tuple(_good())
BAD: Final = tuple(_bad())
SCANS: Final = (*GOOD, *BAD)
WITHDRAWALS: Final = tuple(_withdrawals())
EXTENSIONS: Final = tuple(dict.fromkeys(scan.extension for scan in SCANS))
