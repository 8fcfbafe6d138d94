from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.operations.across import ACROSS
from chalicelib.api.operations.boards import LEADERBOARD
from chalicelib.api.operations.service import METRICS_LIST
from chalicelib.api.parameters.declared import (
    ALLIANCE,
    AROUND,
    DATE,
    FROM,
    KINGDOM,
    LIMIT,
    METRIC,
    OFFSET,
    SINCE,
    VERSION,
    WEIGHTS,
    WITH,
)
from chalicelib.api.parameters.parameter import Parameter, shown
from chalicelib.api.parameters.parse import parse_all
from chalicelib.api.parameters.rules import JustOneOf
from chalicelib.errors import BadParameterError, NotFoundError

PATH = {"kingdom": "51", "metric": "dkp"}


def parse(query: dict[str, list[str]], path: dict[str, str] | None = None) -> dict[str, Any]:
    return parse_all(LEADERBOARD.parameters, path or PATH, query)


def test_what_is_not_given_has_its_default() -> None:
    assert parse({}) == {
        "kingdom": 51,
        "metric": "dkp",
        "date": None,
        "limit": 100,
        "offset": 0,
        "around": None,
        "with_": (),
        "since": None,
        "me": None,
        "alliance": None,
        "weights": None,
        "version": None,
        "from_version": None,
    }


def test_what_is_given_has_its_value() -> None:
    query = {"date": ["2024-02-29"], "limit": ["1000"], "offset": ["7"]}
    query["version"] = ["0123456789abcdef"]
    query |= {"with": ["power,kills"], "since": ["2024-02-22"], "me": ["9007199254740991"]}
    query |= {"alliance": ["= 雪,\u0001"], "weights": ["deaths:0,t4_kills:1000000"]}
    query["from_version"] = ["fedcba9876543210"]
    assert parse(query, {"kingdom": "99999", "metric": "kill_points"}) == {
        "kingdom": 99999,
        "metric": "kill_points",
        "date": date(2024, 2, 29),
        "limit": 1000,
        "offset": 7,
        "around": None,
        "with_": ("power", "kills"),
        "since": date(2024, 2, 22),
        "me": 9007199254740991,
        "alliance": "= 雪,\u0001",
        "weights": {"deaths": 0, "t4_kills": 1_000_000},
        "version": "0123456789abcdef",
        "from_version": "fedcba9876543210",
    }
    assert parse({"date": ["latest"]})["date"] is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0", "limit must be 1 to 1000, not 0"),
        ("1001", "limit must be 1 to 1000, not 1001"),
        ("-5", "limit must be 1 to 1000, not -5"),
        ("99999999999999999999", "limit must be 1 to 1000, not 99999999999999999999"),
        ("007", "limit must be 1 to 1000 without leading zeros, not 007"),
        ("abc", 'limit must be 1 to 1000 in plain digits, not "abc"'),
        ("", 'limit must be 1 to 1000 in plain digits, not ""'),
        ("-0", "limit must be 1 to 1000 in plain digits, not -0"),
        ("+5", 'limit must be 1 to 1000 in plain digits, not "+5"'),
        (" 5", 'limit must be 1 to 1000 in plain digits, not " 5"'),
        ("5\n", 'limit must be 1 to 1000 in plain digits, not "5\\n"'),
        ("1e2", 'limit must be 1 to 1000 in plain digits, not "1e2"'),
        ("5.0", 'limit must be 1 to 1000 in plain digits, not "5.0"'),
        ("1_0", 'limit must be 1 to 1000 in plain digits, not "1_0"'),
        ("٣", 'limit must be 1 to 1000 in plain digits, not "٣"'),
        ("1,000", 'limit must be 1 to 1000 in plain digits, not "1,000"'),
    ],
)
def test_a_number_that_does_not_fit_is_refused_with_what_fits(text: str, message: str) -> None:
    with pytest.raises(BadParameterError) as caught:
        LIMIT.parse(text)
    assert str(caught.value) == message


