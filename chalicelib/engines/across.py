"""A board across kingdoms: the boards of several snapshots merged into one.

One read a kingdom, side by side: of the boards object as far as it reaches, beyond it of the
curated file. Ranks are over all players of all kingdoms; the order is value descending, then id,
then kingdom, which is total since a kingdom has an id once.
"""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Entry, Snapshot
from chalicelib.engines.across_page import AcrossPage, AcrossRequest, KingdomEntry
from chalicelib.engines.boards import BoardsEngine
from chalicelib.errors import BoardsMissingError
from chalicelib.lake.store import Store
from chalicelib.threads.deadline import Deadline
from chalicelib.threads.pool import map_in_threads


def read_across(
    store: Store, snapshots: Sequence[Snapshot], request: AcrossRequest, deadline: Deadline
) -> AcrossPage:
    """A page of the board of these snapshots' players.

    Args:
        store: the lake.
        snapshots: as the catalog lists them, one a kingdom; a file may be newer by now.
        request: what is asked for.
        deadline: when the answer must be complete.

    Raises:
        EngineBusyError: a file was replaced during every try.
        StoreError: an object is missing or damaged.
    """
    if not snapshots:
        return AcrossPage((), 0, [])
    if request.offset + request.limit <= BOARD_SIZE:
        return _of_boards(store, snapshots, request, deadline)
    return _of_curated(store, snapshots, request)


def _of_boards(
    store: Store, snapshots: Sequence[Snapshot], request: AcrossRequest, deadline: Deadline
) -> AcrossPage:
    """The page from the boards objects, each of which holds as many as the page can need."""
    engine = BoardsEngine(store)
    last = request.offset + request.limit
    asked = BoardRequest(request.metric, last, values=request.values)

    def read(one: Snapshot) -> BoardPage:
        try:
            return engine.board(one, asked, deadline)
        except BoardsMissingError:
            # Imported late: pyarrow is most of a cold start, and boards are hardly ever missing.
            from chalicelib.engines.arrow import ArrowEngine

            # The table has a snapshot as soon as its curated file is there, if it is filled then.
            return ArrowEngine(store).board(one, asked, deadline)

    pages = map_in_threads(read, snapshots)
    merged = merge(*map(_entries, pages), key=_place)
    page = islice(_ranked(merged), request.offset, last)
    return AcrossPage(
        [one.snapshot for one in pages], sum(one.board.total for one in pages), list(page)
    )


def _entries(page: BoardPage) -> Iterator[KingdomEntry]:
    kingdom = page.snapshot.kingdom
    return (_of_kingdom(entry, kingdom) for entry in page.board.entries)


def _of_kingdom(entry: Entry, kingdom: int) -> KingdomEntry:
    ranked: KingdomEntry = {
        "rank": entry["rank"],
        "position": entry["position"],
        "kingdom": kingdom,
        "id": entry["id"],
        "name": entry["name"],
        "alliance": entry["alliance"],
        "value": entry["value"],
    }
    if "values" in entry:
        ranked["values"] = entry["values"]
    return ranked


def _place(entry: KingdomEntry) -> tuple[int, int, int]:
    return -entry["value"], entry["id"], entry["kingdom"]


def _ranked(merged: Iterator[KingdomEntry]) -> Iterator[KingdomEntry]:
    """The entries from the first on, with their places among all."""
    rank, value = 0, None
    for position, entry in enumerate(merged, start=1):
        if entry["value"] != value:
            rank, value = position, entry["value"]
        entry["rank"], entry["position"] = rank, position
        yield entry


def _of_curated(store: Store, snapshots: Sequence[Snapshot], request: AcrossRequest) -> AcrossPage:
    """The page from the curated files: a deep one, before which no entry is made."""
    from chalicelib.engines.across_curated import rank_curated

    return rank_curated(store, snapshots, request)
