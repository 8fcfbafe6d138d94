"""Findings in an upload: errors, which refuse it, and warnings (contract, section 5)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from chalicelib.scans.batch import RowLocation

ErrorCode = Literal[
    "bad_key",
    "future_date",
    "unsupported_format",
    "too_large",
    "empty_file",
    "bad_encoding",
    "bad_json",
    "bad_workbook",
    "missing_column",
    "duplicate_column",
    "ragged_row",
    "missing_value",
    "bad_number",
    "bad_text",
    "out_of_range",
    "wrong_type",
    "duplicate_id",
    "other_kingdom",
    "several_scans",
]
WarningCode = Literal[
    "unknown_value",
    "ignored_column",
    "kill_points_mismatch",
    "skipped_lines",
    "damaged_names",
    "other_kingdom",
]

# How many findings a report lists; all are counted.
MAX_LISTED: Final = 1000
MAX_VALUE_LENGTH: Final = 100

SECOND_HEADER_MESSAGE: Final = "This row is a second header: the columns' names stand here again."
SECOND_HEADER_HINT: Final = (
    "Delete this row. If a second list starts here, put its rows into a file of their own."
)


class Finding(NamedTuple):
    """An error or a warning.

    Attributes:
        code: its kind.
        message: what is wrong, in a sentence.
        hint: what to do about it.
        row: the player's number, from 1; None when it concerns the whole file.
        position: the column's number in the file, to order findings of one row.
        column: the column's name.
        value: the cell's text in the file.
        line: the physical line where the record starts, when it is known already.
    """

    code: ErrorCode | WarningCode
    message: str
    hint: str
    row: int | None = None
    position: int = -1
    column: str | None = None
    value: str | None = None
    line: int | None = None

    @property
    def order(self) -> tuple[int, int]:
        """The sort key for file order; findings about the whole file come first."""
        return (self.row or 0, self.position)

    def as_json(self) -> dict[str, Any]:
        """The JSON object for reports (contract, section 5)."""
        return {
            "row": self.row,
            "line": self.line,
            "column": self.column,
            "value": shorten(self.value),
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }


def shorten(value: str | None) -> str | None:
    """A cell's text, cut to the length limit of reports; lone surrogates become escapes."""
    if value is None:
        return None
    text = value if len(value) <= MAX_VALUE_LENGTH else value[: MAX_VALUE_LENGTH - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class FindingList:
    """The first findings in file order, the count of all, and what sums many of them up.

    Attributes:
        count: of all findings; summaries are not among them.
    """

    __slots__ = ("_first", "_summaries", "count")

    def __init__(self) -> None:
        """Start with none."""
        self.count = 0
        self._first: list[Finding] = []
        self._summaries: list[Finding] = []

    @property
    def listed(self) -> list[Finding]:
        """Findings about the whole file, then summaries, then at most `MAX_LISTED` in file order.

        Those about the whole file are among the `MAX_LISTED`.
        """
        if not self._summaries:
            return self._first
        return sorted([*self._first, *self._summaries], key=lambda finding: finding.order)

    @property
    def room(self) -> int:
        """How many more findings can be listed, if they come after the listed ones."""
        return max(0, MAX_LISTED - len(self._first))

    def add(self, findings: Iterable[Finding], *, count: int | None = None) -> None:
        """List findings in file order.

        Args:
            findings: at least the first `MAX_LISTED` of what was found.
            count: how many were found in all, when `findings` does not hold them all.
        """
        new = list(findings)
        self.count += len(new) if count is None else count
        if not self.room:
            new = [finding for finding in new if finding.order < self._first[-1].order]
        if new:
            self._first = sorted([*self._first, *new], key=lambda finding: finding.order)
            del self._first[MAX_LISTED:]

    def summarise(self, summaries: Iterable[Finding]) -> None:
        """Add findings that say in one what many findings say each; they are not counted."""
        self._summaries += summaries

    def extend(self, others: "FindingList") -> None:
        """Add the findings and the summaries of another list."""
        self.add(others._first, count=others.count)
        self.summarise(others._summaries)

    def locate(self, locations: Mapping[int, RowLocation]) -> None:
        """Give each listed finding the physical line of its row.

        When a repeated id is found, its cell's text is no longer in memory; it is set here too.

        Args:
            locations: by row number.
        """
        self._first = [_locate(finding, locations.get(finding.row or 0)) for finding in self._first]


def _locate(finding: Finding, location: RowLocation | None) -> Finding:
    if location is None or finding.line is not None:
        return finding
    if finding.code == "duplicate_id":
        return finding._replace(line=location.line, value=location.id_text)
    return finding._replace(line=location.line)
