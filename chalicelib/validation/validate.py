"""Validate an upload: read it, validate every cell, and pass valid batches to a sink.

A pure function of the upload's bytes, its file name and the settings: no store, no clock.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import pyarrow as pa

from chalicelib.config import Settings
from chalicelib.lake.file_names import FileName
from chalicelib.players.headers import HeaderMap, map_headers
from chalicelib.scans.batch import Cells
from chalicelib.scans.findings import Finding, FindingList
from chalicelib.scans.open import open_reader
from chalicelib.scans.reader import MoreColumnsError, Reader
from chalicelib.scans.text_stream import UnreadableError
from chalicelib.scans.upload import Upload
from chalicelib.threads.worker import BackgroundWorker, short_switch_interval
from chalicelib.validation.columns import read_numbers, validate_batch
from chalicelib.validation.derive import Derivation, plan
from chalicelib.validation.evidence import Evidence
from chalicelib.validation.file_findings.collect import FileFindings
from chalicelib.validation.file_findings.kingdom_column import without_kingdom
from chalicelib.validation.header_findings import header_errors, ignored_columns
from chalicelib.validation.number_columns import Numbers
from chalicelib.validation.number_grammar import THOUSANDS, LoneGroups

_NO_HEADERS: Final = map_headers([])


class Sink(Protocol):
    """Receives the batches of a valid upload."""

    def add(
        self, columns: Mapping[str, pa.Array], length: int, texts: Mapping[str, pa.Array]
    ) -> None:
        """Add a batch: typed columns by name, `length` rows, and columns as text if available."""
        ...


MakeSink = Callable[[Derivation], Sink]


class ValidationResult:
    """The result of validating an upload.

    Attributes:
        format: `csv`, `tsv`, `json`, `jsonl` or `xlsx`.
        encoding: `utf-8` or `utf-16`; None when it is not known.
        delimiter: of CSV and TSV.
        players: rows read, including bad ones.
        headers: what the columns mean.
        sheet: of a workbook.
        header_line: the physical line of the header, in formats that have one.
        blank_rows: rows without a value in any mapped column; they are no rows.
        derivation: which columns were derived.
        errors: why it is refused; empty when it is accepted.
        warnings: findings that do not refuse it.
    """

    def __init__(self, format: str | None) -> None:  # noqa: A002
        """Start with nothing found."""
        self.format = format
        self.encoding: str | None = None
        self.delimiter: str | None = None
        self.players = 0
        self.sheet: str | None = None
        self.header_line: int | None = None
        self.blank_rows = 0
        self.headers: HeaderMap = _NO_HEADERS
        self.derivation: Derivation | None = None
        self.errors = FindingList()
        self.warnings = FindingList()

    @property
    def accepted(self) -> bool:
        """Whether it has no errors."""
        return self.errors.count == 0


def validate_upload(
    upload: Upload,
    file: FileName,
    settings: Settings,
    make_sink: MakeSink | None = None,
    *,
    kingdom: int | None = None,
) -> ValidationResult:
    """Validate an upload.

    Args:
        upload: its bytes.
        file: its name, which defines the format.
        settings: for `MAX_UPLOAD_BYTES` and `DKP_WEIGHTS`.
        make_sink: makes the sink for the batches. When reading restarts, it is called again; only
            the last sink counts, and only if the upload is accepted.
        kingdom: the kingdom that it is uploaded for; None where nobody says one.
    """
    settings = settings.with_weights(settings.weights_of(kingdom))
    found = ValidationResult(format=file.format)
    if upload.too_large:
        found.errors.add([too_large(upload, settings)])
        return found
    try:
        reader = open_reader(upload, file, settings)
        lone = THOUSANDS
        while True:
            try:
                settled = _read(reader, found, settings, make_sink, kingdom=kingdom, lone=lone)
            except MoreColumnsError:
                pass
            else:
                if settled == lone:
                    return found
                # What the cells mean is known only now: once more, from the start.
                lone = settled
                reader = open_reader(upload, file, settings)
            found = ValidationResult(format=file.format)
    except UnreadableError as error:
        found.errors.add([error.finding])
        return found


def too_large(upload: Upload, settings: Settings) -> Finding:
    """The finding for an upload that is larger than `MAX_UPLOAD_BYTES`."""
    return Finding(
        code="too_large",
        message=f"The file has {upload.size:,} bytes; {settings.max_upload_bytes:,} are allowed.",
        hint="Check what is in it: a scan of a whole kingdom has about two million bytes.",
    )


def _read(
    reader: Reader,
    found: ValidationResult,
    settings: Settings,
    make_sink: MakeSink | None,
    *,
    kingdom: int | None,
    lone: LoneGroups,
) -> LoneGroups:
    """Read all rows into `found`, with lone groups read as `lone` says.

    Returns:
        How the whole file says that they are to be read. If that is another way, what is found
        does not count.
    """
    found.encoding = reader.encoding
    found.delimiter = reader.delimiter
    found.sheet = reader.sheet
    found.header_line = reader.header_line
    found.format = reader.format or found.format
    headers = reader.columns()
    found.headers = headers
    errors = header_errors(headers, reader.header_line, reader.sheets)
    if errors:
        found.errors.add(errors if reader.has_header else [])
        found.headers = reader.headers
    else:
        found.derivation = plan(headers, dict(settings.dkp_weights))
        sink = make_sink(found.derivation) if make_sink else None
        evidence = Evidence(reader.delimiter, lone)
        findings = FileFindings(reader, found.derivation, kingdom, lone)
        _read_rows(reader, found.derivation, sink, findings, evidence)
        settled = evidence.settle(reader.skipped)
        if settled != lone:
            return settled
        found.headers = findings.map(reader.headers)
        findings.finish(found.errors, found.warnings)
    found.players = reader.rows
    found.blank_rows = reader.blank_rows
    if reader.skipped_line is not None:
        found.warnings.add([_skipped_lines(reader)])
    found.warnings.add(ignored_columns(found.headers, reader.header_line))
    found.errors.extend(reader.errors)
    if found.accepted and not found.players:
        found.errors.add([_no_players(reader.header_line)])
    rows = {
        finding.row
        for finding in (*found.errors.listed, *found.warnings.listed)
        if finding.row is not None and finding.line is None
    }
    locations = reader.locate_rows(sorted(rows)) if rows else {}
    found.errors.locate(locations)
    found.warnings.locate(locations)
    return lone


def _read_rows(
    reader: Reader,
    derivation: Derivation,
    sink: Sink | None,
    findings: FileFindings,
    evidence: Evidence,
) -> None:
    """Read all rows; a batch is validated and added to the sink while the next one is read.

    The reader's thread runs little Python and long kernels, so it seldom waits for Python's lock,
    which the loop over records in the other thread holds.
    """

    def take(batch: tuple[Cells, Cells, dict[str, Numbers]]) -> None:
        cells, players, numbers = batch
        validated = validate_batch(players, numbers, derivation)
        findings.add(cells, players, validated)
        if sink is not None and not (findings.has_errors or reader.errors.count):
            sink.add(validated.columns, cells.length, validated.texts)

    with short_switch_interval(), BackgroundWorker(take) as taking:
        # If the rest is unreadable, no finding of earlier rows is reported: how many rows were
        # read by then is random, because pyarrow reads ahead.
        for cells in reader.batches():
            players = without_kingdom(cells)
            numbers = read_numbers(players, evidence.lone, evidence)
            taking.submit((cells, players, numbers))


def _skipped_lines(reader: Reader) -> Finding:
    return Finding(
        code="skipped_lines",
        message=f"What stands above the header, which is in line {reader.header_line}, "
        "was left out.",
        hint="Nothing to do, unless there are players above that line.",
        line=reader.skipped_line,
    )


def _no_players(header_line: int | None) -> Finding:
    return Finding(
        code="empty_file",
        message="The file has no players.",
        hint="Export the scan again and upload it with its header and its players.",
        line=header_line,
    )
