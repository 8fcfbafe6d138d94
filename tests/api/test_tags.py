"""A client's copy is confirmed where the answer would be the same, by any process, by one read."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.api.http import Reply, Request, respond
from chalicelib.api.operation import Backend
from chalicelib.api.operations.boards import LEADERBOARD
from chalicelib.api.operations.kingdoms import KINGDOMS
from chalicelib.api.operations.snapshots import SNAPSHOTS
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.config import load
from chalicelib.engines.engine import Engine
from chalicelib.engines.open import open_engine
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import KINGDOMS_KEY, boards_key, curated_key, snapshots_key
from chalicelib.threads.deadline import Deadline
from tests.api.lake import NEWER, OTHER_FORMULA, publish
from tests.engines.support import facts, player

PLAYERS = [player(1), player(2)]
OPERATIONS = {"kingdoms": KINGDOMS, "snapshots": SNAPSHOTS, "board": LEADERBOARD}


class Process:
    """The API in a process that has answered nothing yet."""

    def __init__(self, folder: Path, engine: str = "boards") -> None:
        self.store = Reading(str(folder / "lake"))
        self._engine = engine

    def ask(self, tag: str | None = None, operation: str = "board", **query: str) -> Reply:
        path = {"kingdom": "51", "metric": query.pop("metric", "dkp")}
        given = {name: [value] for name, value in query.items()}
        backend = Backend(
            self._engine,
            lambda: LakeCatalog(self.store),
            self._open,
            Deadline.after(20),
            lambda: self.store,
        )
        return respond(OPERATIONS[operation], Request(path, given, tag), backend)

    def _open(self) -> Engine:
        return open_engine(load({"QUERY_ENGINE": self._engine}), self.store)


class Reading(DirectoryStore):
    """A store that may only be read, and notes what is."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.read: list[str] = []

    def open(self, key: str, **how: Any) -> Any:
        self.read.append(key)
        return super().open(key, **how)

    def head(self, key: str) -> Any:
        raise AssertionError(key)

    def list_objects(self, prefix: str, *, after: str = "") -> Any:
        raise AssertionError(prefix)


@pytest.fixture(params=["arrow", "boards"])
def process(request: pytest.FixtureRequest, tmp_path: Path) -> Process:
    """A fresh process over the lake of `directory_store`, with each engine."""
    return Process(tmp_path, request.param)


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ({}, snapshots_key(51)),
        ({"date": "2026-01-26"}, snapshots_key(51)),
        ({"limit": "1", "offset": "1"}, snapshots_key(51)),
        ({"version": facts(2).version}, snapshots_key(51)),
        ({"operation": "snapshots"}, snapshots_key(51)),
        ({"operation": "kingdoms"}, KINGDOMS_KEY),
    ],
)
def test_a_process_that_never_made_an_answer_confirms_it_by_the_catalog_s_read_alone(
    directory_store: DirectoryStore,
    tmp_path: Path,
    process: Process,
    asked: dict[str, str],
    read: str,
) -> None:
    publish(directory_store, PLAYERS)
    fresh = Process(tmp_path).ask(**asked)
    assert fresh.status == 200
    known = process.ask(fresh.headers["ETag"], **asked)
    assert (known.status, known.body) == (304, "")
    assert known.headers == {name: fresh.headers[name] for name in ("ETag", "Cache-Control")}
    assert process.store.read == [read]


def test_engines_confirm_each_other_s_answers(
    directory_store: DirectoryStore, tmp_path: Path
) -> None:
    publish(directory_store, PLAYERS)
    tags = {Process(tmp_path, name).ask().headers["ETag"] for name in ("arrow", "boards")}
    assert len(tags) == 1


def test_every_parameter_makes_another_tag(
    directory_store: DirectoryStore, process: Process
) -> None:
    publish(directory_store, PLAYERS)
    version = facts(2).version
    queries: list[dict[str, str]] = [
        {},
        {"metric": "power"},
        {"date": "2026-01-26"},
        {"limit": "1"},
        {"offset": "1"},
        {"version": version},
    ]
    tags = [process.ask(**query).headers["ETag"] for query in queries]
    assert len({*tags}) == len(queries)
    for query in queries:
        assert [process.ask(tag, **query).status for tag in tags].count(304) == 1


def test_a_default_that_is_spelt_out_is_the_same_answer(
    directory_store: DirectoryStore, process: Process
) -> None:
    publish(directory_store, PLAYERS)
    tag = process.ask().headers["ETag"]
    assert process.ask(tag, date="latest", limit="100", offset="0").status == 304


