"""The engine `athena` where it is alone: one bounded query, one run, and answers that lie."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.engines.athena import query as board_query
from chalicelib.engines.athena.client import AthenaClient
from chalicelib.engines.athena.engine import AthenaEngine, read_board
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.query import BoardQuery
from chalicelib.errors import (
    EngineBusyError,
    EngineFailedError,
    EngineTimeoutError,
)
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key
from chalicelib.threads.deadline import Deadline
from tests.athena.engine import SqlError
from tests.athena.fixtures import Athena
from tests.athena.script import Reuse
from tests.athena.support import WHERE
from tests.athena.support import query as run_query
from tests.engines.support import (
    DAY,
    athena_engine,
    curated_bytes,
    facts,
    player,
    publish,
    put,
    ranked,
)
from tests.engines.support import page as page_of

RUN = "20260126T153012Z-0123456789abcdef"
VERSION = "9f2c4d7b1a3e5f60"
FILE = "0c4e91b27d5f3a86"
TIED: dict[int, int | None] = {1: 7, 2: None, 3: 9, 4: 7, 5: 7, 6: None, 7: 1, 8: 9, 9: 0}
PLAYERS = [player(one, dkp=dkp) for one, dkp in TIED.items()]


@pytest.fixture
def engine(athena: Athena) -> AthenaEngine:
    return athena_engine(athena)


def ask(engine: AthenaEngine, snapshot: Snapshot, limit: int, offset: int) -> BoardPage:
    return page_of(engine, snapshot, "dkp", limit, offset)


class TurningClient(AthenaClient):
    """A client whose queries always come a moment too late: another run has just taken over."""

    def __init__(self, athena: Athena, times: int) -> None:
        super().__init__(athena.database, athena.workgroup, athena.client)
        self._athena = athena
        self._times = times
        self.run_number = 1

    def run(self, *arguments: Any, **options: Any) -> Any:
        if self.run_number <= self._times:
            self.run_number += 1
            players = [player(one) for one in range(1, self.run_number + 1)]
            publish(self._athena.store, players, run=self.run_number)
        return super().run(*arguments, **options)


class Clock:
    """When S3 says that an object was written; moto's own clock has seconds too."""

    def __init__(self, athena: Athena) -> None:
        self._bucket = athena.bucket
        self.seconds = -1

    def wrote(self, key: str, seconds: int) -> None:
        """Let the object have been written so many seconds after noon."""
        from moto.s3.models import s3_backends

        self.seconds = seconds
        moment = datetime(2026, 1, 26, 12, tzinfo=UTC) + timedelta(seconds=seconds)
        buckets = [
            region.buckets[self._bucket]
            for account in s3_backends.values()
            for region in account.values()
            if self._bucket in region.buckets
        ]
        buckets[0].keys[key].last_modified = moment.replace(tzinfo=None)


def test_a_board_is_one_query(athena: Athena, engine: AthenaEngine) -> None:
    snapshot = publish(athena.store, PLAYERS)
    page = ask(engine, snapshot, 3, 2)
    assert page.board == (7, ranked(PLAYERS, "dkp")[2:5])
    (sent,) = athena.service.asked("StartQueryExecution")
    assert f"run_id = '{page.snapshot.run_id}'" in sent["QueryString"]
    assert "ExecutionParameters" not in sent


def test_a_snapshot_without_players_needs_no_query(athena: Athena, engine: AthenaEngine) -> None:
    snapshot = publish(athena.store, [])
    assert ask(engine, snapshot, 100, 0).board == (0, [])
    assert not athena.service.asked("StartQueryExecution")


def test_what_athena_kept_of_an_older_run_is_never_given(
    athena: Athena, engine: AthenaEngine
) -> None:
    snapshot = publish(athena.store, [player(1)])
    assert ask(engine, snapshot, 10, 0).board.total == 1
    publish(athena.store, [player(1), player(2)], run=2)
    page = ask(engine, snapshot, 10, 0)
    assert (page.board.total, page.snapshot.players) == (2, 2)


