"""All views in the order of publishing: a view comes after its sources.

A new view needs a module and a line here: publishing, rebuilding, verifying and the IAM roles'
rights follow from this list; the Athena tables (`chalicelib.engines.athena.tables`) are held
against it by a test.
"""

from collections.abc import Sequence
from typing import Final

from chalicelib.items.store import LakeWithTable
from chalicelib.lake.store import Store
from chalicelib.views.boards import BoardsView
from chalicelib.views.changes import ChangesView
from chalicelib.views.changes_table import ChangesTableView
from chalicelib.views.curated import CuratedView
from chalicelib.views.kingdoms import KingdomsView
from chalicelib.views.roster import RosterView
from chalicelib.views.snapshots import SnapshotsView
from chalicelib.views.summary import SummaryView
from chalicelib.views.view import View

VIEWS: list[View] = [
    CuratedView(),
    BoardsView(),
    ChangesView(),
    SummaryView(),
    ChangesTableView(),
    RosterView(),
    SnapshotsView(),
    KingdomsView(),
]


def views_of(store: Store) -> Sequence[View]:
    """The views that are kept of a lake: all of the above, and its table's items if it has one.

    They are the last, so that the upload whose report is written is in the table too.
    """
    items = items_view_of(store)
    return VIEWS if items is None else [*VIEWS, items]


def items_view_of(store: Store) -> View | None:
    """The view of a lake's table; None where there is none, and nothing of it is imported."""
    if not isinstance(store, LakeWithTable):
        return None
    from chalicelib.views.items.items_view import ItemsView

    return ItemsView(store.table)


def folders() -> tuple[str, ...]:
    """The lake's top folders that hold views, without their slashes, each once."""
    return tuple(dict.fromkeys(view.folder.rstrip("/") for view in VIEWS))


__all__: Final = ["VIEWS", "folders", "items_view_of", "views_of"]
