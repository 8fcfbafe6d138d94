"""Findings about a file's columns."""

from typing import Final

from chalicelib.players.headers import HeaderMap
from chalicelib.players.schema import COLUMNS, COUNTERS
from chalicelib.scans.findings import Finding, shorten

# First characters of files that are no CSV, although their name says so.
_OTHER_FORMATS: Final = {
    "{": "This file looks like JSON: let its name end in .json and upload it again.",
    "[": "This file looks like JSON: let its name end in .json and upload it again.",
    "<": "This file looks like a web page: open it in a browser, and save the scan itself as CSV.",
}
_ALIASES: Final = {column.name: column.aliases for column in COLUMNS}


def header_errors(headers: HeaderMap, line: int | None) -> list[Finding]:
    """Columns that are missing or repeated.

    Args:
        headers: the file's columns.
        line: the physical line of the header, None in JSON.
    """
    errors = [_duplicate(header, column, headers, line) for header, column in headers.duplicates]
    errors += [_missing(column, line) for column in headers.missing]
    if not headers.counters:
        errors.append(_no_counter(line))
    hint = _other_format(headers) if line is not None else None
    return errors if hint is None else [error._replace(hint=hint) for error in errors]


def _other_format(headers: HeaderMap) -> str | None:
    """The hint for a header without a known column that is the start of another format."""
    if headers.mapped or not headers.ignored:
        return None
    if headers.ignored[0].lower().startswith("sep="):
        return "The first line is a note for Excel: delete it, so that the header comes first."
    return _OTHER_FORMATS.get(headers.ignored[0].strip()[:1])


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
            column=shorten(header),
            line=line,
        )
        for header in headers.ignored
    ]
