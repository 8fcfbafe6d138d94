"""A lake made up from a seed: listings of any length, and objects that are made when they are read.

Each kingdom has one date a week, and each date an upload; of some dates two (a correction), beside
some a refused one. What the app makes of them (reports, views) is made by the app itself, a kingdom
at a time, when the first of them is read; until then a listing shows sizes like those of other
kingdoms. An ETag follows from what an object is made of, so that it is known without making it.
"""

import hashlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from random import Random
from threading import RLock
from typing import BinaryIO, Final, NamedTuple

from chalicelib import config
from chalicelib.catalog import kingdoms_document
from chalicelib.catalog.kingdoms_document import KingdomLine
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.keys import Partition, parse_kingdom_folder, run_timestamp
from chalicelib.lake.prefixes import (
    BOARDS,
    CATALOG,
    CHANGES,
    CURATED,
    INBOX,
    RAW,
    REJECTED,
    REPORTS,
)
from chalicelib.lake.prefixes import (
    PLAYERS as ROSTERS,
)
from chalicelib.lake.store import ObjectInfo
from chalicelib.lake.view_keys import (
    KINGDOMS_KEY,
    boards_key,
    changes_key,
    changes_table_key,
    curated_key,
    roster_key,
    snapshots_key,
    summary_key,
)
from chalicelib.views.roster import RosterView
from chalicelib.views.snapshots import SnapshotsView
from chalicelib.views.view import Current, Target, View
from tests.torture.memory_store import MemoryReader, MemoryStore

SETTINGS: Final = config.load({})
FIRST_DAY: Final = date(2025, 1, 6)
PLAYERS: Final = 20
_HEADER: Final = b"ID,Name,Power,Kills,Deaths\n"
_ROW: Final = b"%08d,P%08d,%09d,%09d,%09d\n"
SCAN_BYTES: Final = len(_HEADER) + PLAYERS * len(_ROW % (0, 0, 0, 0, 0))
KEPT_KINGDOMS: Final = 64
_TOPS: Final = (BOARDS, CATALOG, CHANGES, CURATED, INBOX, ROSTERS, RAW, REJECTED, REPORTS)
_SIZES: Final = {
    REPORTS: 900,
    CURATED: 6_000,
    BOARDS: 5_000,
    CHANGES: 6_000,
    ROSTERS: 12_000,
    CATALOG: 12_000,
}
"""Of a kingdom's objects before they are made: as of this size of scan."""


class Put(NamedTuple):
    """One upload of the lake.

    Attributes:
        key: its inbox key.
        moment: when it was accepted.
        refused: whether a cell of it is no number.
    """

    key: str
    moment: datetime
    refused: bool = False

    def body(self, seed: int) -> bytes:
        """Its bytes; all uploads have the same number of them."""
        dice = Random(f"{seed}{self.key}")
        rows = [
            _ROW % (10_000_000 + player, player, *(dice.randrange(10**8) for _ in range(3)))
            for player in range(PLAYERS)
        ]
        scan = _HEADER + b"".join(rows)
        return scan[:-10] + b"x" * 9 + b"\n" if self.refused else scan

    def etag(self, seed: int) -> str:
        """Its ETag, also of its bytes in the archive."""
        return _etag(f"{seed}{self.key}{self.moment}")


