"""The engine `athena` where it is alone: one bounded query, one run, and answers that lie."""

from typing import Any

import pytest

from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.engines.athena import query as board_query
from chalicelib.engines.athena.client import AthenaClient
from chalicelib.engines.athena.engine import AthenaEngine, read_board
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
from tests.engines.support import DAY, athena_engine, curated_bytes, player, publish, put, ranked
from tests.engines.support import page as page_of

RUN = "20260126T153012Z-0123456789abcdef"
VERSION = "9f2c4d7b1a3e5f60"
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

    def run(self, *arguments: Any) -> Any:
        if self.run_number <= self._times:
            self.run_number += 1
            players = [player(one) for one in range(1, self.run_number + 1)]
            publish(self._athena.store, players, run=self.run_number)
        return super().run(*arguments)


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
        def run(self, *arguments: Any) -> Any:
            first = self.run_number == 1
            athena.service.script(failed=SqlError("HIVE_BAD_DATA: x") if first else None)
            return super().run(*arguments)

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
        engine.board(snapshot, "dkp", 10, 0, Deadline.after(2.0))
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
        first=first,
        last=last,
    )


def row(
    position: int | None,
    value: int | None = 5,
    total: Any = 9,
    whose: tuple[Any, ...] = (51, "2026-01-26", RUN, VERSION),
) -> tuple[Any, ...]:
    return (position, position, 1, "Ana", None, value, total, *whose)


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
        *(
            [row(1), row(2), row(3, whose=whose)]
            for whose in (
                (52, "2026-01-26", RUN, VERSION),
                ("51", "2026-01-26", RUN, VERSION),
                (51, "2026-01-27", RUN, VERSION),
                (51, "2026-01-26", f"{RUN[:-1]}0", VERSION),
                (51, "2026-01-26", RUN, f"{VERSION[:-1]}1"),
                (51, "2026-01-26", RUN, None),
            )
        ),
    ],
)
def test_rows_that_are_not_the_page_s_are_refused(rows: list[Any]) -> None:
    with pytest.raises(EngineFailedError):
        read_board(rows, query(2, 3))


def test_the_first_row_tells_the_total_of_a_page_beyond_the_last() -> None:
    assert read_board([row(1)], query(10, 12)) == (9, [])
    assert read_board([row(1, value=None, total=0)], query(1, 3)) == (0, [])


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
