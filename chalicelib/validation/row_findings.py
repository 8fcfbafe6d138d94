"""From flagged cells to findings: kernels count them all, the first 1,000 are explained."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from chalicelib import kernels
from chalicelib.players.headers import HeaderMap
from chalicelib.players.schema import COLUMN_NAMES
from chalicelib.scans.batch import Cells, SkippedRows, cell_text
from chalicelib.scans.findings import Finding, FindingList, shorten
from chalicelib.validation.columns import ValidatedBatch
from chalicelib.validation.derive import TIER_KILLS, Derivation
from chalicelib.validation.number_grammar import USUAL, LoneGroups

if TYPE_CHECKING:
    from chalicelib.validation.explain import Problem

# Ids sorted at once. A larger file is sorted in parts, so that its memory grows by the ids only.
_SORTED_AT_ONCE: Final = 1 << 20
# Derived columns come after all columns of the file.
_DERIVED_POSITION: Final = 1_000_000


class RowFindings:
    """Collects the findings of rows, batch by batch.

    Attributes:
        errors: bad cells and repeated ids.
        warnings: unknown values and mismatched kill points.
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
        self._skipped = skipped
        self._derivation = derivation
        self._lone = lone
        self._positions = {
            **{name: _DERIVED_POSITION + position for position, name in enumerate(COLUMN_NAMES)},
            **{name: position for position, name in enumerate(headers.columns) if name is not None},
        }
        self._ids: list[pa.Array] = []
        self._rows = 0

    def add(self, cells: Cells, validated: ValidatedBatch) -> None:
        """Add the findings of the next batch."""
        if validated.faulty:
            count = sum(mask.true_count for mask in validated.faulty.values())
            self.errors.add(self._explain_errors(cells, validated.faulty), count=count)
        # In one call: warnings of one kind must not displace earlier ones of the other.
        masks = [
            *validated.unknown.values(),
            *([] if validated.mismatch is None else [validated.mismatch]),
        ]
        count = sum(mask.true_count for mask in masks)
        warnings = self._explain_unknown(cells, validated.unknown)
        self.warnings.add([*warnings, *self._explain_mismatches(cells, validated)], count=count)
        # A copy: ids outlive the batch, and a slice would hold all of its numbers in memory.
        self._ids.append(pa.concat_arrays([validated.columns["id"]]))
        self._rows += cells.length

    def finish(self) -> None:
        """Find repeated ids; only now are all ids known."""
        parts = 1 << (max(0, self._rows - 1) // _SORTED_AT_ONCE).bit_length()
        found = [_repetitions(self._ids_of(part, parts)) for part in range(parts)]
        repeated = sum(len(again) for again in found)
        if repeated:
            repeated_ids = kernels.unique(pa.concat_arrays(found))
            self.errors.add(self._explain_repeated(repeated_ids), count=repeated)

    def _ids_of(self, part: int, parts: int) -> pa.Array:
        """The ids whose last bits are `part`, as one array; `parts` is a power of two."""
        ids = self._ids
        if parts > 1:
            ids = [
                kernels.filter_by(one, kernels.equal(kernels.bit_wise_and(one, parts - 1), part))
                for one in ids
            ]
        return kernels.drop_null(pa.chunked_array(ids, pa.int64()).combine_chunks())

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
                position=self._positions[problem.column],
                column=problem.column,
                value=shorten(problem.value),
            )
            for index in sorted(flagged)[: self.errors.room]
            for problem in self._problems(cells, index, flagged[index])
        ]

    def _problems(self, cells: Cells, index: int, columns: list[str]) -> Iterator["Problem"]:
        """The errors of a row's flagged columns; derived columns need the other cells too."""
        # Imported late: importing jsonschema takes as long as ingesting a small scan.
        from chalicelib.validation.explain import explain_cell, explain_row

        if all(column in cells.columns for column in columns):
            values = ((column, cells.value(column, index)) for column in columns)
            yield from filter(None, (explain_cell(*value, self._lone) for value in values))
        else:
            row = {name: cells.value(name, index) for name in cells.columns}
            yield from explain_row(row, self._derivation, columns, self._lone).values()

    def _explain_unknown(self, cells: Cells, unknown: Mapping[str, pa.Array]) -> list[Finding]:
        return [
            Finding(
                code="unknown_value",
                message=_unknown_message(cell_text(cells.value(column, index)) or ""),
                hint="Nothing to do, unless you know the number.",
                row=self._row(index),
                position=self._positions[column],
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
                    position=self._positions["kill_points"],
                    column="kill_points",
                    value=cell_text(cells.value("kill_points", index)),
                )
            )
        return findings

    def _explain_repeated(self, repeated_ids: pa.Array) -> list[Finding]:
        first_rows: dict[int, int] = {}
        findings: list[Finding] = []
        room = FindingList().room
        for row, player in self._rows_with(repeated_ids):
            first = first_rows.setdefault(player, row)
            if first != row:
                findings.append(self._repeated(player, row, first))
            if len(findings) == room:
                break
        return findings

    def _rows_with(self, ids: pa.Array) -> Iterator[tuple[int, int]]:
        before = 0
        for batch in self._ids:
            mask = kernels.is_in(batch, ids)
            for index in kernels.indices_nonzero(mask).to_pylist():
                yield self._skipped.row(before + index + 1), batch[index].as_py()
            before += len(batch)

    def _repeated(self, player: int, row: int, first: int) -> Finding:
        return Finding(
            code="duplicate_id",
            message=f"The id {player} is in row {first} already.",
            hint="Keep the right one of the two rows and delete the other.",
            row=row,
            position=self._positions["id"],
            column="id",
        )


def _repetitions(ids: pa.Array) -> pa.Array:
    """Each repetition of an id; an id that occurs three times is listed twice."""
    # Sorting takes 16 bytes per id, a hash table three times as much.
    ids = kernels.take(ids, kernels.sort_indices(ids, [("", "ascending")]))
    return kernels.filter_by(ids[1:], kernels.equal(ids[1:], ids[:-1]))


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