def test_a_number_of_any_length_is_refused_and_not_repeated_whole() -> None:
    for text in ("9" * 100_000, "-" + "9" * 100_000, "0" * 100_000, "x" * 100_000):
        with pytest.raises(BadParameterError) as caught:
            OFFSET.parse(text)
        assert len(str(caught.value)) < 200


def test_zero_has_no_sign() -> None:
    assert OFFSET.parse("0") == 0
    with pytest.raises(BadParameterError, match=r"offset must be .* in plain digits, not -0"):
        OFFSET.parse("-0")


@given(st.integers(-10, 2**53 + 10))
def test_a_number_is_taken_exactly_when_it_is_in_range(value: int) -> None:
    if 0 <= value < 2**53:
        assert OFFSET.parse(str(value)) == value
    else:
        with pytest.raises(BadParameterError):
            OFFSET.parse(str(value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20260126",
        "2026-W05-1",
        "2026-02-30",
        "2026-1-26",
        "2026-01-26 ",
        "2026-01-26T00:00:00",
        "0000-01-01",
        "LATEST",
        "today",
        "٢٠٢٦-٠١-٢٦",
        "2026-01-26'--",
    ],
)
def test_a_date_that_is_none_is_refused_with_what_fits(text: str) -> None:
    with pytest.raises(
        BadParameterError, match="date must be latest or a date like 2026-01-26, not "
    ):
        DATE.parse(text)


@given(st.dates())
def test_every_date_is_taken_in_its_iso_form(day: date) -> None:
    assert DATE.parse(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    ["", "latest", "9f2c", "9F2C4D7B1A3E5F60", "9f2c4d7b1a3e5f60 ", "9f2c4d7b1a3e5f600", "x" * 16],
)
def test_a_version_that_no_answer_has_is_refused_with_where_to_find_one(text: str) -> None:
    with pytest.raises(BadParameterError, match="version must be 16 digits of 0-9a-f as answers"):
        VERSION.parse(text)


@pytest.mark.parametrize("text", ["0", "051", "100000", "-51", "51.0", "", "51/..", "五十一"])
def test_a_kingdom_that_cannot_be_is_malformed(text: str) -> None:
    with pytest.raises(BadParameterError, match="kingdom must be 1 to 99999"):
        KINGDOM.parse(text)


@pytest.mark.parametrize("text", ["DKP", "dkp ", "helps", "", "dkp;drop table", "id"])
def test_an_unknown_metric_is_not_there_and_the_metrics_are_named(text: str) -> None:
    with pytest.raises(NotFoundError, match="there are dkp, kills, deaths, power, kill_points"):
        METRIC.parse(text)


def test_an_unknown_parameter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadParameterError) as caught:
        parse({"limit": ["1"], "ofset": ["1"]})
    message = 'there is no parameter "ofset"; there are date, limit, offset, around, with,'
    assert str(caught.value).startswith(message)
    with pytest.raises(BadParameterError) as caught:
        parse_all(METRICS_LIST.parameters, {}, {"_": ["1"]})
    assert str(caught.value) == 'there is no parameter "_"; this path takes none'


def test_a_path_part_is_no_query_parameter() -> None:
    with pytest.raises(BadParameterError, match='no parameter "kingdom"'):
        parse({"kingdom": ["51"]})


def test_a_repeated_parameter_is_refused_even_when_it_says_the_same() -> None:
    with pytest.raises(BadParameterError, match="limit is given 2 times; give it once"):
        parse({"limit": ["5", "5"]})


def test_a_list_may_be_given_one_by_one_as_generated_clients_do() -> None:
    at_once = parse({"with": ["kills,power"]})
    assert parse({"with": ["kills", "power"]}) == at_once
    with pytest.raises(BadParameterError, match="with names a metric twice; name it once"):
        parse({"with": ["kills", "kills"]})
    declared = ACROSS.parameters
    asked = parse_all(declared, {"metric": "dkp"}, {"kingdoms": ["52", "51,53"]})
    assert asked["kingdoms"] == (51, 52, 53)


def test_path_parts_are_decoded_once() -> None:
    assert parse({}, {"kingdom": "%35%31", "metric": "d%6Bp"})["metric"] == "dkp"
    for kingdom in ("%2535%2531", "51%20", "%", "%ff", "51%2F"):
        with pytest.raises(BadParameterError):
            parse({}, {"kingdom": kingdom, "metric": "dkp"})


