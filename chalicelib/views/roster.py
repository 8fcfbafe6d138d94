"""The view `players/`: each kingdom's roster, made of all its curated files.

The way that is always taken, a snapshot newer than all others, reads that one file and the roster
itself. What any other change costs: see `RosterView.make`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from chalicelib.engines.athena.tables import ROSTER, GlueTable
from chalicelib.errors import StoreError
from chalicelib.lake.keys import Partition, parse_date_folder
from chalicelib.lake.prefixes import PLAYERS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import roster_key
from chalicelib.roster.columns import Columns
from chalicelib.roster.document import OtherShapeError, Roll, check, decode, encode, one_array
from chalicelib.roster.ledger import EMPTY, SCAN_COLUMNS, Ledger, append
from chalicelib.roster.note import content_of
from chalicelib.roster.splice import NotInScanError, splice
from chalicelib.threads.pool import map_ordered
from chalicelib.views.curated_file import CuratedFile, read_curated
from chalicelib.views.sources import curated_files
from chalicelib.views.view import (
    Current,
    Dates,
    NotMadeError,
    SnapshotMaker,
    Source,
    Sources,
    Target,
)

_THREADS: Final = 8
"""Curated files that are read side by side; twice as many may be in memory."""

_KEPT: Final = 6
"""Snapshots that are kept in memory while dates are brought up: one, and those beside it."""


class RosterView:
    """`players.parquet` of each kingdom."""

    folder = PLAYERS
    table: GlueTable | None = ROSTER

    def targets(self, partition: Partition, _: Dates) -> tuple[Target, ...]:
        """See `View.targets`."""
        return (Target(roster_key(partition.kingdom), partition.kingdom),)

    def may_change(self, _: Store, __: Target, ___: Partition) -> bool:
        """See `View.may_change`."""
        return True

    def look(self, store: Store, target: Target) -> Sources:
        """See `View.look`; one listing."""
        assert target.kingdom is not None
        found = curated_files(store, target.kingdom)
        return tuple(Source(info.key, info.etag) for info in found.values())

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, _: SnapshotMaker
    ) -> bytes | None:
        """See `View.make`.

        A snapshot newer than all others is added to the roster that is there: one curated file is
        read. Any other that changed is put into the place of what it was: its file is read, and up
        to two on each side. Without a sound roster all files are read.

        Where a file is damaged without which a date cannot be brought up, the roster still says of
        it what it said before, and other dates are brought up.
        """
        if current.info is None and not sources:
            return None
        files = _Files(store, {_day(source): source for source in sources})
        before = _sound(current.body(), target)
        try:
            ledger = None if before is None else _brought_up(before, files)
        except NotInScanError:
            ledger = None
        if ledger is None:
            ledger, before = files.ledger(), None
        return encode(ledger, files.noted, files.versions(ledger, before))

    def is_sound(self, body: bytes, _: Target) -> bool:
        """See `View.is_sound`."""
        try:
            check(body)
        except StoreError:
            return False
        return True

    def content(self, body: bytes) -> bytes:
        """See `View.content`."""
        return content_of(body)


class _Files:
    """A kingdom's curated files.

    Attributes:
        noted: the ETag of each by its date, of that state of it that the roster is made of.
    """

    def __init__(self, store: Store, sources: Mapping[date, Source]) -> None:
        self._store = store
        self._sources = sources
        self._read: dict[date, Columns | None] = {}
        self._versions: dict[date, str] = {}
        self.noted = {day: source.etag for day, source in sources.items()}

    def scan(self, day: date) -> Columns | None:
        """A snapshot's players; None for a date that is withdrawn, or not there.

        Raises:
            NotMadeError: the file is damaged.
        """
        if day not in self._read:
            if len(self._read) == _KEPT:
                del self._read[min(self._read)]
            self._read[day] = self._read_scan(day)
        return self._read[day]

    def older_scan(self, day: date) -> Columns:
        """The players of a snapshot that the roster was made of.

        Raises:
            NotInScanError: it is none.
            NotMadeError: the file is damaged.
        """
        scan = self.scan(day)
        if scan is None:
            raise NotInScanError(f"{day} is no snapshot")
        return scan

    def ledger(self) -> Ledger:
        """A ledger that is made of all of them.

        Raises:
            NotMadeError: a file is damaged.
        """
        ledger, days = EMPTY, [*self._sources]
        for day, scan in zip(days, map_ordered(self._read_scan, days, _THREADS), strict=True):
            if scan is not None:
                ledger = append(ledger, day, scan)
        return ledger

    def stay_as_noted(self, day: date, before: Mapping[date, str]) -> None:
        """Leave a date as the roster has it: its file is tried again by the next publish."""
        self.noted.pop(day, None)
        if day in before:
            self.noted[day] = before[day]

    def versions(self, ledger: Ledger, before: Roll | None) -> dict[date, str]:
        """The version of each snapshot that a ledger is made of, as far as it is known.

        Args:
            ledger: it.
            before: the roster that it was made of; None: it was made of all files.
        """
        known = {} if before is None else before.versions
        # Of a date that stays as it was another state may have been read.
        read = {
            day: version
            for day, version in self._versions.items()
            if before is None or self.noted.get(day) == self._sources[day].etag
        }
        found = {**known, **read}
        return {day: found[day] for day in ledger.days if day in found}

    def _read_scan(self, day: date) -> Columns | None:
        source = self._sources.get(day)
        if source is None:
            return None
        file = read_curated(self._store, source)
        self._versions[day] = version_of(file)
        return scan_of(file)


def version_of(file: CuratedFile) -> str:
    """The version of the snapshot that a curated file has."""
    return file.snapshot.version


def scan_of(file: CuratedFile) -> Columns | None:
    """What a roster takes of a curated file; None of a withdrawn date's.

    Raises:
        NotMadeError: the file is damaged.
    """
    if file.snapshot.withdrawn:
        return None
    players = file.players(SCAN_COLUMNS)
    return {name: one_array(players.column(name)) for name in players.column_names}


def _brought_up(before: Roll, files: _Files) -> Ledger:
    """The ledger of what is there now, made of the one of before.

    Raises:
        NotInScanError: the older one is not what its snapshots say.
        NotMadeError: a file is damaged, and nothing else changed.
    """
    ledger, damage = before.ledger, None
    for day in _changed(before, files):
        try:
            ledger = _with(ledger, day, files)
        except NotMadeError as error:
            files.stay_as_noted(day, before.sources)
            damage = error
    if damage is not None and ledger is before.ledger:
        raise damage
    return ledger


def _changed(before: Roll, files: _Files) -> list[date]:
    """The dates whose files are others than those that the roster was made of, oldest first."""
    days = {*before.sources, *files.noted}
    return sorted(day for day in days if before.sources.get(day) != files.noted.get(day))


def _with(ledger: Ledger, day: date, files: _Files) -> Ledger:
    """The ledger with what a date says now.

    Raises:
        NotInScanError: it is not what its snapshots say.
        NotMadeError: a file is damaged.
    """
    scan = files.scan(day)
    if ledger.days and day <= ledger.days[-1]:
        return splice(ledger, day, scan, files.older_scan)
    return ledger if scan is None else append(ledger, day, scan)


def _sound(body: bytes, target: Target) -> Roll | None:
    """The roster that is there; None where there is none, an older one, or a damaged one."""
    if not body:
        return None
    try:
        return decode(body)
    except OtherShapeError:
        return None
    except StoreError as error:
        _log_damage(target.key, error)
        return None


def _log_damage(key: str, error: StoreError) -> None:
    # Imported here: damage is rare, and logging takes 2 ms of every cold start.
    import logging

    from chalicelib.logs import log_event

    fields = {"key": key, "message": str(error)}
    log_event(logging.getLogger(__name__), "roster_damaged", fields, logging.ERROR)


def _day(source: Source) -> date:
    day = parse_date_folder(source.key.split("/")[3])
    assert day is not None, "only curated files of a date are sources"
    return day
