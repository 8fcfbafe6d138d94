"""Read a curated file in one version of it, though it may be replaced meanwhile."""

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple, TypeVar

from chalicelib.boards.parquet import RangedObject, open_object, read_facts
from chalicelib.boards.snapshot import Snapshot
from chalicelib.errors import (
    EngineBusyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
)
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectInfo, Store
from chalicelib.lake.view_keys import curated_key

ATTEMPTS: Final = 5
"""Tries to read one version of a file. A file is replaced once per run, so that even two
replacements during one request are rare."""

_Result = TypeVar("_Result")


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
