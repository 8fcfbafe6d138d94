"""The view `players/`: each kingdom's roster, made of all its curated files.

The way that is always taken, a snapshot newer than all others, reads that one file and the roster
itself. What any other change costs: see `RosterView.make`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import pyarrow as pa
from pyarrow import _parquet

from chalicelib.boards.parquet import RangedObject
from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import PreconditionFailedError, StoreError
from chalicelib.lake.keys import Partition, parse_date_folder
from chalicelib.lake.prefixes import CURATED, PLAYERS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key, roster_key
from chalicelib.roster.document import Roll, decode, encode, one_array
from chalicelib.roster.ledger import EMPTY, SCAN_COLUMNS, Columns, Ledger, append
from chalicelib.roster.note import content_of
from chalicelib.roster.roll_back import NotInScanError, roll_back
from chalicelib.threads.pool import map_ordered
from chalicelib.views.sources import dated_objects
from chalicelib.views.view import Current, Dates, SnapshotMaker, Source, Sources, Target

_THREADS: Final = 8
"""Curated files that are read side by side; twice as many may be in memory."""

_WHOLE_BYTES: Final = 8 * 1024 * 1024
"""Up to this size a curated file is read at once; of a larger one only the columns needed."""


class DamagedScanError(StoreError):
    """Raised when a curated file that a roster was made of cannot be read any more."""


class RosterView:
    """`players.parquet` of each kingdom."""

    folder = PLAYERS
    table: GlueTable | None = None

    def targets(self, partition: Partition, _: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (Target(roster_key(partition.kingdom), partition.kingdom),)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`; one listing."""
        assert target.kingdom is not None
        found = dated_objects(store, CURATED, target.kingdom, curated_key)
        return tuple(Source(info.key, info.etag) for info in found.values())

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, _: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`.

        A snapshot newer than all others is added to the roster that is there: one curated file is
        read. Any other change takes away what is as new as the oldest date concerned or newer, and
        adds these again: their files are read, the one right before, and older ones in which a
        player was last who came back since. Without a sound roster all files are read.
        """
        files = _Files(store, {_day(source): source for source in sources})
        before = _sound(current.body(), target)
        try:
            ledger = None if before is None else _brought_up(before, files)
        except (NotInScanError, DamagedScanError):
            ledger = None
        if ledger is None:
            ledger = files.added(EMPTY, date.min)
        if current.info is None and not ledger.days:
            return None
        return encode(ledger, files.noted)

    def is_sound(self, body: bytes, _: Target) -> bool:
        """See `View.is_sound`."""
        try:
            decode(body)
        except StoreError:
            return False
        return True

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return content_of(body)


class _Files:
    """A kingdom's curated files.

    Attributes:
        noted: the ETag of each by its date, less those that are damaged.
    """

    def __init__(self, store: Store, sources: Mapping[date, Source]) -> None:
        self._store = store
        self._sources = sources
        self._read: dict[date, Columns | None] = {}
        self.noted = {day: source.etag for day, source in sources.items()}

    def scan(self, day: date) -> Columns | None:
        """A snapshot's players; None for a date that is withdrawn, not there, or damaged."""
        if day not in self._read:
            self._read[day] = self._scan(day)
        return self._read[day]

    def older_scan(self, day: date) -> Columns:
        """The players of a snapshot that the roster was made of.

        Raises:
            DamagedScanError: they cannot be read any more.
        """
        scan = self.scan(day)
        if scan is None:
            raise DamagedScanError(f"the curated file of {day} cannot be read")
        return scan

    def added(self, ledger: Ledger, start: date) -> Ledger:
        """A ledger with all snapshots from a date on, which are newer than those in it."""
        days = [day for day in self._sources if day >= start]
        for day, scan in zip(days, self._scans(days), strict=True):
            if scan is not None:
                ledger = append(ledger, day, scan)
        return ledger

    def _scans(self, days: list[date]) -> Iterator[Columns | None]:
        if len(days) > 1:
            return map_ordered(self._scan_once, days, _THREADS)
        return map(self.scan, days)

    def _scan_once(self, day: date) -> Columns | None:
        """As `scan`, and not remembered: there may be many."""
        return self._read[day] if day in self._read else self._scan(day)

    def _scan(self, day: date) -> Columns | None:
        source = self._sources.get(day)
        if source is None:
            return None
        try:
            return _read_scan(self._store, source)
        except StoreError as error:
            if type(error) is not StoreError:
                raise
            # One damaged file must not keep others from being published. It is not noted, so
            # every publish tries it again.
            self.noted.pop(day, None)
            _log("curated_damaged", source.key, error)
            return None


def _brought_up(before: Roll, files: _Files) -> Ledger:
    """The ledger of what is there now, made of the one of before."""
    changed = {
        day
        for day in {*before.sources, *files.noted}
        if before.sources.get(day) != files.noted.get(day)
    }
    known = before.ledger.days
    # A date that was no snapshot and is none now: withdrawn, or still damaged.
    start = next((day for day in sorted(changed) if day in known or files.scan(day)), None)
    if start is None:
        return before.ledger
    if known and start <= known[-1]:
        return files.added(roll_back(before.ledger, start, files.older_scan), start)
    return files.added(before.ledger, start)


def _sound(body: bytes, target: Target) -> Roll | None:
    """The roster that is there; None where there is none, or a damaged one."""
    if not body:
        return None
    try:
        return decode(body)
    except StoreError as error:
        _log("roster_damaged", target.key, error)
        return None


def _read_scan(store: Store, source: Source) -> Columns | None:
    """The players in a curated file; None if it has no rows: the date is withdrawn.

    Raises:
        PreconditionFailedError, ObjectNotFoundError: it was replaced or removed meanwhile.
        StoreError: it is damaged.
    """
    with store.open(source.key, length=_WHOLE_BYTES, etag=source.etag) as opened:
        body, size = opened.read(), opened.info.size
    try:
        reader = _parquet.ParquetReader()
        reader.open(
            pa.BufferReader(body) if len(body) == size else _ranged(store, source),
            pre_buffer=len(body) < size,
            page_checksum_verification=True,
        )
        if not reader.metadata.num_rows:
            return None
        schema = reader.schema_arrow
        names = [name for name in SCAN_COLUMNS if name in schema.names]
        wrong = [name for name in names if schema.field(name).type != SCAN_COLUMNS[name]]
        if wrong or not {"id", "name", "alliance", "power"} <= {*names}:
            raise StoreError(f"{source.key} is damaged: its columns are not those of players")
        table = reader.read_all([schema.get_field_index(name) for name in names], use_threads=False)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        text = " ".join(str(error).split())
        raise StoreError(f"{source.key} is damaged: {text}") from None
    return {name: one_array(table.column(name)) for name in names}


def _ranged(store: Store, source: Source) -> pa.PythonFile:
    ranged = RangedObject(store, source.key)
    if ranged.info.etag != source.etag:
        raise PreconditionFailedError(f"{source.key} is another object by now")
    return pa.PythonFile(ranged, mode="r")


def _log(event: str, key: str, error: StoreError) -> None:
    # Imported here: damage is rare, and logging takes 2 ms of every cold start.
    import logging

    from chalicelib.logs import log_event

    fields = {"key": key, "message": str(error)}
    log_event(logging.getLogger(__name__), event, fields, logging.ERROR)


def _day(source: Source) -> date:
    day = parse_date_folder(source.key.split("/")[3])
    assert day is not None, "only curated files of a date are sources"
    return day