def test_what_athena_kept_of_other_weights_is_never_given(
    athena: Athena, engine: AthenaEngine
) -> None:
    """A rebuild under other weights gives the same run other rows."""
    snapshot = publish(athena.store, [player(1, dkp=5)])
    assert ask(engine, snapshot, 10, 0).board.entries[0]["value"] == 5
    other = snapshot._replace(dkp={"basis": "formula", "weights": {"deaths": 1}})
    put(athena.store, curated_key(Partition(51, DAY)), curated_bytes(other, [player(1, dkp=7)]))
    page = ask(engine, snapshot, 10, 0)
    assert page.snapshot.version == other.version != snapshot.version
    assert page.board.entries[0]["value"] == 7


REUSES: tuple[Reuse, ...] = ("text", "meaning", "chance")


@pytest.mark.slow
@pytest.mark.parametrize("reuse", REUSES)
def test_what_athena_kept_of_anything_else_is_never_given(
    athena: Athena, engine: AthenaEngine, reuse: Reuse
) -> None:
    """Every board here differs from every other one in kingdom, date, run, metric or page only."""
    athena.service.script(reuse=reuse)
    days = (DAY, date(2026, 1, 27))
    for run in (1, 2):
        for kingdom, day in product((51, 52), days):
            base = kingdom * 10_000 + day.day * 100 + run * 10
            players = [player(base + one, dkp=base + one) for one in range(4)]
            snapshot = publish(athena.store, players, kingdom=kingdom, day=day, run=run)
            for metric, (limit, offset) in product(("dkp", "kills"), ((2, 0), (2, 1), (3, 0))):
                found = page_of(engine, snapshot, metric, limit, offset)
                right = ranked(players, metric)[offset : offset + limit]
                assert found == (snapshot, (4, right))


@pytest.mark.parametrize("reuse", REUSES[1:])
def test_an_answer_to_something_else_is_asked_for_once_more_and_then_refused(
    athena: Athena, engine: AthenaEngine, reuse: Reuse
) -> None:
    snapshot = publish(athena.store, PLAYERS)
    first = ask(engine, snapshot, 2, 0)
    athena.service.script(reuse=reuse, reuse_unasked=True)
    assert ask(engine, snapshot, 2, 0) == first
    before = len(athena.service.asked("StartQueryExecution"))
    with pytest.raises(AnswerMismatchError, match="is not one to"):
        ask(engine, snapshot, 2, 1)
    wants = [
        sent["ResultReuseConfiguration"]["ResultReuseByAgeConfiguration"]["Enabled"]
        for sent in athena.service.asked("StartQueryExecution")[before:]
    ]
    assert wants == [True, False]


@pytest.mark.parametrize("reuse", REUSES)
def test_a_statement_of_somebody_else_is_no_answer(
    athena: Athena, engine: AthenaEngine, reuse: Reuse
) -> None:
    snapshot = publish(athena.store, PLAYERS)
    for sql in (f"SELECT id, name FROM rok_players {WHERE}", "SELECT 1 AS one", "SELECT 1e0 AS x"):
        assert run_query(athena, sql).state == "SUCCEEDED"
        athena.service.script(reuse=reuse)
        assert ask(engine, snapshot, 3, 0).board == (7, ranked(PLAYERS, "dkp")[:3])
        athena.service.pass_time(minutes=61)


def test_a_run_that_comes_back_within_the_hour_is_answered(
    athena: Athena, engine: AthenaEngine
) -> None:
    """Of the run that was there in between, Athena has kept that it has no rows of this one."""
    snapshot = publish(athena.store, PLAYERS)
    athena.service.script(reuse="chance")
    key = curated_key(Partition(51, DAY))
    first = curated_bytes(snapshot, PLAYERS)
    other = facts(1, run=2)
    put(athena.store, key, curated_bytes(other, [player(1)]))
    assert run_query(athena, f"SELECT id FROM rok_players {WHERE} AND run_id = 'x'").rows == []
    put(athena.store, key, first)
    page = ask(engine, snapshot, 3, 0)
    assert page == (snapshot, (7, ranked(PLAYERS, "dkp")[:3]))


