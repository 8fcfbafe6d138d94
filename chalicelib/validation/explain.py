"""Explain a row's errors by jsonschema, which is the authority on whether a row is valid.

Kernels validate whole columns (`chalicelib.validation.columns`). Only the rows that they flagged
come here for an explanation. A property test checks that the two agree.
"""

import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from chalicelib.limits import MAX_INTEGER
from chalicelib.players.schema import SCHEMA, TEXT_COLUMNS
from chalicelib.scans.batch import NAN, JsonNumber, OddCell, cell_text
from chalicelib.scans.findings import MAX_LISTED, MAX_VALUE_LENGTH, ErrorCode
from chalicelib.scans.whole_numbers import whole_number
from chalicelib.validation.derive import Derivation
from chalicelib.validation.number_cells import plain_form, read_cell
from chalicelib.validation.number_faults import FRACTION, NotANumber
from chalicelib.validation.number_grammar import (
    UNKNOWN_CODES,
    UNKNOWN_NUMBERS,
    USUAL,
    LoneGroups,
)

_CONTROL_CHARACTERS: Final = ("\x00", "\x1f")
_NOTHING_DERIVED: Final = Derivation(sums={}, weights=None, dkp_in_file=False)


class Problem(NamedTuple):
    """What is wrong with one cell."""

    column: str
    code: ErrorCode
    message: str
    hint: str
    value: str | None


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(dict(SCHEMA))


def explain_row(
    cells: Mapping[str, Any],
    derivation: Derivation,
    columns: Collection[str] | None = None,
    lone: LoneGroups = USUAL,
) -> dict[str, Problem]:
    """The errors of a row, by column.

    Args:
        cells: the row as it stands in the file, by column: text, an exact integer, None for a
            JSON null or an absent key, or another JSON value.
        derivation: what is derived in this file.
        columns: the columns to check, all when None. No rule concerns two columns, and checking
            one takes a tenth of the time.
        lone: how the file's lone groups are read.
    """
    row = {name: _read(name, cell, lone) for name, cell in cells.items()}
    _derive(row, derivation)
    instance = {
        name: cells[name] if isinstance(value, NotANumber) else value
        for name, value in row.items()
        if not (name == "id" and value is None) and (columns is None or name in columns)
    }
    problems: dict[str, Problem] = {}
    for error in _validator().iter_errors(instance):
        column = "id" if error.validator == "required" else str(error.absolute_path[0])
        if column not in problems and (columns is None or column in columns):
            problems[column] = _explain(column, cells.get(column), row.get(column), error)
    return problems


def explain_cell(column: str, cell: Any, lone: LoneGroups = USUAL) -> Problem | None:
    """The error of one cell, if any; no rule concerns two columns of a file.

    The same wrong text often repeats. jsonschema takes 0.05 ms, so the results for short texts are
    cached.

    Args:
        column: its column.
        cell: as it stands in the file.
        lone: how the file's lone groups are read.
    """
    if isinstance(cell, str) and len(cell) <= MAX_VALUE_LENGTH:
        return _explain_short_text(column, cell, lone)
    return _explain_one_cell(column, cell, lone)


@lru_cache(MAX_LISTED)
def _explain_short_text(column: str, text: str, lone: LoneGroups) -> Problem | None:
    return _explain_one_cell(column, text, lone)


def _explain_one_cell(column: str, cell: Any, lone: LoneGroups) -> Problem | None:
    return explain_row({column: cell}, _NOTHING_DERIVED, (column,), lone).get(column)


def _read(name: str, cell: Any, lone: LoneGroups) -> Any:
    """A cell's value in the form that the schema validates."""
    if name in TEXT_COLUMNS:
        return _read_text(cell)
    if isinstance(cell, OddCell):
        return NotANumber(cell.reason, cell.hint)
    if isinstance(cell, JsonNumber):
        cell = _read_number(cell)
    if isinstance(cell, str):
        # A scanner's -1 in a counter is "not known"; as an id it is a negative number.
        code = UNKNOWN_NUMBERS.get(plain_form(cell)) if name == "id" else None
        return read_cell(cell, lone) if code is None else code
    is_code = name != "id" and type(cell) is int and cell in UNKNOWN_CODES
    return None if is_code else cell


