"""The engine `arrow`: reads the curated Parquet files themselves."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Final, NamedTuple, TypeVar

import pyarrow as pa

from chalicelib.boards.parquet import (
    RangedObject,
    open_curated,
    open_object,
    read_columns,
    read_facts,
    translate_damage,
)
from chalicelib.boards.ranking import rank
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span
from chalicelib.engines.engine import Standings
from chalicelib.errors import (
    EngineBusyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
)
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.threads.deadline import Deadline

ATTEMPTS: Final = 5
"""Tries to read one version of a file. A file is replaced once per run, so that even two
replacements during one request are rare."""

_PLAYER: Final = {"id": pa.int64(), "name": pa.string(), "alliance": pa.string()}

_Result = TypeVar("_Result")


class ArrowEngine:
    """Reads and ranks a snapshot's players for every request."""

    def __init__(self, store: Store) -> None:
        """Answer from the lake in `store`; nothing is read yet."""
        self._store = store

    def board(self, snapshot: Snapshot, request: BoardRequest, _: Deadline) -> BoardPage:
        """See `Engine.board`; reads four columns."""
        kingdom, day = snapshot.kingdom, snapshot.snapshot_date
        metric, limit, offset = request[:3]

        def read() -> BoardPage:
            key = curated_key(Partition(kingdom, day))
            file = open_curated(self._store, key, snapshot.players)
            facts = read_facts(file, kingdom, day)
            players = read_columns(file, {**_PLAYER, metric: pa.int64()}, kingdom, day)
            with translate_damage(f"kingdom {kingdom}, {day}: the curated file cannot be ranked"):
                ranked = rank(players.rename_columns([*_PLAYER, "value"]), limit, offset)
            return BoardPage(facts, ranked)

        return of_one_version(read, kingdom, day)

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """See `Engine.standings`."""
        raise NotImplementedError

    def gains(self, span: Span, request: BoardRequest, deadline: Deadline) -> GainsPage:
        """See `Engine.gains`."""
        raise NotImplementedError


class CuratedState(NamedTuple):
    """What a curated file is right now.

    Attributes:
        facts: of its snapshot.
        info: the object, with its ETag and the second of its last write.
    """

    facts: Snapshot
    info: ObjectInfo


def curated_state(store: Store, kingdom: int, day: date) -> CuratedState:
    """The current state of a curated file; only its end is read.

    Raises:
        StoreError: it is missing or damaged.
    """

    def read() -> CuratedState:
        source = RangedObject(store, curated_key(Partition(kingdom, day)))
        return CuratedState(read_facts(open_object(source), kingdom, day), source.info)

    return of_one_version(read, kingdom, day)


def of_one_version(read: Callable[[], _Result], kingdom: int, day: date) -> _Result:
    """Read a curated file; retry if it was replaced meanwhile.

    Raises:
        EngineBusyError: it was replaced during every try.
        StoreError: it is missing.
    """
    for _ in range(ATTEMPTS):
        try:
            return read()
        except PreconditionFailedError:
            continue
        except ObjectNotFoundError:
            raise StoreError(
                f"kingdom {kingdom}, {day}: the curated file is missing; rebuild it"
            ) from None
    raise EngineBusyError("the snapshot is being replaced; try again")
