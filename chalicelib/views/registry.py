"""All views in the order of publishing: a view comes after its sources.

A new view needs a module and a line here: publishing, rebuilding, verifying, the IAM roles' rights
and the Athena tables follow from this list.
"""

from collections.abc import Mapping
from typing import Final

from chalicelib.engines.athena.tables import GlueTable
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


def tables() -> Mapping[str, GlueTable]:
    """The Athena tables over views, by their names."""
    return {view.table.label: view.table for view in VIEWS if view.table is not None}


__all__: Final = ["VIEWS", "folders", "tables"]
