"""A small file with what must become of it, written by hand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST = 2**53 - 1

# A right file with two players, in two formats.
GOOD = "ID,Name,Power\n1000001,Ada,5000000\n1000002,Bob,4000000\n"
JSON_ADA = '{"ID":1000001,"Name":"Ada","Power":5000000}'
JSON_BOB = '{"ID":1000002,"Name":"Bob","Power":4000000}'
ARRAY = f"[{JSON_ADA},{JSON_BOB}]"
ADA = {"id": 1000001, "name": "Ada", "power": 5000000}


@dataclass(frozen=True)
class Case:
    """One file and its outcome.

    Attributes:
        name: what is odd about it; the test's id.
        data: the file's bytes.
        file_name: its name.
        code: of the first error; None when the file is accepted.
        row, line, column, value: where the first error is; ANY where the contract leaves it open.
        errors: how many errors there are; None when the contract leaves it open.
        warnings: (code, row, line, column, value) of every warning of an accepted file.
        first: values of the first player of an accepted file.
        players: how many players an accepted file has.
    """

    name: str
    data: bytes
    file_name: str = "players.csv"
    code: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    errors: int | None = 1
    warnings: tuple[tuple[str, int | None, int | None, str | None, str | None], ...] | None = ()
    first: Mapping[str, int | str | None] = field(default_factory=dict)
    players: int | None = None


def refused(title: str, data: str | bytes, code: str, **where: Any) -> Case:
    """A file that must be refused; `row`, `line`, `column`, `value` tell where it first is."""
    return Case(title, _bytes(data), code=code, warnings=None, **where)


def accepted(
    title: str, data: str | bytes, file_name: str = "players.csv", /, **outcome: Any
) -> Case:
    """A file that must be accepted.

    Keywords are values of the first player, but `warnings` and `players`, which are the file's.
    """
    fields = {key: outcome.pop(key) for key in ("warnings", "players") if key in outcome}
    return Case(title, _bytes(data), file_name, errors=0, first=outcome, **fields)


def cell_in_csv(text: str, column: str = "Power") -> str:
    """A CSV file whose second player, on line 5, has a cell; all else is right.

    The first player's name has a newline in it and a blank line follows: row 2 is line 5.
    """
    headers = ["ID", "Name", "Alliance", "Power"]
    cells = ["1000002", "Bob", "AZ", "4000000"]
    cells[headers.index(column)] = '"' + text.replace('"', '""') + '"'
    return (
        ",".join(headers)
        + '\n1000001,"Ada\nLovelace",AZ,5000000\n\n'
        + ",".join(cells)
        + "\n1000003,Eve,AZ,3000000\n"
    )


def cell_in_json(source: str, key: str = "Power") -> str:
    """JSON Lines whose second player, on line 3, has a member with this source."""
    members = {"ID": "1000002", "Name": '"Bob"', "Alliance": '"AZ"', "Power": "4000000"}
    members[key] = source
    player = "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in members.items()) + "}"
    first = '{"ID":1000001,"Name":"Ada","Alliance":"AZ","Power":5000000}'
    return first + "\n\n" + player + "\n" + first.replace("1000001", "1000003") + "\n"


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data
