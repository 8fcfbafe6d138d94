"""Boards of gains: every engine answers what is worked out player by player."""

import io
import itertools
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.boards import parquet
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.findings import NOTHING_FOUND
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.pair import Scan
from chalicelib.changes.span import Span
from chalicelib.changes.suspects import find_suspects
from chalicelib.engines.arrow import ArrowEngine
from chalicelib.engines.engine import Engine
from chalicelib.engines.pair import gains_columns
from chalicelib.errors import (
    BadParameterError,
    NotFoundError,
    QueryError,
    StoreError,
)
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectReader, Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.threads.deadline import Deadline
from tests.athena.fixtures import ON_TRINO, Athena
from tests.boards.test_parquet import CountingStore
from tests.engines import expected, expected_gains
from tests.engines.cases import ENGINES, EveryEngine
from tests.engines.support import (
    FORMULA,
    athena_engine,
    curated_bytes,
    player,
    publish,
    put,
    table,
)
from tests.engines.test_engines import MovingStore

_runs = itertools.count(1)
DAYS = [date(2026, 1, 12) + timedelta(7 * weeks) for weeks in range(3)]
FILE = {"basis": "file"}


def ask(engine: Engine, span: Span, request: BoardRequest) -> GainsPage:
    return engine.gains(span, request, Deadline.after(600))


def publish_scans(
    store: Store,
    scans: Sequence[Sequence[Mapping[str, Any]]],
    dkp: Sequence[Mapping[str, Any]] = (FORMULA,) * 3,
) -> Span:
    """Put up to three scans into the lake, oldest first; the span of the last two."""
    first, views = len(DAYS) - len(scans), ["curated", "boards"]
    found: list[Snapshot | None] = [None, None, None]
    for at, players in enumerate(scans, first):
        found[at] = publish(store, players, day=DAYS[at], run=next(_runs), dkp=dkp[at], views=views)
    before, older, newer = found
    assert older
    assert newer
    return Span(older, newer, before, adjacent=True)


def scanned(number: int, **values: Any) -> dict[str, Any]:
    """A player whose counters are large enough that nothing is all-zero."""
    counters = dict.fromkeys(("t4_kills", "t5_kills", "kills", "deaths"), 1000)
    return player(number, **{**counters, "kill_points": 30_000, **values})


OLDER = [
    scanned(1),
    scanned(2, kills=1001),
    scanned(3, kills=None),
    scanned(4),
    scanned(5),
    scanned(6, **dict.fromkeys((*expected_gains.ZERO, "power"), 0)),
    scanned(7, kills=500),
]
NEWER = [
    scanned(1, kills=1010, power=5, name="now"),
    scanned(2, kills=1011, deaths=None, power=None),
    scanned(3),
    scanned(4, kills=999),
    scanned(5, **dict.fromkeys(expected_gains.ZERO, 0)),
    scanned(6),
    scanned(7, kills=500),
    scanned(8, kills=10**9),
]


