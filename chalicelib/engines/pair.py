"""Read the curated files of a span: its two snapshots, and the one before them if it is needed."""

from collections.abc import Collection
from typing import Final

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.growing import GROWING
from chalicelib.changes.pair import Before, Scan
from chalicelib.changes.span import Span
from chalicelib.config import WEIGHABLE
from chalicelib.engines.scans import map_scans, read_scan
from chalicelib.lake.store import Store

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


def read_pair(store: Store, span: Span, columns: Collection[str]) -> tuple[Scan, Scan]:
    """The players of both snapshots of a span, older first; read side by side.

    Args:
        store: the lake.
        span: which two.
        columns: as in `read_scan`, besides `NAMED`.

    Raises:
        EngineBusyError: a file was replaced during every try.
        StoreError: one is missing or damaged.
    """
    older, newer = map_scans(lambda scan: scan, store, (span.older, span.newer), columns)
    return older, newer


def read_before(store: Store, span: Span) -> Before:
    """What reads the snapshot before a span; nothing is read until it is called.

    Args:
        store: the lake.
        span: whose `before` it is.
    """

    def before(columns: Collection[str]) -> Scan | None:
        if span.before is None:
            return None
        return read_scan(store, span.before, columns, named=("id",))

    return before