def test_rows_of_other_weights_that_athena_kept_are_not_given_when_the_first_ones_come_back(
    athena: Athena,
) -> None:
    """A rebuild under other weights is undone: the file has the bytes of an hour ago again."""
    key = curated_key(Partition(51, DAY))
    snapshot = publish(athena.store, [player(1, dkp=5)])
    first = curated_bytes(snapshot, [player(1, dkp=5)])
    other = snapshot._replace(dkp={"basis": "formula", "weights": {"deaths": 1}})
    clock = Clock(athena)
    clock.wrote(key, 0)

    class Rebuilt(AthenaClient):
        """The rebuild comes just between the look at the file and the query."""

        def run(self, *arguments: Any, **options: Any) -> Any:
            if clock.seconds == 0:
                put(athena.store, key, curated_bytes(other, [player(1, dkp=7)]))
                clock.wrote(key, 60)
            return super().run(*arguments, **options)

    client = Rebuilt(athena.database, athena.workgroup, athena.client)
    engine = AthenaEngine(athena.store, client, athena.table)
    page = ask(engine, snapshot, 10, 0)
    assert (page.snapshot, page.board.entries[0]["value"]) == (other, 7)
    put(athena.store, key, first)
    clock.wrote(key, 120)
    page = ask(engine, snapshot, 10, 0)
    assert (page.snapshot, page.board.entries[0]["value"]) == (snapshot, 5)


def test_a_run_that_takes_over_before_the_query_is_answered_whole(athena: Athena) -> None:
    snapshot = publish(athena.store, [player(1)])
    engine = AthenaEngine(athena.store, TurningClient(athena, 2), athena.table)
    page = ask(engine, snapshot, 10, 0)
    assert page.board.total == page.snapshot.players == 3
    assert page.snapshot.run_id.endswith("3")


def test_runs_that_never_stop_taking_over_are_told_as_busy(athena: Athena) -> None:
    snapshot = publish(athena.store, [player(1)])
    engine = AthenaEngine(athena.store, TurningClient(athena, 100), athena.table)
    with pytest.raises(EngineBusyError, match="being replaced"):
        ask(engine, snapshot, 10, 0)


def test_a_query_that_failed_because_the_file_was_replaced_is_sent_again(athena: Athena) -> None:
    class Failing(TurningClient):
        def run(self, *arguments: Any, **options: Any) -> Any:
            first = self.run_number == 1
            athena.service.script(failed=SqlError("HIVE_BAD_DATA: x") if first else None)
            return super().run(*arguments, **options)

    snapshot = publish(athena.store, [player(1)])
    engine = AthenaEngine(athena.store, Failing(athena, 1), athena.table)
    assert ask(engine, snapshot, 10, 0).board.total == 2


def test_a_query_that_fails_for_good_is_not_sent_again(
    athena: Athena, engine: AthenaEngine
) -> None:
    snapshot = publish(athena.store, [player(1)])
    athena.service.script(failed=SqlError("HIVE_BAD_DATA: x"))
    with pytest.raises(EngineFailedError, match="HIVE_BAD_DATA"):
        ask(engine, snapshot, 10, 0)
    assert len(athena.service.asked("StartQueryExecution")) == 1


@pytest.mark.slow
def test_all_queries_of_a_page_have_one_deadline(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = publish(athena.store, [player(1)])
    athena.service.script(queued=10_000)
    engine = AthenaEngine(athena.store, TurningClient(athena, 100), athena.table)
    monkeypatch.setattr("chalicelib.engines.athena.engine.ENDING_SECONDS", 0.5)
    with pytest.raises(EngineTimeoutError):
        engine.board(snapshot, BoardRequest("dkp", 10), Deadline.after(2.0))
    assert len(athena.service.asked("StartQueryExecution")) == 1


@pytest.mark.parametrize(
    "lie", [{"header": False}, {"types": {"total": "varchar"}}, {"missing_rows": 1}]
)
def test_an_athena_that_lies_is_not_believed(
    athena: Athena, engine: AthenaEngine, lie: dict[str, Any]
) -> None:
    snapshot = publish(athena.store, PLAYERS)
    athena.service.script(**lie)
    with pytest.raises(EngineFailedError):
        ask(engine, snapshot, 3, 0)


def query(first: int, last: int) -> BoardQuery:
    return BoardQuery(
        table="rok_players",
        metric="dkp",
        kingdom=51,
        day=DAY,
        run_id=RUN,
        version=VERSION,
        file=FILE,
        first=first,
        last=last,
    )


IDENTITY = {
    "kingdom": 51,
    "dt": "2026-01-26",
    "run_id": RUN,
    "version": VERSION,
    "file": FILE,
    "metric": "dkp",
    "first_position": 2,
    "last_position": 3,
}


def row(
    position: int | None,
    value: int | None = 5,
    total: Any = 9,
    **whose: Any,
) -> tuple[Any, ...]:
    return (position, position, 1, "Ana", None, value, total, *{**IDENTITY, **whose}.values())


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(1)],
        [row(1), row(3), row(4)],
        [row(1), row(2), row(2)],
        [row(1), row(3), row(2)],
        [row(1), row(2), row(None)],
        [row(1), row(2), row(3, value=None)],
        [row(1, total=None), row(2), row(3)],
        [row(1, total="9"), row(2), row(3)],
        [row(1, total=2), row(2), row(3)],
        [row(1), row(2), row(3), row(4)],
        [(1,)],
        [row(1)[:-1], row(2)[:-1], row(3)[:-1]],
        [row(1), row(2), (*row(3), 1)],
        [(1, 1, "x", *row(1)[3:]), row(2), row(3)],
        [row(1), row(2), (3, 3, 1, 7, *row(3)[4:])],
        *(
            [row(1), row(2), row(3, **whose)]
            for whose in (
                {"kingdom": 52},
                {"kingdom": "51"},
                {"dt": "2026-01-27"},
                {"run_id": f"{RUN[:-1]}0"},
                {"version": f"{VERSION[:-1]}1"},
                {"version": None},
                {"file": f"{FILE[:-1]}0"},
                {"metric": "kills"},
                {"first_position": 1},
                {"last_position": 4},
            )
        ),
    ],
)
def test_rows_that_are_not_the_page_s_are_refused(rows: list[Any]) -> None:
    with pytest.raises(AnswerMismatchError):
        read_board(rows, query(2, 3))