@pytest.mark.parametrize("operation", ["board", "snapshots"])
@pytest.mark.parametrize("again", [{"run": 2}, {"dkp": OTHER_FORMULA}, {"rules": 99}], ids=str)
def test_another_run_other_weights_and_other_rules_make_another_tag(
    directory_store: DirectoryStore, process: Process, operation: str, again: dict[str, Any]
) -> None:
    publish(directory_store, PLAYERS)
    tag = process.ask(operation=operation).headers["ETag"]
    publish(directory_store, PLAYERS, **again)
    changed = process.ask(tag, operation)
    assert changed.status == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize("operation", OPERATIONS)
def test_another_version_of_the_software_makes_another_tag(
    directory_store: DirectoryStore,
    process: Process,
    operation: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(directory_store, PLAYERS)
    tag = process.ask(operation=operation).headers["ETag"]
    monkeypatch.setattr("chalicelib.api.http.__version__", "99.0.0")
    assert process.ask(tag, operation).status == 200


def test_a_newer_date_makes_another_tag_where_no_version_is_named(
    directory_store: DirectoryStore, process: Process
) -> None:
    snapshot = publish(directory_store, PLAYERS)
    dated = {"date": "2026-01-26"}
    named = {**dated, "version": snapshot.version}
    queries: list[dict[str, str]] = [{}, dated, named]
    tags = [process.ask(**query).headers["ETag"] for query in queries]
    publish(directory_store, PLAYERS, day=NEWER)
    asked = zip(tags, queries, strict=True)
    assert [process.ask(tag, **query).status for tag, query in asked] == [200, 200, 304]


def test_kingdoms_change_their_tag_with_a_kingdom_s_newest_date_alone(
    directory_store: DirectoryStore, process: Process
) -> None:
    publish(directory_store, PLAYERS)
    tag = process.ask(operation="kingdoms").headers["ETag"]
    publish(directory_store, PLAYERS, run=2)
    assert process.ask(tag, "kingdoms").status == 304
    publish(directory_store, PLAYERS, day=NEWER)
    newer = process.ask(tag, "kingdoms")
    assert newer.status == 200
    publish(directory_store, PLAYERS, kingdom=52)
    assert process.ask(newer.headers["ETag"], "kingdoms").status == 200


def test_a_lake_that_is_made_anew_without_a_difference_keeps_its_tags(
    directory_store: DirectoryStore, process: Process, tmp_path: Path
) -> None:
    publish(directory_store, PLAYERS)
    publish(directory_store, PLAYERS, day=NEWER)
    tags = {name: process.ask(operation=name).headers["ETag"] for name in OPERATIONS}
    partition = Partition(51, NEWER)
    for key in (
        *(curated_key(partition), boards_key(partition)),
        *(snapshots_key(51), KINGDOMS_KEY),
    ):
        (tmp_path / "lake" / key).unlink()
    publish(directory_store, PLAYERS, day=NEWER)
    assert {name: process.ask(tag, name).status for name, tag in tags.items()} == dict.fromkeys(
        OPERATIONS, 304
    )


@pytest.mark.parametrize(
    "form", ["{}", "W/{}", '"a", {}', '{} , W/"b"', '"a",{},"b"', "*", '"a", *']
)
def test_a_tag_is_found_in_a_list_weak_or_strong_and_a_star_is_any(
    directory_store: DirectoryStore, process: Process, form: str
) -> None:
    publish(directory_store, PLAYERS)
    fresh = process.ask()
    known = process.ask(form.format(fresh.headers["ETag"]))
    assert (known.status, known.body) == (304, "")
    assert "Content-Type" not in known.headers


@pytest.mark.parametrize("value", ["", '"other"', "unquoted", 'W/"other"', "W/*", "w/*", ","])
def test_any_other_tag_gets_the_answer(
    directory_store: DirectoryStore, process: Process, value: str
) -> None:
    publish(directory_store, PLAYERS)
    assert process.ask(value).status == 200


def test_a_tag_is_strong_and_says_nothing(
    directory_store: DirectoryStore, process: Process
) -> None:
    publish(directory_store, PLAYERS)
    tag = process.ask().headers["ETag"]
    assert len(tag) == 34
    assert tag.startswith('"')
    assert tag.endswith('"')
    assert facts(2).version not in tag


@pytest.mark.parametrize("tag", ["*", '"x"'])
def test_what_is_not_there_is_not_confirmed(
    directory_store: DirectoryStore, process: Process, tag: str
) -> None:
    publish(directory_store, PLAYERS)
    assert process.ask(tag, date="2026-01-25").status == 404
    assert process.ask(tag, version="0" * 16).status == 409
