"""The player schema, read from `schema.json`; columns are declared only there.

Contract, section 4. Everything else that knows columns (header names, Arrow types, validation,
docs) follows from the tables here.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["id", "text", "counter"]

SCHEMA: Final[Mapping[str, Any]] = json.loads(
    Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
)

MAX_TEXT_LENGTH: Final[int] = SCHEMA["$defs"]["text"]["maxLength"]


class Column(NamedTuple):
    """One column of a scan.

    Attributes:
        name: its name in curated files.
        kind: how its cells are read.
        label: for people.
        description: one or two sentences.
        aliases: header names that scanners use for it.
        aliases_alone: names that mean it where no other header does.
    """

    name: str
    kind: Kind
    label: str
    description: str
    aliases: tuple[str, ...]
    aliases_alone: tuple[str, ...] = ()


def _column(name: str, declared: Mapping[str, Any]) -> Column:
    kinds: dict[str | None, Kind] = {"#/$defs/text": "text", "#/$defs/counter": "counter"}
    return Column(
        name=name,
        kind=kinds.get(declared.get("$ref"), "id"),
        label=declared["title"],
        description=declared["description"],
        aliases=tuple(declared["x-aliases"]),
        aliases_alone=tuple(declared.get("x-aliases-alone", ())),
    )


# The player columns, in the order of curated files and of `record_hash`.
COLUMNS: Final = tuple(_column(*item) for item in SCHEMA["properties"].items())
# A column, and the columns whose sum it is when a file lacks it.
SUMS: Final[Mapping[str, tuple[str, ...]]] = {
    total: tuple(parts) for total, parts in SCHEMA["x-sums"].items()
}

COLUMN_NAMES: Final = tuple(column.name for column in COLUMNS)
TEXT_COLUMNS: Final = tuple(column.name for column in COLUMNS if column.kind == "text")
COUNTERS: Final = tuple(column.name for column in COLUMNS if column.kind == "counter")
REQUIRED_COLUMNS: Final = ("id", "name")
