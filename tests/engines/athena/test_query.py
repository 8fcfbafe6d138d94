"""What may get into SQL, and that nothing else can."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.request import BoardRequest
from chalicelib.changes.formula import measure_of
from chalicelib.config import WEIGHABLE
from chalicelib.engines.athena.gains_query import GainsQuery
from chalicelib.engines.athena.gains_sources import GainsSources
from chalicelib.engines.athena.parts import Source, asked, text_literal
from chalicelib.engines.athena.query import BoardQuery, StandingsQuery

RUN = "20260126T153012Z-0123456789abcdef"
SOURCE = Source("rok_players", 51, date(2026, 1, 26), RUN, "9f2c4d7b1a3e5f60", "0c4e91b27d5f3a86")
OLDER = SOURCE._replace(day=date(2026, 1, 19), file="1" * 16)
BEFORE = SOURCE._replace(day=date(2026, 1, 12), file="2" * 16)
REQUEST = BoardRequest("dkp", 100, 100)

Text = Callable[[Source, BoardRequest], str]


def board(source: Source = SOURCE, request: BoardRequest = REQUEST) -> str:
    return BoardQuery(source, request).text


def standings(source: Source = SOURCE, request: BoardRequest = REQUEST) -> str:
    return StandingsQuery(source, request, [5, 3]).text


def gains(source: Source = SOURCE, request: BoardRequest = REQUEST) -> str:
    formula = {"basis": "formula", "weights": {"t4_kills": 10}}
    measures = {
        name: measure_of(name, request.weights, formula, formula)
        for name in (request.metric, *request.values)
        if name in METRIC_NAMES
    }
    return GainsQuery(
        GainsSources(OLDER, source, BEFORE),
        request,
        measures.get(request.metric),
        {name: measures.get(name) for name in request.values},
    ).text


TEXTS: list[Text] = [board, standings, gains]


def test_all_that_varies_stands_in_the_text() -> None:
    text = board()
    assert f"kingdom = 51 AND dt = '2026-01-26' AND run_id = '{RUN}'" in text
    assert "place BETWEEN 101 AND 200" in text
    assert "'9f2c4d7b1a3e5f60' AS version, '0c4e91b27d5f3a86' AS file" in text
    assert f"'{asked(REQUEST)}' AS asked" in text
    assert "?" not in text
    assert "id IN (3, 5)" in standings()


REQUESTS = [
    REQUEST,
    REQUEST._replace(limit=99),
    REQUEST._replace(offset=99),
    BoardRequest("kills", 100, 100),
    BoardRequest("dkp", 100, around=7),
    BoardRequest("dkp", 100, around=8),
    REQUEST._replace(me=7),
    REQUEST._replace(alliance="A"),
    REQUEST._replace(alliance="a"),
    REQUEST._replace(values=("kills", "power")),
    REQUEST._replace(values=("power", "kills")),
    REQUEST._replace(weights={"kills": 1, "deaths": 2}),
    REQUEST._replace(weights={"kills": 2, "deaths": 2}),
]


def test_each_request_has_a_mark_of_its_own() -> None:
    marks: list[Any] = [asked(request) for request in REQUESTS]
    marks += [StandingsQuery(SOURCE, REQUEST, ids).identity[-1] for ids in ([5], [5, 6])]
    assert len({*marks}) == len(marks)


@pytest.mark.parametrize("text", TEXTS)
def test_a_table_may_be_called_by_a_reserved_word(text: Text) -> None:
    if text is not gains:
        assert 'FROM "select"\n' in text(SOURCE._replace(table="select"), REQUEST)


@pytest.mark.parametrize(
    ("text", "reads"), [(board, [26]), (standings, [26]), (gains, [26, 19, 12])]
)
def test_both_partition_keys_and_the_run_are_bound_wherever_the_table_is_read(
    text: Text, reads: list[int]
) -> None:
    tree = sqlglot.parse_one(text(SOURCE, REQUEST), dialect="athena")
    tables = [one for one in tree.find_all(exp.Table) if one.name == "rok_players"]
    bound = []
    for table in tables:
        select = table.find_ancestor(exp.Select)
        assert select is not None
        bound.append([one.sql() for one in select.args["where"].this.flatten()])
    assert bound == [
        ["kingdom = 51", f"dt = '2026-01-{day}'", f"run_id = '{RUN}'"] for day in reads
    ]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "change",
    [
        {"table": 'players" --'},
        {"table": "Players"},
        {"table": ""},
        {"kingdom": "51"},
        {"kingdom": 0},
        {"kingdom": 100_000},
        {"kingdom": True},
        {"kingdom": 51.0},
        {"kingdom": None},
        {"day": datetime(2026, 1, 26, tzinfo=UTC)},
        {"run_id": "x' OR '1'='1"},
        {"run_id": RUN + "\n"},
        {"run_id": ""},
        {"version": "9F2C4D7B1A3E5F60"},
        {"version": "' OR '1'='1"},
        {"version": ""},
        {"file": "' OR '1'='1"},
        {"file": "0c4e91b27d5f3a86\n"},
        {"file": None},
        {"table": None},
        {"run_id": 7},
    ],
)
def test_no_query_is_made_of_a_file_whose_parts_are_unchecked(
    text: Text, change: dict[str, Any]
) -> None:
    with pytest.raises(
        # Of a moment where a date must be; the last two are Python's own words.
        (ValueError, TypeError),
        match=r"not fit for a query|not supported|can't compare",
    ):
        text(SOURCE._replace(**change), REQUEST)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "change",
    [
        {"metric": "dkp; DROP TABLE x"},
        {"metric": "helps"},
        {"metric": ["dkp"]},
        {"limit": 0},
        {"limit": "1"},
        {"limit": None},
        {"offset": -1},
        {"offset": True},
        {"around": "1 OR 1 = 1"},
        {"around": -1},
        {"me": 2**63},
        {"me": 1.5},
        {"alliance": 7},
        {"values": ("kills", "kills")},
        {"values": ("helps",)},
        {"values": (["kills"],)},
        {"weights": {}},
        {"weights": {"x; --": 1}},
        {"weights": {"kills": 1_000_001}},
        {"weights": {"kills": -1}},
        {"weights": {"kills": "1"}},
        {"weights": {"kills": True}},
        {"weights": {"power": 1}},
        {"metric": "kills", "weights": {"kills": 1}},
    ],
)
def test_no_query_is_made_of_a_request_whose_parts_are_unchecked(
    text: Text, change: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, TypeError), match=r"not fit for a query|unhashable"):
        text(SOURCE, REQUEST._replace(**change))


@pytest.mark.parametrize("ids", [[0, "1"], [1, 1], [-1], [2**63], [True], [None], range(1, 1003)])
def test_standings_are_of_a_page_of_players_and_one_more(ids: Any) -> None:
    with pytest.raises(ValueError, match="not fit for a query"):
        StandingsQuery(SOURCE, REQUEST, ids)
    assert len(StandingsQuery(SOURCE, REQUEST, range(1, 1001)).text) < 10_000


@pytest.mark.parametrize(
    "sources",
    [
        (SOURCE, SOURCE, None),
        (SOURCE, OLDER, None),
        (OLDER, SOURCE._replace(kingdom=52), None),
        (OLDER, SOURCE, OLDER),
        (OLDER, SOURCE, BEFORE._replace(kingdom=52)),
        (OLDER._replace(table="others"), SOURCE, None),
    ],
)
def test_gains_are_of_one_kingdom_and_of_dates_in_order(sources: Any) -> None:
    with pytest.raises(ValueError, match="not fit for a query"):
        GainsSources(*sources)


def test_the_largest_statement_is_far_below_what_athena_takes() -> None:
    weights = dict.fromkeys(WEIGHABLE, 1_000_000)
    request = BoardRequest(
        "dkp",
        1000,
        me=2**62,
        around=2**62,
        alliance="雪" * 400,
        values=METRIC_NAMES,
        weights=weights,
    )
    for text in TEXTS:
        assert len(text(SOURCE, request)) < 262_144 / 8


@given(st.text() | st.sampled_from(["' OR '1'='1", "\\'", "--", "/*", "\0", "雪 👑"]))
def test_a_text_of_a_readers_is_in_the_statement_as_digits_only(alliance: str) -> None:
    literal = text_literal(alliance)
    digits = literal.removeprefix("from_utf8(from_hex('").removesuffix("'))")
    assert bytes.fromhex(digits).decode() == alliance
    assert {*digits} <= {*"0123456789abcdef"}
    text = board(SOURCE, REQUEST._replace(alliance=alliance))
    assert text.count(literal) == 1
    plain = board(SOURCE, REQUEST._replace(alliance=""))
    marks = (asked(REQUEST._replace(alliance=one)) for one in (alliance, ""))
    rest = [
        one.replace(its, "").replace(mark, "")
        for one, its, mark in zip((text, plain), (literal, text_literal("")), marks, strict=True)
    ]
    assert rest[0] == rest[1]


def test_what_is_no_text_gets_into_no_statement() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        board(SOURCE, REQUEST._replace(alliance="\ud800"))


@pytest.mark.slow
@given(
    st.sampled_from(METRIC_NAMES),
    st.integers(1, 99_999),
    st.dates(),
    st.integers(1, 2**53 - 1),
    st.integers(0, 2**53 - 1),
)
def test_a_text_holds_only_digits_dates_and_ids_beside_what_is_fixed(
    metric: str, kingdom: int, day: date, limit: int, offset: int
) -> None:
    request = BoardRequest(metric, limit, offset)
    text = board(SOURCE._replace(kingdom=kingdom, day=day), request)
    literals = [one.this for one in sqlglot.parse_one(text, dialect="athena").find_all(exp.Literal)]
    page = [str(offset + 1), str(offset + limit)]
    source = [str(kingdom), day.isoformat(), RUN, SOURCE.version, SOURCE.file]
    assert sorted(literals) == sorted([*("11110"), *page, *source, asked(request)])