class TestGains(EveryEngine):
    def test_who_is_known_in_both_and_neither_fell_nor_was_zero_is_ranked(
        self, engine: Engine, store: Store
    ) -> None:
        span = publish_scans(store, [OLDER, NEWER])
        request = BoardRequest("kills", 2, me=7, values=("power", "deaths"))
        found = ask(engine, span, request)
        assert [(one["id"], one["rank"], one["value"]) for one in found.entries] == [
            (1, 1, 10),
            (2, 1, 10),
        ]
        assert found.entries[0] == {
            "rank": 1,
            "position": 1,
            "id": 1,
            "name": "now",
            "alliance": NEWER[0]["alliance"],
            "value": 10,
            "from": 1000,
            "to": 1010,
            "values": {"power": 4, "deaths": 0},
        }
        assert found.entries[1]["values"] == {"power": None, "deaths": None}
        assert (found.total, found.unknown, found.offset) == (3, 1, 0)
        assert found.me
        assert (found.me["entry"]["id"], found.me["above"]) == (7, {"rank": 1, "value": 10})
        assert [one.snapshot for one in (found.older, found.newer)] == [span.older, span.newer]
        assert {(one.id, one.kind) for one in found.findings.suspects} >= {
            (4, "fell"),
            (5, "zeroed"),
            (6, "back_from_zero"),
        }

    @pytest.mark.parametrize(
        ("dkp", "request_", "total"),
        [
            (FORMULA, BoardRequest("dkp", 5, values=("dkp", "kill_points")), 4),
            (FILE, BoardRequest("dkp", 5, alliance="[A1] Ünïon", values=("dkp",)), 2),
            (FILE, BoardRequest("dkp", 2, around=7, weights={"kills": 10**6, "t4_kills": 0}), 3),
            ({"basis": "none"}, BoardRequest("dkp", 5), 0),
            (FILE, BoardRequest("power", 3, 1, me=1, alliance="[A1] Ünïon"), 2),
        ],
        ids=["formula", "file", "weights", "none", "power"],
    )
    def test_a_gain_is_of_what_the_snapshots_say_dkp_is(
        self,
        engine: Engine,
        store: Store,
        dkp: Mapping[str, Any],
        request_: BoardRequest,
        total: int,
    ) -> None:
        span = publish_scans(store, [OLDER, NEWER], [dkp] * 3)
        check(engine, span, [OLDER, NEWER], request_)
        assert ask(engine, span, request_).total == total

    def test_a_third_scan_settles_which_of_the_two_is_wrong(
        self, engine: Engine, store: Store
    ) -> None:
        scans = [[scanned(1, helps=900)], [scanned(1, helps=90)], [scanned(1, helps=910)]]
        span = publish_scans(store, scans)
        (found,) = ask(engine, span, BoardRequest("kills", 5)).findings.suspects
        assert (found.kind, found.column, found.fault) == ("jump", "helps", "from")
        (found,) = ask(
            engine, span._replace(before=None), BoardRequest("kills", 5)
        ).findings.suspects
        assert found.fault is None

    def test_what_cannot_be_told_is_refused(self, engine: Engine, store: Store) -> None:
        span = publish_scans(store, [OLDER, NEWER], [FILE, FILE, FORMULA])
        with pytest.raises(BadParameterError, match="dkp"):
            ask(engine, span, BoardRequest("dkp", 5))
        for around in (4, 8, 99):
            with pytest.raises(NotFoundError, match=f"player {around} "):
                ask(engine, span, BoardRequest("kills", 5, around=around))
        no_helps = [scanned(one["id"], helps=None) for one in NEWER]
        span = publish_scans(store, [OLDER, no_helps])
        with pytest.raises(BadParameterError, match=r"helps.*2026-01-26"):
            ask(engine, span, BoardRequest("dkp", 5, weights={"kills": 1, "helps": 1}))

    def test_files_from_before_a_column_was_there_are_read(
        self, engine: Engine, store: Store
    ) -> None:
        span = publish_scans(store, [OLDER, NEWER])
        key = curated_key(Partition(51, DAYS[1]))
        late = [f"t{tier}_deaths" for tier in range(1, 6)]
        put(store, key, curated_bytes(span.older, OLDER, without=late))
        check(engine, span, [OLDER, NEWER], BoardRequest("kills", 5, values=("deaths",)))

    def test_an_answer_is_of_the_files_where_they_are_newer_than_the_catalog(
        self, engine: Engine, store: Store
    ) -> None:
        span = publish_scans(store, [OLDER, NEWER])
        newer = publish_scans(store, [OLDER[:3], NEWER[1:]])
        found = ask(engine, span, BoardRequest("kills", 5))
        assert [found.older.snapshot, found.newer.snapshot] == [newer.older, newer.newer]
        assert [one["id"] for one in found.entries] == [2]

    @pytest.mark.parametrize("scans", [[OLDER, []], [[], NEWER]], ids=["to", "from"])
    def test_of_a_withdrawn_snapshot_nothing_is_gained(
        self, engine: Engine, store: Store, scans: list[list[dict[str, Any]]]
    ) -> None:
        span = publish_scans(store, scans)
        weights = {"t1_deaths": 1}
        for request in (
            BoardRequest("kills", 5, around=1),
            BoardRequest("dkp", 5, weights=weights),
        ):
            found = ask(engine, span, request)
            assert (found.older.snapshot, found.newer.snapshot) == (span.older, span.newer)
            assert found[2:] == (0, 0, 0, [], None, NOTHING_FOUND)