def test_the_first_row_tells_the_total_of_a_page_beyond_the_last() -> None:
    beyond = row(1, first_position=10, last_position=12)
    assert read_board([beyond], query(10, 12)) == (9, [])
    unranked = row(1, value=None, total=0, first_position=1)
    assert read_board([unranked], query(1, 3)) == (0, [])


MUTANTS = {
    "rank for row_number": (
        "row_number() OVER (ORDER BY value DESC NULLS LAST, id)",
        "rank() OVER (ORDER BY value DESC NULLS LAST)",
    ),
    "row_number for rank": ("rank() OVER", "row_number() OVER"),
    "dense ranks": ("        rank()", "        dense_rank()"),
    "a missing tie-break": ("NULLS LAST, id)", "NULLS LAST)"),
    "a tie-break turned around": ("NULLS LAST, id)", "NULLS LAST, id DESC)"),
    "nulls first": ("DESC NULLS LAST, id", "DESC NULLS FIRST, id"),
    "nulls ranked and counted": ("count(value)", "count(*)"),
    "ascending": ("DESC", "ASC"),
    "no first row": ("position = 1 OR position", "position"),
    "a page too short": ("BETWEEN {first} AND {last}", "BETWEEN {first} AND {last} - 1"),
    "no order": ("\nORDER BY position", "\nORDER BY value, position"),
    "another column": ("{metric} AS", "power AS"),
}


# Files in the order of falling ids: what has no order of its own comes out wrong.
FALLING = [player(one, dkp=TIED[one], power=one * 10) for one in sorted(TIED, reverse=True)]
PAGES = [(9, 0), (5, 20), (3, 0), (3, 2), (2, 6)]


def right(page: tuple[int, int]) -> tuple[int, list[dict[str, Any]]]:
    limit, offset = page
    return 7, ranked(FALLING, "dkp")[offset : offset + limit]


def test_the_statement_itself_is_right(athena: Athena, engine: AthenaEngine) -> None:
    snapshot = publish(athena.store, FALLING)
    for page in PAGES:
        assert ask(engine, snapshot, *page).board == right(page)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_the_statement_is_caught(
    athena: Athena, engine: AthenaEngine, monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    snapshot = publish(athena.store, FALLING)
    old, new = MUTANTS[mutant]
    assert old in board_query._TEXT
    monkeypatch.setattr(board_query, "_TEXT", board_query._TEXT.replace(old, new))
    assert any(_answers_otherwise(engine, snapshot, page, right(page)) for page in PAGES)


def _answers_otherwise(
    engine: AthenaEngine, snapshot: Snapshot, page: tuple[int, int], board: Any
) -> bool:
    try:
        return bool(ask(engine, snapshot, *page).board != board)
    except EngineFailedError:
        return True
