"""Read the curated files of a span: its two snapshots, and the one before them if it is needed."""

from collections.abc import Collection
from typing import Final

import pyarrow as pa

from chalicelib.boards.parquet import open_curated, read_columns, read_facts
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.growing import GROWING
from chalicelib.changes.pair import Before, Scan
from chalicelib.changes.span import Span
from chalicelib.config import WEIGHABLE
from chalicelib.engines.curated import of_one_version
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.players.arrow import CURATED_SCHEMA
from chalicelib.threads.pool import map_in_threads

NAMED: Final = ("id", "name", "alliance")
"""The columns of every scan; no file is without them."""

_TYPES: Final = {field.name: field.type for field in CURATED_SCHEMA}
_OF_FORMULA: Final = ("dkp", *WEIGHABLE)


def gains_columns(request: BoardRequest) -> tuple[str, ...]:
    """The counters that a board of gains needs of both snapshots.

    Those of the metrics, of every formula that a snapshot may have, and of the suspects.

    Args:
        request: what is asked for.
    """
    asked = {request.metric, *request.values}
    formula = _OF_FORMULA if "dkp" in asked else ()
    return tuple(dict.fromkeys(("power", *GROWING, *sorted(asked), *formula)))


def read_scan(store: Store, snapshot: Snapshot, columns: Collection[str]) -> Scan:
    """A snapshot's players, of one version of its curated file; one read if it is small.

    The facts are those of the file, which may be of another run than was asked for.

    Args:
        store: the lake.
        snapshot: which one.
        columns: of the curated table, besides id, name and alliance, which are always there;
            null where the file is older than the column.

    Raises:
        EngineBusyError: the file was replaced during every try.
        StoreError: it is missing or damaged.
    """
    return _read(store, snapshot, tuple(dict.fromkeys((*NAMED, *columns))))


def read_pair(store: Store, span: Span, columns: Collection[str]) -> tuple[Scan, Scan]:
    """The players of both snapshots of a span, older first; read side by side.

    Args:
        store: the lake.
        span: which two.
        columns: as in `read_scan`.

    Raises:
        EngineBusyError: a file was replaced during every try.
        StoreError: one is missing or damaged.
    """
    older, newer = map_in_threads(
        lambda snapshot: read_scan(store, snapshot, columns), (span.older, span.newer)
    )
    return older, newer


def read_before(store: Store, span: Span) -> Before:
    """What reads the snapshot before a span; nothing is read until it is called.

    Args:
        store: the lake.
        span: whose `before` it is.
    """

    def before(columns: Collection[str]) -> pa.Table | None:
        if span.before is None:
            return None
        return _read(store, span.before, tuple(dict.fromkeys(("id", *columns)))).players

    return before


def _read(store: Store, snapshot: Snapshot, columns: tuple[str, ...]) -> Scan:
    kingdom, day = snapshot.kingdom, snapshot.snapshot_date
    kinds = {name: _TYPES[name] for name in columns}

    def read() -> Scan:
        file = open_curated(store, curated_key(Partition(kingdom, day)), snapshot.players)
        facts = read_facts(file, kingdom, day)
        may_lack = kinds.keys() - {*NAMED}
        return Scan(facts, read_columns(file, kinds, kingdom, day, may_lack=may_lack))

    return of_one_version(read, kingdom, day)
