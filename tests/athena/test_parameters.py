"""Parameters: where they may stand, what they may be, and in which order they are put in."""

import pytest

from tests.athena.support import WHERE
from tests.athena.test_lint import KEYS, checked, of, reason

MISPLACED = [
    of("?"),
    of("id", rest="ORDER BY ?"),
    of("id", rest="LIMIT ?"),
    of("id", rest="OFFSET ?"),
    of("count(*)", rest="HAVING count(*) > ?"),
    of("rank() OVER (ORDER BY ?)"),
    of("id", KEYS + f" AND id IN (SELECT ? FROM rok_players {WHERE})"),
    f"SELECT a.id FROM ({of('id')}) a JOIN ({of('id')}) b ON a.id = ?",
]


@pytest.mark.parametrize("sql", MISPLACED)
def test_a_parameter_stands_in_where_only(sql: str) -> None:
    assert reason(sql, "1") == "INVALID_PARAMETER_USAGE: a parameter may stand in WHERE only"


GIVEN: list[tuple[str, str | None]] = [
    ("'O''Brien7'", None),
    ("'? -- ; \" \\'", None),
    (" 'x' ", None),
    ("NULL", None),
    ("5", None),
    ("-5", None),
    ("DATE '2026-01-26'", None),
    ("2026-01-26", "not one literal"),
    ("x", "not one literal"),
    ("", "not one literal"),
    ("'a' OR 1 = 1", "not one literal"),
    ("'a', 'b'", "not one literal"),
    ("'a' -- x", "not one literal"),
    ("'a", "SYNTAX_ERROR"),
    ("(SELECT 1)", "not one literal"),
    ("?", "not one literal"),
]


@pytest.mark.parametrize(("parameter", "why"), GIVEN)
def test_a_parameter_is_the_source_of_one_literal(parameter: str, why: str | None) -> None:
    sql = of("id", KEYS + " AND name = ?")
    if why is None:
        checked(sql, parameter)
    else:
        assert why in reason(sql, parameter)


@pytest.mark.parametrize("given", [[], ["1"], ["1", "2", "3"]])
def test_as_many_parameters_as_placeholders(given: list[str]) -> None:
    expected = f"Incorrect number of parameters: expected 2 but found {len(given)}"
    assert expected in reason(of("id", KEYS + " AND id > ? AND id < ?"), *given)


def test_parameters_are_in_the_order_of_the_text() -> None:
    sql = f"WITH a AS ({of('id', KEYS + ' AND id > ?')}) SELECT id FROM a WHERE id BETWEEN ? AND ?"
    text = checked(sql, "1", "2", "3").tree.sql()
    assert text.index("> 1") < text.index("BETWEEN 2 AND 3")


def test_a_negative_parameter_after_a_minus_is_no_comment() -> None:
    checked(of("id", KEYS + " AND id > 5 -? AND power > 1"), "-1")
