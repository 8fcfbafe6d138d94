"""The engine `athena` where it is alone: one bounded query, one run, and answers that lie."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, cast

import pytest

from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Board, BoardPage, Snapshot
from chalicelib.engines.athena import query as statements
from chalicelib.engines.athena.answers import read_board, read_standings
from chalicelib.engines.athena.client import AthenaClient
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.parts import Source
from chalicelib.engines.athena.query import BoardQuery, StandingsQuery
from chalicelib.errors import (
    BadParameterError,
    EngineBusyError,
    EngineFailedError,
    EngineTimeoutError,
    NotFoundError,
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
TOP = Board(7, cast("Any", ranked(PLAYERS, "dkp")[:3]))


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
    assert page.board == Board(7, cast("Any", ranked(PLAYERS, "dkp")[2:5]), 2)
    (sent,) = athena.service.asked("StartQueryExecution")
    assert f"run_id = '{page.snapshot.run_id}'" in sent["QueryString"]
    assert "ExecutionParameters" not in sent


def test_a_snapshot_without_players_needs_no_query(athena: Athena, engine: AthenaEngine) -> None:
    snapshot = publish(athena.store, [])
    assert ask(engine, snapshot, 100, 0).board == Board(0, [])
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
PAGES = [("dkp", 2, 0), ("dkp", 2, 1), ("dkp", 3, 0), ("kills", 2, 0)]


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
            for metric, limit, offset in PAGES:
                found = page_of(engine, snapshot, metric, limit, offset)
                right = ranked(players, metric)[offset : offset + limit]
                assert found == (snapshot, Board(4, cast("Any", right), offset))


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
        assert ask(engine, snapshot, 3, 0).board == TOP
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
    assert page == (snapshot, TOP)


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


@pytest.mark.slow
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


SOURCE = Source("rok_players", 51, DAY, RUN, VERSION, FILE)


def query(limit: int, offset: int, **more: Any) -> BoardQuery:
    return BoardQuery(SOURCE, BoardRequest("dkp", limit, offset, **more))


NAMES = (
    *("rank", "position", "id", "name", "alliance", "value", "total", "around", "me", "nobody"),
    *("kingdom", "dt", "run_id", "version", "file", "asked"),
)
VALUES = (0, 0, 0, "Ana", None, 5, 9, None, None, 0, *query(2, 1).identity)


def row(position: Any, **other: Any) -> tuple[Any, ...]:
    """A row of the page of two entries from the second on."""
    its = {"rank": position, "position": position, "id": position}
    return tuple({**dict(zip(NAMES, VALUES, strict=True)), **its, **other}.values())


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
        [row(1, id="x"), row(2), row(3)],
        [row(1), row(2), row(3, name=7)],
        [row(1, me=2), row(2, me=2), row(3, me=2)],
        [row(1, around=2), row(2, around=2), row(3, around=2)],
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
                {"asked": query(2, 0).identity[-1]},
                {"asked": None},
            )
        ),
    ],
)
def test_rows_that_are_not_the_page_s_are_refused(rows: list[Any]) -> None:
    with pytest.raises(AnswerMismatchError):
        read_board(rows, query(2, 1))
    assert read_board([row(1), row(2), row(3)], query(2, 1)).total == 9


def test_rows_about_other_players_than_those_who_were_asked_for_are_refused() -> None:
    asked = query(1, 0, me=3, alliance="[A]")

    def rows(first: dict[str, Any], second: dict[str, Any]) -> list[Any]:
        its = {"asked": asked.identity[-1], "alliance": "[A]", "me": 2}
        return [row(1, **{**its, **first}), row(2, **{**its, "id": 3, **second})]

    assert read_board(rows({}, {}), asked).me is not None
    for first, second in (
        ({}, {"id": 4}),
        ({"alliance": "[B]"}, {}),
        ({}, {"alliance": None}),
        ({"me": 1}, {"me": 1}),
        ({"total": 1}, {}),
    ):
        with pytest.raises(AnswerMismatchError):
            read_board(rows(first, second), asked)


def test_the_first_row_tells_the_total_of_a_page_beyond_the_last() -> None:
    beyond = row(1, asked=query(3, 9).identity[-1])
    assert read_board([beyond], query(3, 9)) == Board(9, [], 9)
    unranked = row(1, value=None, total=0, asked=query(3, 0).identity[-1])
    assert read_board([unranked], query(3, 0)) == Board(0, [])


MUTANTS = {
    "rank for row_number": (
        "row_number() OVER (ORDER BY member DESC, value DESC NULLS LAST, id)",
        "rank() OVER (ORDER BY member DESC, value DESC NULLS LAST)",
    ),
    "row_number for rank": ("rank() OVER", "row_number() OVER"),
    "dense ranks": ("            rank()", "            dense_rank()"),
    "a missing tie-break": ("NULLS LAST, id)", "NULLS LAST)"),
    "a tie-break turned around": ("NULLS LAST, id)", "NULLS LAST, id DESC)"),
    "nulls first": ("DESC NULLS LAST, id", "DESC NULLS FIRST, id"),
    "nulls ranked and counted": ("count(CASE WHEN member = 1 THEN value END)", "count(*)"),
    "ascending": ("value DESC", "value ASC"),
    "no first row": ("place = 1 OR place <= total", "place <= total"),
    "a page too short": ("BETWEEN {first} AND {last}", "BETWEEN {first} AND {last} - 1"),
    "no order": ("\nORDER BY place", "\nORDER BY value, place"),
    "another column": ("{value} AS", "power AS"),
    "ranks within the alliance": ("rank() OVER (", "rank() OVER (PARTITION BY member "),
    "positions within the kingdom": ("ORDER BY member DESC, value", "ORDER BY value"),
    "all are counted": ("count(CASE WHEN member = 1 THEN value END)", "count(value)"),
    "the player above is left out": ("place IN (me - 1, me)", "place = me"),
    "me is left out": (" OR place IN (me - 1, me)", ""),
    "who is not ranked is around": ("{around} AND place <= total", "{around}"),
    "who is not ranked is me": ("{me} AND place <= total", "{me}"),
    "counters are known": ("{nobody} AS", "0 AS"),
    "another value": ("{columns}", ", power AS with_kills, power AS with_power"),
}


# Files in the order of falling ids: what has no order of its own comes out wrong.
FALLING = [
    player(
        one,
        dkp=TIED[one],
        power=one * 10,
        alliance="[A]" if one in (1, 2, 4, 9) else None,
        t4_kills=2**53 - one,
        t5_kills=one if one % 2 else None,
    )
    for one in sorted(TIED, reverse=True)
]
REQUESTS = [
    *(BoardRequest("dkp", *page) for page in [(9, 0), (5, 20), (3, 0), (3, 2), (2, 6)]),
    *(BoardRequest("dkp", 3, around=one) for one in (3, 2, 7, 99)),
    *(BoardRequest("dkp", 2, me=one) for one in (9, 1, 2)),
    BoardRequest("dkp", 2, 1, alliance="[A]", me=4),
    BoardRequest("dkp", 1, around=4, alliance="[A]"),
    BoardRequest("dkp", 2, around=5, alliance="[A]"),
    BoardRequest("dkp", 2, alliance="' OR '1' = '1"),
    BoardRequest("dkp", 2, values=("kills", "power")),
    BoardRequest("dkp", 3, weights={"t4_kills": 1_000_000, "t5_kills": 1}, me=2),
    BoardRequest("dkp", 3, weights={"deaths": 1, "helps": 0, "t1_deaths": 1}),
]


def right(request: BoardRequest) -> Any:
    """The answer, worked out player by player."""
    weights = request.weights or {"dkp": 1}
    if any(all(one.get(name) is None for one in FALLING) for name in weights):
        return BadParameterError
    valued = [{**one, "value": points(one, weights)} for one in FALLING]
    entries = [
        one
        for one in ranked(valued, "value")
        if request.alliance is None or one["alliance"] == request.alliance
    ]
    at: dict[Any, int] = {}
    for position, one in enumerate(entries, 1):
        at[one["id"]] = one["position"] = position
        if request.values:
            (of,) = (whole for whole in FALLING if whole["id"] == one["id"])
            one["values"] = {name: of[name] for name in request.values}
    if request.around not in (None, *at):
        return NotFoundError
    offset = request.first(at[request.around], len(at)) if request.around else request.offset
    page = entries[offset : offset + request.limit]
    return Board(
        len(entries), cast("Any", page), offset, cast("Any", mine(entries, at.get(request.me)))
    )


def points(one: dict[str, Any], weights: Mapping[str, int]) -> int | None:
    if any(one.get(name) is None for name in weights):
        return None
    total: int = sum(one[name] * weight for name, weight in weights.items())
    return total


def mine(entries: list[dict[str, Any]], position: int | None) -> dict[str, Any] | None:
    if position is None:
        return None
    above = entries[position - 2] if position > 1 else None
    shown = above and {"rank": above["rank"], "value": above["value"]}
    return {"entry": entries[position - 1], "above": shown}


def answered(engine: AthenaEngine, snapshot: Snapshot, request: BoardRequest) -> Any:
    """The board, or the error instead of one."""
    try:
        return engine.board(snapshot, request, Deadline.after(600)).board
    except (NotFoundError, BadParameterError, EngineFailedError) as error:
        return type(error)


@pytest.mark.slow
def test_the_statement_itself_is_right(athena: Athena, engine: AthenaEngine) -> None:
    snapshot = publish(athena.store, FALLING)
    for request in REQUESTS:
        assert answered(engine, snapshot, request) == right(request), request


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_the_statement_is_caught(
    athena: Athena, engine: AthenaEngine, monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    snapshot = publish(athena.store, FALLING)
    old, new = MUTANTS[mutant]
    assert old in statements._BOARD
    monkeypatch.setattr(statements, "_BOARD", statements._BOARD.replace(old, new))
    assert any(answered(engine, snapshot, request) != right(request) for request in REQUESTS)


STANDINGS = [
    BoardRequest("dkp", 1),
    BoardRequest("dkp", 1, weights={"t4_kills": 1_000_000, "t5_kills": 1}),
    BoardRequest("dkp", 1, weights={"t1_deaths": 1}),
]


@pytest.mark.slow
def test_standings_are_those_of_the_whole_board(athena: Athena, engine: AthenaEngine) -> None:
    snapshot = publish(athena.store, FALLING)
    for request in STANDINGS:
        whole = right(request._replace(limit=9))
        for ids in ([1, 2, 77, 9], [77], [], range(1, 10)):
            try:
                found = engine.standings(snapshot, request, ids, Deadline.after(600))
            except BadParameterError:
                assert whole is BadParameterError
                continue
            assert found.snapshot == snapshot
            if ids:
                entries = {one["id"]: (one["rank"], one["value"]) for one in whole.entries}
                own = {one for one in ids if one < 10}
                assert found.of == {one: entries.get(one, (None, None)) for one in own}


STANDING = (5, 1, 2, 700, 2, 0)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [STANDING],
        [STANDING, STANDING],
        [STANDING, (8, 1, 3, 5, 2, 0)],
        [STANDING, (6, 1, None, 5, 2, 0)],
        [STANDING, (6, 0, 3, 5, 2, 0)],
        [STANDING, (6, 1, 3, "5", 2, 0)],
    ],
)
def test_rows_that_are_not_the_standings_asked_for_are_refused(rows: list[Any]) -> None:
    asked = StandingsQuery(SOURCE, BoardRequest("dkp", 1), [6, 5, 7])
    right = [STANDING, (6, 1, 3, 5, 2, 0)]
    whole = [[*one, *asked.identity] for one in right]
    assert read_standings(list(map(tuple, whole)), asked) == {5: (2, 700), 6: (3, 5)}
    with pytest.raises(AnswerMismatchError):
        read_standings([(*one, *asked.identity) for one in rows], asked)
    with pytest.raises(AnswerMismatchError):
        read_standings([(*one, *query(1, 0).identity) for one in right], asked)
