"""Gains whose rows are not all there or are of something else, and files that are replaced."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.findings import NOTHING_FOUND
from chalicelib.changes.formula import measure_of
from chalicelib.changes.span import Span
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.athena.client import AthenaClient, Row
from chalicelib.engines.athena.engine import AthenaEngine
from chalicelib.engines.athena.errors import AnswerMismatchError
from chalicelib.engines.athena.gains_answer import read_gains
from chalicelib.engines.athena.gains_query import GainsQuery
from chalicelib.engines.athena.gains_sources import GainsSources
from chalicelib.engines.athena.parts import Source
from chalicelib.engines.curated import curated_state
from chalicelib.errors import EngineBusyError, NotFoundError
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import Athena
from tests.engines.athena.weeks import grown, span_of, told, weeks
from tests.engines.support import DAY, athena_engine, publish

ASKED = BoardRequest("deaths", 3, 4, me=30)


@pytest.fixture
def engine(athena: Athena) -> AthenaEngine:
    return athena_engine(athena)


class Answer:
    """The rows of one query, and what is read in them."""

    def __init__(self, athena: Athena) -> None:
        self.span = span_of(athena, weeks())
        sources = [
            Source.of(athena.table, *curated_state(athena.store, one.kingdom, one.snapshot_date))
            for one in (self.span.older, self.span.newer, self.span.before)
            if one is not None
        ]
        measure = measure_of("deaths", None, {}, {})
        self.query = GainsQuery(GainsSources(*sources), ASKED, measure, {})
        client = AthenaClient(athena.database, athena.workgroup, athena.client)
        self.rows = client.run(self.query.text, Deadline.after(600))

    def read(self, rows: list[Row]) -> Any:
        return read_gains(rows, self.query, self.span.older, self.span.newer)

    def is_refused(self, rows: list[Row]) -> bool:
        try:
            self.read(rows)
        except AnswerMismatchError:
            return True
        return False


def test_rows_that_are_not_just_those_of_the_request_are_refused(athena: Athena) -> None:
    answer = Answer(athena)
    rows = answer.rows
    assert len(answer.read(rows).findings.suspects) == 20
    assert len(answer.read(rows).entries) == 3
    assert answer.is_refused([])
    for at in range(len(rows)):
        assert answer.is_refused([*rows[:at], *rows[at + 1 :]])
        assert answer.is_refused([*rows[:at], rows[at], *rows[at:]])
    assert answer.is_refused([*rows[:-1], rows[0]])
    assert all(answer.is_refused(rows[:count]) for count in range(len(rows)))
    whose = len(answer.query.identity)
    for at in range(1, whose + 1):
        other = [*rows[2]]
        other[-at] = "x" if isinstance(other[-at], str) else 52
        assert answer.is_refused([*rows[:2], tuple(other), *rows[3:]])


def changed(row: Row, **cells: Any) -> Row:
    columns = (
        *("kind", "rank", "place", "id", "name", "alliance", "value", "from", "to", "column"),
        *("ref", "fault", "fell", "players", "total", "unknown", "around", "me"),
    )
    return (*({**dict(zip(columns, row, strict=False)), **cells}.values()), *row[len(columns) :])


ODD_SUSPECTS: list[dict[str, Any]] = [
    {"kind": "odd"},
    {"fault": "nobody"},
    {"total": 1},
    {"column": "power"},
    {"column": None},
    {"from": None},
    {"name": 5},
    {"id": None},
]
ODD_ENTRIES: list[dict[str, Any]] = [
    {"value": None},
    {"rank": None},
    {"from": None},
    {"me": 3},
    {"unknown": None},
    {"around": 1},
]


@pytest.mark.slow
def test_suspects_and_entries_that_are_none_are_refused(athena: Athena) -> None:
    answer = Answer(athena)
    for kind, odd in (("jump", ODD_SUSPECTS), ("entry", ODD_ENTRIES)):
        at = next(at for at, row in enumerate(answer.rows) if row[0] == kind)
        for cells in odd:
            row = changed(answer.rows[at], **cells)
            assert answer.is_refused([*answer.rows[:at], row, *answer.rows[at + 1 :]]), cells


class Replacing(AthenaClient):
    """A client whose first queries come a moment too late: one of the files is another by then."""

    def __init__(self, athena: Athena, day: date, times: int) -> None:
        super().__init__(athena.database, athena.workgroup, athena.client)
        self._athena = athena
        self._day = day
        self.left = times

    def run(self, *arguments: Any, **options: Any) -> Any:
        if self.left:
            self.left -= 1
            players = [grown(number, 1) for number in range(1, 9)]
            run = 600 + self.left
            publish(self._athena.store, players, day=self._day, run=run, views=["curated"])
        return super().run(*arguments, **options)


@pytest.mark.slow
@pytest.mark.parametrize(
    "weeks_ago", [0, *(pytest.param(ago, marks=pytest.mark.long) for ago in (1, 2))]
)
def test_whichever_file_is_replaced_the_gains_are_of_three_that_were_there_together(
    athena: Athena, weeks_ago: int
) -> None:
    span = span_of(athena, weeks())
    day = DAY - timedelta(days=7 * weeks_ago)
    replacing = AthenaEngine(athena.store, Replacing(athena, day, 1), athena.table)
    found = told(replacing, span, ASKED)
    assert found == told(ArrowEngine(athena.store), span, ASKED)
    never = AthenaEngine(athena.store, Replacing(athena, day, 100), athena.table)
    with pytest.raises(EngineBusyError, match="being replaced"):
        never.gains(span, ASKED, Deadline.after(600))


def test_what_athena_kept_of_other_gains_is_never_given(
    athena: Athena, engine: AthenaEngine
) -> None:
    span = span_of(athena, weeks()[1:])
    first = engine.gains(span, ASKED, Deadline.after(600))
    athena.service.script(reuse="meaning", reuse_unasked=True)
    assert engine.gains(span, ASKED, Deadline.after(600)) == first
    with pytest.raises(AnswerMismatchError, match="is not one to"):
        engine.gains(span, ASKED._replace(offset=5), Deadline.after(600))


def test_gains_from_before_the_first_date_of_the_table_come_from_the_files(
    athena: Athena, engine: AthenaEngine
) -> None:
    days = (date(2018, 8, 30), date(2018, 9, 10), date(2018, 9, 17))
    before, older, newer = (
        publish(athena.store, players, day=day, views=["curated"])
        for players, day in zip(weeks(), days, strict=True)
    )
    found = engine.gains(Span(older, newer, before, adjacent=True), ASKED, Deadline.after(600))
    assert (found.offset, found.findings != NOTHING_FOUND) == (4, True)
    request = BoardRequest("kills", 1, around=999)
    with pytest.raises(NotFoundError):
        engine.gains(Span(before, newer, None, adjacent=False), request, Deadline.after(600))
    assert not athena.service.asked("StartQueryExecution")


class Counting:
    """A store that says how often objects were read and looked at."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.calls: Counter[str] = Counter()

    def open(self, key: str, **how: Any) -> Any:
        self.calls["open"] += 1
        return self._store.open(key, **how)

    def head(self, key: str) -> Any:
        self.calls["head"] += 1
        return self._store.head(key)


@pytest.mark.parametrize("count", [2, 3])
def test_gains_cost_a_statement_and_two_looks_at_each_file(athena: Athena, count: int) -> None:
    span = span_of(athena, weeks()[-count:])
    store: Any = Counting(athena.store)
    client = AthenaClient(athena.database, athena.workgroup, athena.client)
    AthenaEngine(store, client, athena.table).gains(span, ASKED, Deadline.after(600))
    assert store.calls == {"open": count, "head": count}
    assert len(athena.service.asked("StartQueryExecution")) == 1
