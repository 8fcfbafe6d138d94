"""All views in the order of publishing: a view comes after its sources.

A new view needs a module and a line here: publishing, rebuilding, verifying and the IAM roles'
rights follow from this list; the Athena tables (`chalicelib.engines.athena.tables`) are held
against it by a test.
"""

from typing import Final

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


def folders() -> tuple[str, ...]:
    """The lake's top folders that hold views, without their slashes, each once."""
    return tuple(dict.fromkeys(view.folder.rstrip("/") for view in VIEWS))


__all__: Final = ["VIEWS", "folders"]
