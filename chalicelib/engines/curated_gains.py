"""Boards of gains from two curated files."""

from chalicelib.boards.parquet import translate_damage
from chalicelib.boards.request import BoardRequest
from chalicelib.changes.findings import NOTHING_FOUND
from chalicelib.changes.gains import rank_gains
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.span import Span
from chalicelib.changes.summary import Head
from chalicelib.engines.pair import gains_columns, read_before, read_pair
from chalicelib.lake.store import Store


def read_gains(store: Store, span: Span, request: BoardRequest) -> GainsPage:
    """A page of the board of gains, of the files as they are.

    Both are read side by side, and the one before them only if a fault depends on it.

    Args:
        store: the lake.
        span: which snapshots.
        request: what is asked for.

    Raises:
        NotFoundError: see `chalicelib.engines.engine.Engine.gains`.
        BadParameterError: likewise.
        EngineBusyError: a file was replaced during every try.
        StoreError: one is missing or damaged.
    """
    older, newer = read_pair(store, span, gains_columns(request))
    if older.snapshot.withdrawn or newer.snapshot.withdrawn:
        heads = (Head(older.snapshot, None), Head(newer.snapshot, None))
        return GainsPage(*heads, 0, 0, request.offset, [], None, NOTHING_FOUND)
    kingdom, day = span.newer.kingdom, span.newer.snapshot_date
    with translate_damage(f"kingdom {kingdom}, {day}: the curated file cannot be ranked"):
        return rank_gains(older, newer, read_before(store, span), request)
