"""Findings about a file's columns: what is missing, repeated or not read, and what to do."""

import re
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Final, NamedTuple

from chalicelib.players.fold import fold
from chalicelib.players.headers import HeaderMap, map_headers
from chalicelib.players.schema import COLUMNS
from chalicelib.scans.findings import Finding, shorten

_COLUMNS: Final = {column.name: column for column in COLUMNS}
_NAMES_IN_HINTS: Final = 4
_SHEETS_IN_HINTS: Final = 10
_BRIEF: Final = 40
_EXAMPLE: Final = "ID, Name, Power, Kill Points, T4 Kills, T5 Kills, Deaths"
_ONE_LIST: Final = "Upload the full list of players: one row a player, with id, name and numbers."
# What a first cell starts with, in files that are no table although their name says so.
_OTHER_FORMATS: Final = (
    ("{\\rtf", "This is a text document, not a table.", "Save the table itself as .csv or .xlsx."),
    ("{", "This is JSON, not a table.", "Let the file's name end in .json and upload it again."),
    ("[", "This is JSON, not a table.", "Let the file's name end in .json and upload it again."),
    (
        "<",
        "This is a web page, not a table.",
        "Download the scan itself again: what was saved is the page around it.",
    ),
)
_NOT_SEPARATORS: Final = ("|", ",", ";", "\t", ":", "~", "^", "  ", " ")
_PLAYER_CELL: Final = re.compile(r"(?=.{0,40}\d{4})[\d.,'\s]{4,40}", re.DOTALL)
_LONGEST_CELL: Final = 10_000


class _Kind(NamedTuple):
    """What a header is instead of one of players, and the one thing to do."""

    message: str
    hint: str


def header_errors(
    headers: HeaderMap, line: int | None, sheets: Sequence[str] = ()
) -> list[Finding]:
    """Columns that are missing or repeated.

    A header without id and name is no list of players: one finding says what it is instead. Lists
    beside each other are one finding too.

    Args:
        headers: the file's columns.
        line: the physical line of the header, None in JSON.
        sheets: the names of a workbook's sheets.
    """
    repeated = {column for _, column in headers.duplicates}
    if {"id", "name"} <= repeated:
        errors = [_side_by_side(headers)]
    else:
        errors = [_duplicate(header, column, headers) for header, column in headers.duplicates]
    if {"id", "name"} <= {*headers.missing}:
        errors.append(_no_list(headers, line))
    else:
        errors += [_missing(column, headers) for column in headers.missing]
        if not headers.counters:
            errors.append(_no_counter(headers))
    hint = _of_sheets(sheets)
    return [error._replace(line=line, hint=error.hint + hint) for error in errors]


def _of_sheets(sheets: Sequence[str]) -> str:
    if not sheets:
        return ""
    names = ", ".join(f'"{shorten(name)}"' for name in sheets[:_SHEETS_IN_HINTS])
    more = " and more" if len(sheets) > _SHEETS_IN_HINTS else ""
    if len(sheets) == 1:
        return f" The workbook has one sheet, {names}."
    return f" The workbook has the sheets {names}{more}; none of them is such a list."


def _label(column: str) -> str:
    """A column's name within a sentence."""
    label = _COLUMNS[column].label
    return label if not label[1].islower() else label[0].lower() + label[1:]


def _quoted(header: str) -> str:
    return f'"{shorten(header.strip())}"'


def _side_by_side(headers: HeaderMap) -> Finding:
    header = next(name for name, column in headers.duplicates if column == "id")
    return Finding(
        code="duplicate_column",
        message="Several lists stand beside each other: ids and names are there twice.",
        hint=_ONE_LIST,
        column="id",
        value=header,
    )


