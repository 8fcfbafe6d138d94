"""From flagged cells to findings: kernels count them all, the first 1,000 are explained."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.headers import HeaderMap
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.scans.batch import Cells, SkippedRows, cell_text
from chalicelib.scans.findings import (
    SECOND_HEADER_HINT,
    SECOND_HEADER_MESSAGE,
    Finding,
    FindingList,
    shorten,
)
from chalicelib.scans.two_row_header import (
    SECOND_ROW_HINT,
    SECOND_ROW_MESSAGE,
    is_second_row,
)
from chalicelib.validation.columns import ValidatedBatch
from chalicelib.validation.derive import TIER_KILLS, Derivation
from chalicelib.validation.file_findings.column_faults import ColumnFaults
from chalicelib.validation.file_findings.repeated_ids import RepeatedIds
from chalicelib.validation.not_players import (
    SUMS_HINT,
    is_row_of_sums,
    row_of_sums_message,
    second_headers,
)
from chalicelib.validation.number_grammar import USUAL, LoneGroups

if TYPE_CHECKING:
    from chalicelib.validation.explain import Problem

# Derived columns come after all columns of the file.
_DERIVED_POSITION: Final = 1_000_000


class RowFindings:
    """Collects the findings of rows, batch by batch.

    Attributes:
        errors: bad cells, and columns in which every cell is bad.
        warnings: unknown values and mismatched kill points.
        ids: the ids of all rows.
        positions: by column, its place in the file, to order findings of one row.
    """

    def __init__(
        self,
        headers: HeaderMap,
        skipped: SkippedRows,
        derivation: Derivation,
        lone: LoneGroups = USUAL,
    ) -> None:
        """Start before the first row.

        Args:
            headers: what the file's columns mean.
            skipped: the rows that are in no batch.
            derivation: what is derived.
            lone: how lone groups are read.
        """
        self.errors = FindingList()
        self.warnings = FindingList()
        self.ids = RepeatedIds(skipped)
        self.positions = {
            **{name: _DERIVED_POSITION + position for position, name in enumerate(COLUMN_NAMES)},
            **{name: position for position, name in enumerate(headers.columns) if name is not None},
        }
        self._skipped = skipped
        self._derivation = derivation
        self._lone = lone
        self._columns = ColumnFaults(headers.present, self._explain_cell)
        self._rows = 0

    def add(self, cells: Cells, validated: ValidatedBatch) -> None:
        """Add the findings of the next batch."""
        headers = (
            second_headers(cells, validated.faulty["id"]) if "id" in validated.faulty else None
        )
        faulty, unknown = _without(headers, validated.faulty), _without(headers, validated.unknown)
        self._columns.add(cells, validated, faulty, cells.length - _count(headers))
        if faulty:
            count = sum(map(_count, faulty.values())) + _count(headers)
            found = [*self._explain_errors(cells, faulty), *self._explain_headers(cells, headers)]
            self.errors.add(found, count=count)
        # In one call: warnings of one kind must not displace earlier ones of the other.
        count = sum(map(_count, [*unknown.values(), validated.mismatch]))
        warnings = self._explain_unknown(cells, unknown)
        self.warnings.add([*warnings, *self._explain_mismatches(cells, validated)], count=count)
        self.ids.add(validated.columns["id"])
        self._rows += cells.length

    def finish(self) -> None:
        """Find what only the last row decides: columns of one fault, and repeated ids."""
        self.errors.summarise(self._columns.summaries(self.positions))
        self.ids.find()

    def _row(self, index: int) -> int:
        """The number of a row in the current batch."""
        return self._skipped.row(self._rows + index + 1)

    def _explain_errors(self, cells: Cells, faulty: Mapping[str, pa.Array]) -> list[Finding]:
        flagged: dict[int, list[str]] = {}
        for column, index in _flagged(faulty, self.errors.room):
            flagged.setdefault(index, []).append(column)
        return [
            Finding(
                code=problem.code,
                message=problem.message,
                hint=problem.hint,
                row=self._row(index),
                position=self.positions[problem.column],
                column=problem.column,
                value=shorten(problem.value),
            )
            for index in sorted(flagged)[: self.errors.room]
            for problem in self._problems(cells, index, flagged[index])
        ]

    def _problems(self, cells: Cells, index: int, columns: list[str]) -> Iterator["Problem"]:
        """The errors of a row's flagged columns; derived columns need the other cells too."""
        if all(column in cells.columns for column in columns):
            cell_problems = (
                self._explain_cell(column, cells.value(column, index)) for column in columns
            )
            found = [problem for problem in cell_problems if problem is not None]
        else:
            # Imported late: importing jsonschema takes as long as ingesting a small scan.
            from chalicelib.validation.explain import explain_row

            row = {name: cells.value(name, index) for name in cells.columns}
            found = [*explain_row(row, self._derivation, columns, self._lone).values()]
        player_id, name = (cells.value(column, index) for column in ("id", "name"))
        for problem in found:
            if problem.column == "id" and is_row_of_sums(player_id, name):
                message = row_of_sums_message(player_id)
                yield problem._replace(message=message, hint=SUMS_HINT)
            elif problem.column == "id" and self._is_second_row(cells, index):
                yield problem._replace(message=SECOND_ROW_MESSAGE, hint=SECOND_ROW_HINT)
            else:
                yield problem

    def _is_second_row(self, cells: Cells, index: int) -> bool:
        row = {name: cells.value(name, index) for name in cells.columns}
        player = [row.pop(name, None) for name in ("id", "name")]
        return is_second_row(self._row(index), player, row.values())

    def _explain_cell(self, column: str, cell: Any) -> "Problem | None":
        from chalicelib.validation.explain import explain_cell  # late, as above

        return explain_cell(column, cell, self._lone)

    def _explain_headers(self, cells: Cells, headers: pa.Array | None) -> list[Finding]:
        return [
            Finding(
                code="bad_number",
                message=SECOND_HEADER_MESSAGE,
                hint=SECOND_HEADER_HINT,
                row=self._row(index),
                position=self.positions["id"],
                column="id",
                value=shorten(cell_text(cells.value("id", index))),
            )
            for _, index in _flagged({} if headers is None else {"id": headers}, self.errors.room)
        ]

    def _explain_unknown(self, cells: Cells, unknown: Mapping[str, pa.Array]) -> list[Finding]:
        return [
            Finding(
                code="unknown_value",
                message=_unknown_message(cell_text(cells.value(column, index)) or ""),
                hint="Nothing to do, unless you know the number.",
                row=self._row(index),
                position=self.positions[column],
                column=column,
                value=shorten(cell_text(cells.value(column, index))),
            )
            for column, index in _flagged(unknown, self.warnings.room)
        ]

    def _explain_mismatches(self, cells: Cells, validated: ValidatedBatch) -> list[Finding]:
        findings = []
        if validated.mismatch is None:
            return []
        points = validated.columns["kill_points"]
        for _, index in _flagged({"kill_points": validated.mismatch}, self.warnings.room):
            t1, t2, t3, t4, t5 = (validated.columns[name][index].as_py() for name in TIER_KILLS)
            expected = t1 // 5 + 2 * t2 + 4 * t3 + 10 * t4 + 20 * t5
            findings.append(
                Finding(
                    code="kill_points_mismatch",
                    message=f"The kills by tier make {expected:,} kill points, "
                    f"not {points[index].as_py():,}.",
                    hint="Check this player's kills in the scan for a misread number.",
                    row=self._row(index),
                    position=self.positions["kill_points"],
                    column="kill_points",
                    value=cell_text(cells.value("kill_points", index)),
                )
            )
        return findings


def _count(mask: pa.Array | None) -> int:
    return 0 if mask is None else mask.true_count


def _without(rows: pa.Array | None, masks: Mapping[str, pa.Array]) -> Mapping[str, pa.Array]:
    """Masks without some rows."""
    if rows is None:
        return masks
    return {column: kernels.and_not(mask, rows) for column, mask in masks.items()}


def _flagged(masks: Mapping[str, pa.Array], most: int) -> list[tuple[str, int]]:
    """The first flagged cells of each column as (column, row index), at most `most` per column."""
    if not most:
        return []
    return [
        (column, index)
        for column, mask in masks.items()
        for index in kernels.indices_nonzero(mask)[:most].to_pylist()
    ]


def _unknown_message(value: str) -> str:
    if not value.strip():
        return "The cell is empty: the value is not known."
    return f"'{value.strip()}' means that the value is not known."
