"""The view `players/`: each kingdom's roster, made of all its curated files.

The way that is always taken, a snapshot newer than all others, reads that one file and the roster
itself. What any other change costs: see `RosterView.make`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from chalicelib.engines.athena.tables import ROSTER, GlueTable
from chalicelib.errors import StoreError
from chalicelib.lake.keys import Partition, parse_date_folder
from chalicelib.lake.prefixes import PLAYERS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import roster_key
from chalicelib.roster.document import Roll, decode, encode, one_array
from chalicelib.roster.ledger import EMPTY, SCAN_COLUMNS, Columns, Ledger, append
from chalicelib.roster.note import content_of
from chalicelib.roster.roll_back import NotInScanError, roll_back
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
        read. Any other change takes away what is as new as the oldest date concerned or newer, and
        adds these again: their files are read, the one right before, and older ones in which a
        player was last who came back since. Without a sound roster all files are read.

        Where a changed file is damaged, the roster still says of its date what it said before, and
        newer ones are added.
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
            ledger = files.added(EMPTY, date.min)
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
        noted: the ETag of each by its date, of that state of it that the roster is made of.
    """

    def __init__(self, store: Store, sources: Mapping[date, Source]) -> None:
        self._store = store
        self._sources = sources
        self._read: dict[date, Columns | None] = {}
        self.noted = {day: source.etag for day, source in sources.items()}

    def scan(self, day: date) -> Columns | None:
        """A snapshot's players; None for a date that is withdrawn, or not there.

        Raises:
            NotMadeError: the file is damaged.
        """
        if day not in self._read:
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

    def added(self, ledger: Ledger, start: date) -> Ledger:
        """A ledger with all snapshots from a date on, which are newer than those in it.

        Raises:
            NotMadeError: a file is damaged.
        """
        days = [day for day in self._sources if day >= start]
        for day, scan in zip(days, self._scans(days), strict=True):
            if scan is not None:
                ledger = append(ledger, day, scan)
        return ledger

    def stay_as_noted(self, day: date, before: Mapping[date, str]) -> None:
        """Leave a date as the roster has it: its file is tried again by the next publish."""
        self.noted.pop(day, None)
        if day in before:
            self.noted[day] = before[day]

    def _scans(self, days: list[date]) -> Iterator[Columns | None]:
        if len(days) > 1:
            return map_ordered(self._scan_once, days, _THREADS)
        return map(self.scan, days)

    def _scan_once(self, day: date) -> Columns | None:
        """As `scan`, and not remembered: there may be many."""
        return self._read[day] if day in self._read else self._read_scan(day)

    def _read_scan(self, day: date) -> Columns | None:
        source = self._sources.get(day)
        return None if source is None else scan_of(read_curated(self._store, source))


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
        NotMadeError: a file is damaged without which nothing can be said.
    """
    known = before.ledger.days
    start = _first_changed(before, files)
    if start is None:
        return before.ledger
    if known and start <= known[-1]:
        return files.added(roll_back(before.ledger, start, files.older_scan), start)
    return files.added(before.ledger, start)


def _first_changed(before: Roll, files: _Files) -> date | None:
    """The first date on which another snapshot is now, or one more, or one less."""
    days = {*before.sources, *files.noted}
    changed = [day for day in days if before.sources.get(day) != files.noted.get(day)]
    damage = None
    for day in sorted(changed):
        try:
            # A date that was no snapshot and is none now is withdrawn.
            if files.scan(day) is not None or day in before.ledger.days:
                return day
        except NotMadeError as error:
            files.stay_as_noted(day, before.sources)
            damage = error
    if damage is not None:
        raise damage
    return None


def _sound(body: bytes, target: Target) -> Roll | None:
    """The roster that is there; None where there is none, or a damaged one."""
    if not body:
        return None
    try:
        return decode(body)
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