def _duplicate(header: str, column: str, headers: HeaderMap) -> Finding:
    first = next(name for name, mapped in headers.mapped.items() if mapped == column)
    label = _label(column)
    if fold(first) == fold(header):
        message = f"Two columns are called {_quoted(header)}."
        hint = f"Keep the newest {label} and delete the other column: a scan is of one moment."
    else:
        message = f"Two columns mean {label}: {_quoted(first)} and {_quoted(header)}."
        hint = f"Keep the one that has the {label} and delete the other, or rename it."
    return Finding(code="duplicate_column", message=message, hint=hint, column=column, value=header)


def _missing(column: str, headers: HeaderMap) -> Finding:
    # Imported late: guessing is for files that are refused.
    from chalicelib.players.guess import candidate, guesses

    label = _label(column)
    found = guesses(headers.ignored, headers.present).get(column)
    name = _COLUMNS[column].aliases[0]
    maybe = candidate(column, headers.ignored)
    if maybe is None and column == "id":
        maybe = _name_beside_an_id(headers.ignored)
    if found is not None:
        hint = f'Rename {_quoted(found)} to "{name}".'
    elif maybe is not None:
        hint = f'If {_quoted(maybe)} is the player\'s {label}, rename it to "{name}".'
    elif column == "id":
        hint = (
            'Add the column of the players\' ids in the game, named "ID" or "Governor ID": '
            "names change, so that nobody could be followed by them."
        )
    else:
        hint = f"Name the column of the players' names {_listed(column)}."
    return Finding(
        code="missing_column",
        message=f"There is no column for the player's {label}.",
        hint=hint,
        column=column,
    )


def _name_beside_an_id(headers: Sequence[str]) -> str | None:
    """A header like "Governor", which is the player's name only where there is an id."""
    names = {fold(name) for name in _COLUMNS["name"].aliases_alone}
    return next((one for one in headers if fold(one) in names), None)


def _listed(column: str) -> str:
    names = [f'"{alias}"' for alias in _COLUMNS[column].aliases[:_NAMES_IN_HINTS]]
    return ", ".join(names[:-1]) + f" or {names[-1]}"


def _no_counter(headers: HeaderMap) -> Finding:
    from chalicelib.players.guess import with_unit

    message = "There is no column with numbers to rank by."
    hint = 'Add at least one, for example "Power", "Kill Points", "T4 Kills" or "Deaths".'
    renames = _renames(headers, but={"id", "name"})
    if renames:
        hint = f"Name the columns in the words of the game in English: {renames}."
    unit = next((one for one in headers.ignored if with_unit(one) is not None), None)
    if unit is not None and (found := with_unit(unit)) is not None:
        column, factor = found
        message = f"{_quoted(unit)} gives {_label(column)} in {factor}: that is rounded."
        hint = (
            f"Export the whole numbers, like 62985587, and name the column "
            f'"{_COLUMNS[column].aliases[0]}".'
        )
    return Finding(code="missing_column", message=message, hint=hint)


def _renames(headers: HeaderMap, but: Collection[str] = ()) -> str:
    """Which unknown headers are surely meant to be which columns; empty for none."""
    from chalicelib.players.guess import guesses

    found = guesses(headers.ignored, headers.present.union(but))
    return ", ".join(
        f'{_quoted(header)} is "{_COLUMNS[column].aliases[0]}"' for column, header in found.items()
    )


def _no_list(headers: HeaderMap, line: int | None) -> Finding:
    kind = _kind(headers, line)
    return Finding(code="missing_column", message=kind.message, hint=kind.hint, column="id")