def _read_number(number: JsonNumber) -> int | NotANumber | None:
    if number.text == NAN:
        return None
    value = whole_number(number.text)
    return FRACTION if value is None else value


def _read_text(cell: Any) -> Any:
    if not isinstance(cell, str) or any(character in cell for character in _CONTROL_CHARACTERS):
        return cell
    return unicodedata.normalize("NFC", cell.strip()) or None


def _derive(row: dict[str, Any], derivation: Derivation) -> None:
    """Like `chalicelib.validation.derive`, for one row, in Python's unbounded integers."""
    for total, parts in derivation.sums.items():
        row[total] = _total([(row.get(part), 1) for part in parts])
    if derivation.weights is not None:
        row["dkp"] = _total([(row.get(name), w) for name, w in derivation.weights.items()])


def _total(terms: list[tuple[Any, int]]) -> int | None:
    known = [(value, weight) for value, weight in terms if _is_count(value)]
    return sum(v * w for v, w in known) if len(known) == len(terms) else None


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _explain(column: str, cell: Any, value: Any, error: ValidationError) -> Problem:
    code, message, hint = _EXPLANATIONS[str(error.validator)](cell, value, error)
    if column == "id" and code in ("bad_number", "out_of_range") and not isinstance(cell, OddCell):
        hint = (value.id_hint if isinstance(value, NotANumber) else None) or _ID_HINT
    return Problem(column, code, message, hint, cell_text(cell if cell is not None else value))


_ID_HINT: Final = "Look the player up and correct the id; delete the row if it is not a player."


Explanation = tuple[ErrorCode, str, str]


def _explain_type(cell: Any, value: Any, error: ValidationError) -> Explanation:
    if isinstance(value, NotANumber):
        return "bad_number", f"'{_short(cell)}' is not a whole number: {value.reason}.", value.hint
    if isinstance(cell, OddCell):
        return "bad_text", f"'{_short(cell)}' is not a text: {cell.reason}.", cell.hint
    wanted = "text" if "string" in str(error.validator_value) else "a whole number"
    found = {bool: "true or false", dict: "an object", list: "a list"}.get(type(cell), "a number")
    message = f"{found[0].upper()}{found[1:]} stands where {wanted} is expected."
    if isinstance(cell, dict) and cell:
        return "wrong_type", message, _NESTED_HINT
    return "wrong_type", message, f"Write {wanted}, or null if it is not known."


_NESTED_HINT: Final = (
    "Take the values out of the object, so that each stands right in the player under a name of "
    'its own, like "t1_kills": 5, "t2_kills": 6.'
)


def _explain_range(cell: Any, value: Any, error: ValidationError) -> Explanation:
    # jsonschema's message: "-5 is less than the minimum of 0".
    message = f"{error.message[:200]}."
    if value < 0:
        message = f"{value} is negative: {error.validator_value} is the least."
    if cell is None:
        return "out_of_range", f"Derived from other columns, {message}", _MISREAD_HINT
    return "out_of_range", message, _MISREAD_HINT


_MISREAD_HINT: Final = (
    "Check the scan for a misread number. Correct the cell, or leave a counter empty if it is "
    "not known."
)


def _explain_length(cell: Any, value: Any, error: ValidationError) -> Explanation:
    return (
        "bad_text",
        f"The text has {len(value)} characters; {error.validator_value} are allowed.",
        "Shorten it. In CSV look for a quote that is opened here and never closed: it swallows the "
        "rows after it.",
    )


def _explain_characters(cell: Any, value: Any, error: ValidationError) -> Explanation:
    return (
        "bad_text",
        "The text has a character that no name can have (NUL, 0x1F or half of a pair).",
        "Delete it, or type the name again.",
    )


def _explain_missing(cell: Any, value: Any, error: ValidationError) -> Explanation:
    return (
        "missing_value",
        "The player has no id.",
        "Fill in the id, or delete the row if it is not a player.",
    )


_EXPLANATIONS: Final[Mapping[str, Callable[[Any, Any, ValidationError], Explanation]]] = {
    "type": _explain_type,
    "minimum": _explain_range,
    "maximum": _explain_range,
    "maxLength": _explain_length,
    "pattern": _explain_characters,
    "required": _explain_missing,
}


def _short(cell: Any) -> str:
    text = cell_text(cell) or ""
    return text if len(text) <= 40 else text[:39] + "…"
