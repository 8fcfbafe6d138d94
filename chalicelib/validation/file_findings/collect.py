"""Collect all findings about rows, columns and the whole file, batch by batch."""

from chalicelib.players.headers import HeaderMap
from chalicelib.scans.batch import Cells
from chalicelib.scans.findings import FindingList
from chalicelib.scans.reader import Reader
from chalicelib.validation.columns import ValidatedBatch
from chalicelib.validation.derive import Derivation
from chalicelib.validation.file_findings.damaged_names import DamagedNames
from chalicelib.validation.file_findings.kingdom_column import KingdomColumn
from chalicelib.validation.number_grammar import LoneGroups
from chalicelib.validation.row_findings import RowFindings


class FileFindings:
    """Collects the findings of one reading of a file."""

    def __init__(
        self, reader: Reader, derivation: Derivation, kingdom: int | None, lone: LoneGroups
    ) -> None:
        """Start before the first row.

        Args:
            reader: the file.
            derivation: what is derived from it.
            kingdom: the kingdom that it is uploaded for; None when nobody says one.
            lone: how lone groups are read.
        """
        self._reader = reader
        self._rows = RowFindings(reader.headers, reader.skipped, derivation, lone)
        self._names = DamagedNames(reader.skipped)
        self._kingdoms = KingdomColumn(kingdom, reader.skipped, lone)

    @property
    def has_errors(self) -> bool:
        """Whether the rows have errors so far."""
        return bool(self._rows.errors.count)

    def add(self, cells: Cells, players: Cells, validated: ValidatedBatch) -> None:
        """Add the next batch.

        Args:
            cells: the batch as it was read.
            players: it without its column of kingdoms.
            validated: its values.
        """
        self._rows.add(players, validated)
        self._names.add(players, validated.columns["name"])
        self._kingdoms.add(cells)

    def map(self, headers: HeaderMap) -> HeaderMap:
        """The file's headers, with the kingdoms' column mapped if its values are kingdoms."""
        return self._kingdoms.map(headers)

    def finish(self, errors: FindingList, warnings: FindingList) -> None:
        """Add what was found to an upload's errors and warnings, after the last row."""
        self._rows.finish()
        if self._rows.ids.count:
            # Imported late: in most files no id repeats.
            from chalicelib.validation.file_findings.several_scans import repeated_id_errors

            errors.extend(repeated_id_errors(self._reader, self._rows.ids))
        errors.extend(self._rows.errors)
        warnings.extend(self._rows.warnings)
        errors.add(filter(None, [self._kingdoms.error()]))
        warnings.add(filter(None, [self._kingdoms.warning(), self._names.warning()]))
