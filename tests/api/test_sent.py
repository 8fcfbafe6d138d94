"""A client's copy is confirmed without the body only where the body would be the same."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api.http import Reply, Request, respond
from chalicelib.api.operation import Backend
from chalicelib.api.operations import LEADERBOARD
from chalicelib.api.sent import Sent, SentAnswers
from chalicelib.boards.snapshot import BoardPage
from chalicelib.engines.boards import BoardsEngine
from chalicelib.engines.engine import Engine
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition, boards_key
from tests.engines.support import DAY, boards_bytes, facts, player, publish, put

KEY = boards_key(Partition(51, DAY))


class Asking:
    """The API over an engine, whose boards are counted."""

    def __init__(self, engine: Engine) -> None:
        self.made = 0
        real = engine.board

        def board(*page: Any) -> BoardPage:
            self.made += 1
            return real(*page)

        engine.board = board  # type: ignore[method-assign, assignment]
        self._backend = Backend("boards", lambda: engine)

    def ask(self, tag: str | None = None, **query: str) -> Reply:
        path = {"kingdom": "51", "metric": "dkp"}
        given = {name: [value] for name, value in query.items()}
        return respond(LEADERBOARD, Request(path, given, tag), self._backend)


@pytest.fixture
def api(directory_store: DirectoryStore) -> Asking:
    return Asking(BoardsEngine(directory_store))


@pytest.mark.parametrize("query", [{}, {"date": "2026-01-26"}, {"limit": "1", "offset": "1"}])
def test_a_copy_is_confirmed_without_making_the_board_again(
    api: Asking, directory_store: DirectoryStore, query: dict[str, str]
) -> None:
    publish(directory_store, [player(1), player(2)])
    fresh = api.ask(**query)
    known = api.ask(fresh.headers["ETag"], **query)
    assert (known.status, known.body, api.made) == (304, "", 1)
    assert known.headers == {name: fresh.headers[name] for name in ("ETag", "Cache-Control")}


def test_pages_that_differ_are_told_apart(api: Asking, directory_store: DirectoryStore) -> None:
    publish(directory_store, [player(1), player(2)])
    queries: list[dict[str, str]] = [{}, {"limit": "1"}, {"offset": "1"}]
    tags = [api.ask(**query).headers["ETag"] for query in queries]
    assert len(set(tags)) == 3
    for query in queries:
        assert [api.ask(tag, **query).status for tag in tags].count(304) == 1


def test_the_same_run_made_into_another_object_is_sent(
    api: Asking, directory_store: DirectoryStore
) -> None:
    first = boards_bytes(facts(1), [player(1, dkp=5)])
    second = boards_bytes(facts(1), [player(1, dkp=6)])
    tags: list[str] = []
    for body in (first, second, first):
        put(directory_store, KEY, body)
        answer = api.ask(tags[-1] if tags else None)
        assert answer.status == 200
        tags.append(answer.headers["ETag"])
    assert tags[0] == tags[2] != tags[1]


def test_a_dated_board_that_is_the_newest_no_more_is_sent(
    api: Asking, directory_store: DirectoryStore
) -> None:
    publish(directory_store, [player(1)])
    fresh = api.ask(date="2026-01-26")
    publish(directory_store, [player(1)], day=date(2026, 2, 2))
    assert api.ask(fresh.headers["ETag"], date="2026-01-26").status == 200
    assert api.ask(fresh.headers["ETag"]).status == 200


def test_a_board_that_is_gone_is_not_confirmed(
    api: Asking, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    publish(directory_store, [player(1)])
    publish(directory_store, [player(1)], day=date(2026, 2, 2))
    fresh = api.ask(date="2026-01-26")
    (tmp_path / "lake" / KEY).unlink()
    assert api.ask(fresh.headers["ETag"], date="2026-01-26").status == 404


def test_a_page_beyond_the_object_follows_from_the_curated_file(
    api: Asking, directory_store: DirectoryStore
) -> None:
    publish(directory_store, [player(one) for one in range(1, 1003)])
    fresh = api.ask(offset="1000")
    assert api.ask(fresh.headers["ETag"], offset="1000").status == 304
    assert api.made == 2
    others = [player(1, dkp=0), *(player(one) for one in range(2, 1003))]
    publish(directory_store, others, views=["curated"])
    assert api.ask(fresh.headers["ETag"], offset="1000").status == 200


def test_what_is_remembered_is_of_the_object_that_was_read(directory_store: DirectoryStore) -> None:
    """The object is replaced between the look for the newest date and the read, and then back."""
    first = boards_bytes(facts(1), [player(1, dkp=5)])
    second = boards_bytes(facts(1), [player(1, dkp=6)])
    meanwhile: list[Callable[[], None]] = [lambda: put(directory_store, KEY, second)]

    class Moving(BoardsEngine):
        def latest(self, kingdom: int) -> date | None:
            newest = super().latest(kingdom)
            while meanwhile:
                meanwhile.pop()()
            return newest

    put(directory_store, KEY, first)
    api = Asking(Moving(directory_store))
    of_second = api.ask().headers["ETag"]
    assert api.ask(of_second).status == 304
    put(directory_store, KEY, first)
    assert api.ask(of_second).status == 200


def test_lakes_of_one_process_are_told_apart(tmp_path: Path) -> None:
    apis = []
    for dkp in (5, 6):
        store = DirectoryStore(str(tmp_path / str(dkp)))
        publish(store, [player(1, dkp=dkp)])
        apis.append(Asking(BoardsEngine(store)))
    first, second = (one.ask().headers["ETag"] for one in apis)
    assert [apis[0].ask(second).status, apis[1].ask(first).status] == [200, 200]
    assert [apis[0].ask(first).status, apis[1].ask(second).status] == [304, 304]


def test_what_was_noted_longest_ago_is_forgotten() -> None:
    answers = SentAnswers(2)
    for request in ("a", "b", "a", "c"):
        answers.note(request, Sent(request, {}))
    assert [answers.find(request) is not None for request in "abc"] == [True, False, True]
