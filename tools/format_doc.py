"""Write the table of columns in docs/format.md from the player schema."""

from pathlib import Path
from typing import Final

from chalicelib.limits import MAX_INTEGER
from chalicelib.players.schema import COLUMNS, MAX_TEXT_LENGTH, Column

DOC: Final = Path(__file__).parent.parent / "docs" / "format.md"
BEGIN: Final = "<!-- columns: written by `make docs` from chalicelib/players/schema.json -->\n"
END: Final = "<!-- end of columns -->\n"

_TYPES: Final = {
    "id": f"whole number, 1 to {MAX_INTEGER}",
    "text": f"text, up to {MAX_TEXT_LENGTH} characters",
    "counter": f"whole number, 0 to {MAX_INTEGER}",
}


def columns_table() -> str:
    """The table of all columns, in the order of curated files."""
    rows = [_row(column) for column in COLUMNS]
    head = "| column | type | meaning | names that are recognised |\n|---|---|---|---|\n"
    return BEGIN + head + "".join(rows) + END


def _row(column: Column) -> str:
    names = _listed(column.aliases)
    if column.aliases_alone:
        names += f"; where nothing else means it: {_listed(column.aliases_alone)}"
    return f"| `{column.name}` | {_TYPES[column.kind]} | {column.description} | {names} |\n"


def _listed(aliases: tuple[str, ...]) -> str:
    return ", ".join(f"`{alias}`" for alias in aliases)


def with_table(text: str) -> str:
    """The document with the table as it should be."""
    before, rest = text.split(BEGIN)
    return before + columns_table() + rest.split(END)[1]


if __name__ == "__main__":
    DOC.write_text(with_table(DOC.read_text(encoding="utf-8")), encoding="utf-8")