class ScaleLake:
    """A store (`chalicelib.lake.store.Store`) with a made-up lake in it."""

    def __init__(self, kingdoms: int, weeks: int, seed: int = 1, unrecognised: int = 100) -> None:
        """Make up a lake.

        Args:
            kingdoms: how many.
            weeks: how many dates each has.
            seed: another one, another lake.
            unrecognised: how many uploads lie in no kingdom's folder.
        """
        self._seed = seed
        self._days = [FIRST_DAY + timedelta(weeks=week) for week in range(weeks)]
        self._kingdoms = sorted(range(1, kingdoms + 1), key=lambda kingdom: f"{kingdom}/")
        self._folders = [f"source=rok_players/kingdom={kingdom}/" for kingdom in self._kingdoms]
        self._known = frozenset(self._kingdoms)
        self._made: OrderedDict[int, MemoryStore] = OrderedDict()
        self._changed: set[int] = set()
        self._lock = RLock()
        self._now: datetime | None = None
        self._rest = MemoryStore(self._clock)
        self._put_rest(unrecognised)

    @property
    def uploads(self) -> int:
        """How many uploads there are in kingdoms' folders."""
        return sum(len(self._puts(kingdom)) for kingdom in self._kingdoms)

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        with self._lock:
            return self._of(key).head(key)

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> MemoryReader:
        """See `Store.open`."""
        with self._lock:
            return self._of(key).open(key, start=start, length=length, etag=etag)

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        with self._lock:
            return self._of(key, changed=True).create(key, body)

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        with self._lock:
            return self._of(key, changed=True).replace(key, body, etag)

    def put(self, key: str, body: bytes, moment: datetime | None = None) -> ObjectInfo:
        """Put an object as a person does."""
        with self._lock:
            self._now = moment
            try:
                return self._of(key, changed=True).put(key, body)
            finally:
                self._now = None

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`."""
        return self._rest.scratch()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`."""
        listings = [
            self._listed(top, prefix, after)
            for top in _TOPS
            if top.startswith(prefix) or prefix.startswith(top)
        ]
        rest = self._rest.list_objects(prefix, after=after)
        yield from merge(*listings, rest, key=lambda info: info.key)

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`."""
        last = None
        for info in self.list_objects(prefix):
            folder, slash, _ = info.key[len(prefix) :].partition("/")
            if slash and folder != last:
                last = folder
                yield folder

    def _listed(self, top: str, prefix: str, after: str) -> Iterator[ObjectInfo]:
        """The objects of kingdoms below a top folder, a kingdom at a time."""
        first = max(prefix, after)
        at = bisect_left(self._folders, True, key=lambda folder: f"{top}{folder}\U0010ffff" > first)
        for kingdom, folder in zip(self._kingdoms[at:], self._folders[at:], strict=True):
            whole = f"{top}{folder}"
            if not whole.startswith(prefix) and not prefix.startswith(whole):
                return
            for info in self._infos(kingdom, top):
                if info.key.startswith(prefix) and info.key > after:
                    yield info

    def _infos(self, kingdom: int, top: str) -> list[ObjectInfo]:
        made = self._made.get(kingdom)
        if made is not None:
            with self._lock:
                return [*made.list_objects(top)]
        puts = self._puts(kingdom)
        if top in (INBOX, RAW, REJECTED, REPORTS):
            archive = {False: RAW, True: REJECTED}
            found = [
                self._info_of(put, top)
                for put in puts
                if top in (INBOX, REPORTS, archive[put.refused])
            ]
        else:
            found = [self._view_info(key, puts) for key in self._view_keys(kingdom, top)]
        return sorted(found, key=lambda info: info.key)

    def _info_of(self, put: Put, top: str) -> ObjectInfo:
        folder, _, name = put.key.removeprefix(INBOX).rpartition("/")
        if top == INBOX:
            return ObjectInfo(put.key, SCAN_BYTES, put.etag(self._seed), put.moment)
        key = f"{top}{folder}/run_ts={run_timestamp(put.moment)}/{name}"
        if top != REPORTS:
            return ObjectInfo(key, SCAN_BYTES, put.etag(self._seed), put.moment)
        return ObjectInfo(f"{key}.json", _SIZES[top], self._etag_of(f"{key}.json"), put.moment)

    def _view_info(self, key: str, puts: list[Put]) -> ObjectInfo:
        size = _SIZES[f"{key.partition('/')[0]}/"]
        return ObjectInfo(key, size, self._etag_of(key), puts[-1].moment)

    def _view_keys(self, kingdom: int, top: str) -> list[str]:
        if top == CATALOG:
            return [snapshots_key(kingdom)]
        if top == ROSTERS:
            return [roster_key(kingdom)]
        makes = {
            BOARDS: [boards_key],
            CHANGES: [changes_key, changes_table_key, summary_key],
            CURATED: [curated_key],
        }
        return [make(Partition(kingdom, day)) for day in self._days for make in makes[top]]

    def _puts(self, kingdom: int) -> list[Put]:
        """A kingdom's uploads, in the order of time."""
        puts = []
        for day in self._days:
            folder = f"{INBOX}{Partition(kingdom, day).path}"
            seconds = (kingdom * 7919) % 40_000
            noon = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(
                seconds=seconds
            )
            kind = (kingdom * 31 + day.toordinal() // 7) % 50
            if kind == 0:
                puts.append(Put(f"{folder}/first.csv", noon - timedelta(minutes=5)))
            if kind == 1:
                puts.append(Put(f"{folder}/bad.csv", noon - timedelta(minutes=5), refused=True))
            puts.append(Put(f"{folder}/players.csv", noon))
        return puts

    def _of(self, key: str, *, changed: bool = False) -> MemoryStore:
        """The store that has an object's bytes, or would have them."""
        kingdom = _kingdom_of(key) or 0
        if kingdom not in self._known:
            return self._rest
        if kingdom not in self._made:
            self._made[kingdom] = self._make(kingdom)
        self._made.move_to_end(kingdom)
        if changed:
            self._changed.add(kingdom)
        idle = [one for one in self._made if one not in self._changed]
        if len(idle) > KEPT_KINGDOMS:
            del self._made[idle[0]]
        return self._made[kingdom]

    def _make(self, kingdom: int) -> MemoryStore:
        """All objects of a kingdom, made by the app, with the ETags that listings show."""
        puts = self._puts(kingdom)
        etags = {info.key: info.etag for top in _TOPS for info in self._infos(kingdom, top)}
        store = MemoryStore(self._clock)
        for put in puts:
            self._now = put.moment
            store.put(put.key, put.body(self._seed))
            ingest_key(store, put.key, SETTINGS)
        self._now = None
        store.remove(KINGDOMS_KEY)
        objects = vars(store)["_objects"]
        assert objects.keys() == etags.keys()
        for key, (info, body) in [*objects.items()]:
            objects[key] = (info._replace(etag=etags[key]), body)
        # These note the ETags of what they are made of.
        noting: tuple[tuple[View, str], ...] = (
            (RosterView(), roster_key(kingdom)),
            (SnapshotsView(), snapshots_key(kingdom)),
        )
        for view, key in noting:
            target, none = Target(key, kingdom), Current(store, None)
            body = view.make(store, target, view.look(store, target), none, NO_MAKER)
            assert isinstance(body, bytes)
            objects[key] = (objects[key][0]._replace(size=len(body)), body)
        return store

    def _put_rest(self, unrecognised: int) -> None:
        """What is in no kingdom's folder: the lake's catalog, and uploads that nobody can place."""
        for number in range(unrecognised):
            day = self._days[number % len(self._days)]
            self._now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            key = f"{INBOX}notes-{number:05}.txt"
            self._rest.put(key, b"what is this?")
            ingest_key(self._rest, key, SETTINGS)
        self._now = None
        newest = self._days[-1]
        lines = {
            kingdom: KingdomLine(newest, self._etag_of(snapshots_key(kingdom)))
            for kingdom in self._kingdoms
        }
        self._rest.put(KINGDOMS_KEY, kingdoms_document.encode(lines))

    def _clock(self) -> datetime:
        return self._now or datetime.now(UTC)

    def _etag_of(self, key: str) -> str:
        return _etag(f"{self._seed}{key}")


class _NoMaker:
    """No snapshot is made again: their objects are there."""

    def curated(self, event: object) -> None:
        raise AssertionError("a kingdom's catalog is made of its boards")

    boards = curated


NO_MAKER: Final = _NoMaker()


def _etag(text: str) -> str:
    return f'"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}"'


def _kingdom_of(key: str) -> int | None:
    folder = [*key.split("/"), "", ""][2]
    return parse_kingdom_folder(folder)
