"""Lakes with all that is derived of several snapshots, and requests of one process."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any, Final

from chalicelib import config
from chalicelib.api.http import Reply, Request, respond
from chalicelib.api.operation import Backend
from chalicelib.api.routes import BY_PATH, find
from chalicelib.boards.snapshot import Snapshot
from chalicelib.catalog.entries import Catalog
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.engines.open import open_engine
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import boards_key, curated_key
from chalicelib.threads.deadline import Deadline
from chalicelib.views.reconcile import reconcile
from chalicelib.views.registry import VIEWS
from chalicelib.views.sources import CuratedDates
from tests.engines.support import DAY, NoMaker, Player, boards_bytes, curated_bytes, facts, put

WEEK: Final = timedelta(weeks=1)
OLDER: Final = DAY - WEEK
OLDEST: Final = DAY - 2 * WEEK


def publish_all(
    store: Store,
    players: Sequence[Player],
    day: date = DAY,
    *,
    kingdom: int = 51,
    run: int = 1,
    until: str = "catalog/",
    **more: Any,
) -> Snapshot:
    """Publish a snapshot, and bring up to date whatever follows from it, in the registry's order.

    Args:
        store: the lake.
        players: the snapshot's; nobody, as where its uploads are withdrawn.
        day: its date.
        kingdom: its kingdom.
        run: the number of its run.
        until: the folder of the last view that is written.
        more: other facts.
    """
    snapshot = facts(len(players), day, kingdom, run)._replace(**more)
    partition = Partition(kingdom, day)
    put(store, curated_key(partition), curated_bytes(snapshot, players))
    if until == "curated/":
        return snapshot
    put(store, boards_key(partition), boards_bytes(snapshot, players))
    dates = CuratedDates(store, kingdom)
    for view in VIEWS[2:]:
        if view.folder == "catalog/" and until != "catalog/":
            break
        for target in view.targets(partition, dates):
            reconcile(store, view, target, NoMaker())
    return snapshot


def publish_weeks(folder: Path, *weeks: Sequence[Player]) -> Path:
    """Make a lake of kingdom 51: a snapshot a week, the last of `DAY`, and all views; its folder.

    Args:
        folder: where.
        weeks: the players of each, oldest first; its run has the week's number, from 1.
    """
    store = DirectoryStore(str(folder))
    for run, players in enumerate(weeks, start=1):
        publish_all(store, players, DAY - (len(weeks) - run) * WEEK, run=run)
    return folder


def copy_of(folder: Path, to: Path) -> DirectoryStore:
    """A copy of a lake, which a test may change."""
    copytree(folder, to, dirs_exist_ok=True)
    return DirectoryStore(str(to))


class Reading(DirectoryStore):
    """A lake that notes which objects are read."""

    def __init__(self, root: Path) -> None:
        """Note nothing yet."""
        super().__init__(str(root))
        self.read: list[str] = []

    def open(self, key: str, **how: Any) -> Any:
        """See `Store.open`."""
        self.read.append(key)
        return super().open(key, **how)


class Asker:
    """Asks the API of one process, whose engine must not be needed unless it is named."""

    def __init__(self, store: Reading, engine: str | None = None) -> None:
        """Ask over a lake."""
        self.store = store
        self._engine = engine

    def ask(self, url: str, tag: str | None = None) -> Reply:
        """The response to a request, as `/v1/kingdoms/51/changes?to=2026-01-26`.

        `store.read` has what was read for it.
        """
        path, _, query = url.partition("?")
        route, parts = _route(path)
        found = find(route, parts)
        self.store.read.clear()
        given = _query(query)
        backend = Backend(
            self._engine or "boards",
            self.catalog,
            self._open,
            Deadline.after(60),
            lambda: self.store,
        )
        return respond(found.operation, Request(found.path, given, tag, found.csv), backend)

    def catalog(self) -> Catalog:
        """The catalog of a request."""
        return LakeCatalog(self.store)

    def json(self, url: str) -> Any:
        """The document of a 200."""
        reply = self.ask(url)
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def rows(self, url: str) -> list[list[str]]:
        """The lines of a CSV, the header first."""
        reply = self.ask(url)
        assert reply.status == 200, reply.body
        return [*csv.reader(io.StringIO(reply.body))]

    def refusal(self, url: str) -> tuple[int, str]:
        """The status and the message of what is refused."""
        reply = self.ask(url)
        assert reply.headers["Cache-Control"] == "no-store"
        return reply.status, json.loads(reply.body)["Message"]

    def _open(self) -> Any:
        assert self._engine is not None, "no engine is needed for this"
        return open_engine(config.load({"QUERY_ENGINE": self._engine}), self.store)


def _route(path: str) -> tuple[str, dict[str, str]]:
    """The route that a path is of, as the gateway finds it, and its variable parts."""
    asked = path.split("/")
    paths = [*BY_PATH, *(f"{one}.csv" for one in BY_PATH if not one.endswith("}"))]
    for route in paths:
        parts = route.split("/")
        if len(parts) == len(asked) and all(
            one == other or one.startswith("{") for one, other in zip(parts, asked, strict=True)
        ):
            named = zip(parts, asked, strict=True)
            return route, {one[1:-1]: other for one, other in named if one.startswith("{")}
    raise AssertionError(path)


def _query(text: str) -> dict[str, list[str]]:
    from urllib.parse import parse_qs

    return parse_qs(text, keep_blank_values=True)
