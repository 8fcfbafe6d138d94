"""What is wrong with a file's columns, as findings."""

from typing import Final

from chalicelib.ingest.findings import Finding, shorten
from chalicelib.players.headers import HeaderMap
from chalicelib.players.schema import COLUMNS, COUNTERS

_ALIASES: Final = {column.name: column.aliases for column in COLUMNS}


def header_errors(headers: HeaderMap, line: int | None) -> list[Finding]:
    """Columns that are missing or there twice.

    Args:
        headers: the file's columns.
        line: the physical line of the header, None in JSON.
    """
    errors = [_duplicate(header, column, headers, line) for header, column in headers.duplicates]
    errors += [_missing(column, line) for column in headers.missing]
    if not headers.counters:
        errors.append(_no_counter(line))
    return errors


def _duplicate(header: str, column: str, headers: HeaderMap, line: int | None) -> Finding:
    first = next(name for name, mapped in headers.mapped.items() if mapped == column)
    return Finding(
        code="duplicate_column",
        message=f'Two columns mean {column}: "{shorten(first)}" and "{shorten(header)}".',
        hint="Delete or rename the one that is wrong.",
        column=column,
        value=header,
        line=line,
    )


def _missing(column: str, line: int | None) -> Finding:
    names = ", ".join(f'"{alias}"' for alias in _ALIASES[column])
    also = "" if line is None else "; the delimiter may be a comma, a semicolon or a tab"
    return Finding(
        code="missing_column",
        message=f"There is no column for {column}.",
        hint=f"Name it one of {names}{also}.",
        column=column,
        line=line,
    )


def _no_counter(line: int | None) -> Finding:
    return Finding(
        code="missing_column",
        message="There is no column with numbers to rank by.",
        hint=f"At least one of {', '.join(COUNTERS)} must be there.",
        line=line,
    )


def ignored_columns(headers: HeaderMap, line: int | None) -> list[Finding]:
    """A warning for each column that is not read."""
    return [
        Finding(
            code="ignored_column",
            message=f'The column "{shorten(header)}" is not known and was not read.',
            hint="Nothing to do, unless it is one of the known columns under another name.",
            column=header,
            line=line,
        )
        for header in headers.ignored
    ]