def test_what_is_malformed_is_told_before_what_is_not_there() -> None:
    with pytest.raises(BadParameterError, match="limit"):
        parse({"limit": ["0"]}, {"kingdom": "51", "metric": "wins"})


def message(parameter: Parameter, text: str) -> str:
    """What a request with this text would be told; empty when it is taken."""
    try:
        parameter.parse(text)
    except (BadParameterError, NotFoundError) as error:
        return str(error)
    return ""


@given(st.text(max_size=60))
def test_no_text_breaks_a_message(text: str) -> None:
    assert len(shown(text)) < 600
    for parameter in LEADERBOARD.parameters:
        assert "\n" not in message(parameter, text)


@pytest.mark.parametrize(
    ("parameter", "text", "message"),
    [
        (WITH, "", "with must be metrics separated by commas (dkp, kills,"),
        (WITH, "kills,", 'not ""'),
        (WITH, "kills,Power", 'not "Power"'),
        (WITH, "kills, power", 'not " power"'),
        (WITH, "kills,kills", "with names a metric twice; name it once"),
        (WEIGHTS, "", "like t4_kills:4,t5_kills:10,deaths:15, not"),
        (WEIGHTS, "kills", "weights must be counters with whole numbers 0 to 1000000"),
        (WEIGHTS, "kills:1000001", "weights must be counters with whole numbers 0 to 1000000"),
        (WEIGHTS, "kills:-1", "weights must be counters"),
        (WEIGHTS, "kills:1.5", "weights must be counters"),
        (WEIGHTS, "kills:01", "weights must be counters"),
        (WEIGHTS, "kills:1,", "weights must be counters"),
        (WEIGHTS, "kills:1;deaths:2", "weights must be counters"),
        (WEIGHTS, "kills:1\n", "weights must be counters"),
        (WEIGHTS, "power:1", 'weights cannot weigh "power"; there are t1_kills,'),
        (WEIGHTS, "dkp:1", 'weights cannot weigh "dkp"'),
        (WEIGHTS, "kills:1,kills:1", "weights has kills twice; give it once"),
        (SINCE, "latest", "since must be previous or a date like 2026-01-19, not"),
        (SINCE, "", "since must be previous or a date like"),
        (FROM, "previous", "from must be a date like 2026-01-19, not"),
        (AROUND, "0", "around must be 1 to 9007199254740991, not 0"),
        (ALLIANCE, "", "alliance must be 1 to 200 characters, not 0"),
        (ALLIANCE, "x" * 201, "alliance must be 1 to 200 characters, not 201"),
        (ALLIANCE, "a\0b", "alliance must be text that a scan may have, not"),
        (ALLIANCE, "a\ud800", "alliance must be text that a scan may have, not"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_fits(
    parameter: Parameter, text: str, message: str
) -> None:
    with pytest.raises(BadParameterError) as caught:
        parameter.parse(text)
    assert message in str(caught.value)


def test_an_alliance_is_compared_in_the_form_that_scans_are_kept_in() -> None:
    assert ALLIANCE.parse("U\u0308nion") == "\u00dcnion"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"around": ["1"], "offset": ["0"]}, "around and offset cannot be given together"),
        ({"from_version": ["0" * 16]}, "from_version is given without since"),
    ],
)
def test_what_contradicts_is_refused_with_what_to_leave_out(
    query: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(BadParameterError, match=message):
        parse_all(LEADERBOARD.parameters, PATH, query, LEADERBOARD.rules)
    with pytest.raises(BadParameterError, match=message):
        parse_all(LEADERBOARD.parameters, {**PATH, "metric": "x"}, query, LEADERBOARD.rules)


def test_just_one_of_two_is_taken() -> None:
    rule = JustOneOf("search", "idle_since")
    rule.check({"search"})
    for names in ([], ["search", "idle_since"]):
        with pytest.raises(BadParameterError, match="give just one of search and idle_since"):
            rule.check(names)