def _kind(headers: HeaderMap, line: int | None) -> _Kind:
    """What a header without id and name is."""
    names = [name.strip() for name in headers.names if name.strip()]
    table = None if line is None else _no_table(names, headers)
    if table is not None:
        return table
    renames = _renames(headers)
    if renames:
        return _Kind(
            "There are no columns for the player's id and name.",
            f"Name the columns in the words of the game in English: {renames}"
            '; "ID" and "Name" must be there.',
        )
    name = _name_beside_an_id(headers.ignored)
    if name is not None:
        return _Kind(
            "There is no column for the player's ID.",
            f'Add the column of the players\' ids in the game, named "ID"; {_quoted(name)} is then '
            "read as the name.",
        )
    from chalicelib.players.guess import candidate

    maybe = {"ID": candidate("id", headers.ignored), "Name": candidate("name", headers.ignored)}
    asked = [f'{_quoted(one)} to "{name}"' for name, one in maybe.items() if one is not None]
    if headers.mapped and maybe["ID"] is not None:
        return _Kind(
            "There are no columns for the player's id and name.",
            f"If these are the player's, rename {' and '.join(asked)}; both must be there.",
        )
    if headers.mapped:
        return _Kind("This is no list of players: it has no ids and no names.", _ONE_LIST)
    hint = f"Put a line with the column names above the players, like: {_EXAMPLE}."
    if line is None:
        hint = f"Give each player's values such names: {_EXAMPLE}."
    cut = (name if len(name) <= _BRIEF else f"{name[:_BRIEF]}…" for name in names)
    shown = ", ".join(_quoted(name) for name in islice(cut, _NAMES_IN_HINTS))
    stands = f": the first line has {shown}." if shown and line is not None else "."
    return _Kind(f"There are no column names that are known here{stands}", hint)


def _no_table(names: Sequence[str], headers: HeaderMap) -> _Kind | None:
    """What the first record of a table without id and name is, if it can be told."""
    first = names[0] if names else ""
    for start, message, hint in _OTHER_FORMATS:
        if not headers.mapped and first.lower().startswith(start.lower()):
            return _Kind(message, hint)
    if len(names) == 1 and len(first) <= _LONGEST_CELL and (separator := _separator(first)):
        return _in_one_column(separator)
    if not headers.mapped and any(_PLAYER_CELL.fullmatch(name) for name in names):
        return _Kind(
            "The first line is a player, not a header.",
            f"Put a line with the column names above it, like: {_EXAMPLE}.",
        )
    return None


def _separator(cell: str) -> str | None:
    """What separates the column names within one cell."""
    for separator in _NOT_SEPARATORS:
        if len(map_headers(cell.split(separator)).mapped) > 1:
            return separator
    return None


def _in_one_column(separator: str) -> _Kind:
    if separator in (",", ";", "\t"):
        return _Kind(
            "All columns stand in one: each line is a single cell in quotes.",
            "Split it into columns (in a spreadsheet: Text to Columns, or Split text to columns), "
            "and save it as CSV again.",
        )
    shown = "spaces" if separator.isspace() else f'"{separator}"'
    return _Kind(
        f"All columns stand in one: they are separated by {shown}.",
        "Save it as CSV with commas, semicolons or tabs between the columns.",
    )


def ignored_columns(headers: HeaderMap, line: int | None) -> list[Finding]:
    """A warning for each column that is not read; none of a file that is no list of players."""
    present = headers.present
    if {"id", "name"} <= {*headers.missing}:
        return []
    return [
        Finding(
            code="ignored_column",
            message=f'The column "{shorten(header)}" is not known and was not read.'
            if header.strip()
            else "A column without a name was not read.",
            hint=_about(header, present),
            column=shorten(header),
            line=line,
        )
        for header in headers.ignored
    ]


def _about(header: str, present: Collection[str]) -> str:
    """What to do about a column that is not read."""
    if not header.strip():
        return "Nothing to do, unless it has numbers of the players: then write its name above it."
    from chalicelib.players.guess import guess, with_unit

    unit = with_unit(header)
    if unit is not None and unit[0] not in present:
        name = _COLUMNS[unit[0]].aliases[0]
        return f'Only whole numbers are read: export them and name the column "{name}".'
    column = guess(header, misspelt=False)
    if column is not None and column not in present:
        return f'If it is the {_label(column)}, rename it to "{_COLUMNS[column].aliases[0]}".'
    return "Nothing to do, unless it is one of the known columns under another name."