def check(
    engine: Engine,
    span: Span,
    scans: Sequence[Sequence[Mapping[str, Any]]],
    request: BoardRequest,
) -> str:
    """An engine answers as is worked out; the bytes of its answer."""
    *_, older, newer = scans
    dkp = span.older.dkp, span.newer.dkp
    try:
        wanted = expected_gains.gains(older, newer, request, dkp)
    except QueryError as error:
        with pytest.raises(type(error)) as told:
            ask(engine, span, request)
        return str(told.value)
    found = ask(engine, span, request)
    ours = {name: getattr(found, name) for name in wanted}
    assert json.dumps(ours) == json.dumps(wanted)
    pair = (Scan(span.older, table(older)), Scan(span.newer, table(newer)))
    third = None if span.before is None else Scan(span.before, table(scans[0]))
    findings = find_suspects(*pair, lambda _: third)
    assert found.findings.suspects == findings.suspects
    assert found.findings.unreliable == findings.unreliable
    heads = [found.older.as_json(), found.newer.as_json()]
    suspects = [one.as_json(with_player=True) for one in found.findings.suspects]
    return json.dumps([heads, ours, suspects, found.findings.unreliable])


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(
    scans=expected_gains.scans(),
    dkp=st.lists(st.sampled_from(expected_gains.DKP), min_size=3, max_size=3),
    asked=st.lists(expected.requests(), min_size=5, max_size=5),
)
def test_gains_are_those_that_are_worked_out_player_by_player(
    directory_store: DirectoryStore,
    scans: list[list[dict[str, Any]]],
    dkp: list[dict[str, Any]],
    asked: list[BoardRequest],
) -> None:
    span = publish_scans(directory_store, scans, dkp)
    for request in asked if scans[1] and scans[2] else ():
        check(ArrowEngine(directory_store), span, scans, request)


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=10 if ON_TRINO else 15,
)
@given(
    scans=expected_gains.scans(),
    dkp=st.lists(st.sampled_from(expected_gains.DKP), min_size=3, max_size=3),
    request=expected.requests(),
)
def test_every_engine_tells_the_same_gains_byte_for_byte(
    athena: Athena,
    scans: list[list[dict[str, Any]]],
    dkp: list[dict[str, Any]],
    request: BoardRequest,
) -> None:
    span = publish_scans(athena.store, scans, dkp)
    if scans[1] and scans[2]:
        engines = [athena_engine(athena), *(make(athena.store) for make in ENGINES.values())]
        assert len({check(engine, span, scans, request) for engine in engines}) == 1


def test_gains_cost_two_reads_and_a_third_only_where_a_fault_needs_it(
    directory_store: DirectoryStore,
) -> None:
    calm = [[scanned(1)], [scanned(1)], [scanned(1, kills=1001)]]
    wild = [[scanned(1)], [scanned(1, helps=900)], [scanned(1, helps=90)]]
    for scans, reads in ((calm, 2), (wild, 3)):
        span = publish_scans(directory_store, scans)
        counting = CountingStore(directory_store)
        for make in ENGINES.values():
            counting.reads.clear()
            ask(make(counting), span, BoardRequest("kills", 5))
            assert len(counting.reads) == reads


@pytest.mark.parametrize("name", ["id", "name", "kills", "helps"])
def test_a_column_of_another_type_in_one_scan_is_named(
    directory_store: DirectoryStore, name: str
) -> None:
    span = publish_scans(directory_store, [OLDER, NEWER])
    key = curated_key(Partition(51, DAYS[1]))
    with directory_store.open(key) as reader:
        scan = pq.read_table(io.BytesIO(reader.read()))
    at = scan.schema.get_field_index(name)
    for other in (scan.set_column(at, name, scan[name].cast(pa.large_string())), scan):
        sink = io.BytesIO()
        # The second time it is there twice.
        pq.write_table(other.append_column(name, scan[name]) if other is scan else other, sink)
        put(directory_store, key, sink.getvalue())
        with pytest.raises(StoreError, match=f"2026-01-19.*no column {name} of"):
            ask(ArrowEngine(directory_store), span, BoardRequest("kills", 5))


def test_the_columns_that_a_request_needs() -> None:
    columns = gains_columns(BoardRequest("kill_points", 10))
    assert len({*columns}) == len(columns)
    assert {"power", "kill_points", "helps"} <= {*columns}
    assert not {"acclaim", "dkp"} & {*columns}
    by_dkp = gains_columns(BoardRequest("dkp", 10, values=("power", "kills")))
    assert {"dkp", "t4_kills", "t5_kills", "deaths", "power", "kills"} <= {*by_dkp}


def test_a_damaged_scan_is_named(
    directory_store: DirectoryStore,
) -> None:
    span = publish_scans(directory_store, [OLDER, NEWER])
    put(directory_store, curated_key(Partition(51, DAYS[1])), b"PAR1 no more")
    with pytest.raises(StoreError, match=r"2026-01-19"):
        ask(ArrowEngine(directory_store), span, BoardRequest("kills", 5))


class MovingNewer(MovingStore):
    """A store in which only the newer scan moves."""

    def open(self, key: str, **which: Any) -> AbstractContextManager[ObjectReader]:
        return super().open(key, **which) if str(DAYS[2]) in key else self._store.open(key, **which)


def test_both_scans_are_of_one_version_each_while_one_is_replaced(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "SMALL_BYTES", 1000)
    monkeypatch.setattr(parquet, "_TAIL_BYTES", 3000)
    scan = [player(number) for number in range(1, 5003)]
    span = publish_scans(directory_store, [scan, scan])
    moving = ArrowEngine(MovingNewer(directory_store, 2))
    found = ask(moving, span, BoardRequest("kills", 1))
    assert found.older.snapshot == span.older
    assert found.total == found.newer.snapshot.players == 5002
