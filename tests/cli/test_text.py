import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cli.text import columns, counted, safe, safe_json, width

HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x9b31m", r"\x9b31m"),
        ("abc\u202etxt.exe", r"abc\u202etxt.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("\udcff", r"\udcff"),
        ("\x7f", r"\x7f"),
        ("\u2028", r"\u2028"),
    ],
)
def test_what_could_take_over_a_terminal_is_shown_as_an_escape(hostile: str, shown: str) -> None:
    assert safe(hostile) == shown


@pytest.mark.parametrize(
    "name",
    ["雪 Yuki", "ᴬᴮ", "مرحبا", "นักรบ", "👨\u200d👩\u200d👧", "می\u200cخواهم", "[red]x[/]", "ㅤ"],
)
def test_a_name_in_any_script_is_shown_as_it_is(name: str) -> None:
    assert safe(name) == name


def test_marks_that_are_stacked_by_the_dozen_do_not_run_over_other_lines() -> None:
    zalgo = "Z" + "\u0316\u0301\u0489" * 40 + "e\u0301"
    assert safe(zalgo) == zalgo[:9] + "…" + "e\u0301"
    assert safe("\u0301" * 9) == "\u0301" * 8 + "…"
    assert json.loads(safe_json(f'"{zalgo}"')) == zalgo
    assert safe_json(f'"{zalgo}"').startswith(f'"{zalgo[:9]}\\u0489')


def test_joiners_that_join_nothing_are_seen() -> None:
    assert safe("\u200d\u200c\u200d") == r"\u200d\u200c\u200d"
    assert safe("a\u200d\u200db") == "a\u200d\\u200db"


@given(st.text(st.characters(codec=None)))
def test_nothing_harmful_is_ever_left(text: str) -> None:
    left = [c for c in safe(text) if unicodedata.category(c) in HARMFUL]
    assert set(left) <= {"\u200c", "\u200d"}


@given(st.dictionaries(st.text(), st.text()))
def test_json_means_the_same_when_it_is_made_safe(value: dict[str, str]) -> None:
    text = safe_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(text) == value
    assert not [c for c in text if unicodedata.category(c) in HARMFUL and c not in "\n\u200c\u200d"]


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("雪", 2), ("e\u0301", 1), ("ﾊﾞ", 2), ("", 0), ("é", 1)]
)
def test_width_is_what_a_terminal_takes(text: str, cells: int) -> None:
    assert width(text) == cells


def test_columns_line_up_under_wide_and_combining_characters() -> None:
    rows = [("雪雪", "1"), ("e\u0301e\u0301e\u0301", "22"), ("abcd", "333")]
    lines = columns(("name", "n"), ("left", "right"), rows)
    assert lines == ["name    n", "雪雪    1", "e\u0301e\u0301e\u0301    22", "abcd  333"]


def test_a_cell_cannot_break_its_line() -> None:
    assert columns(("x",), ("left",), [("a\nb",)]) == ["x", r"a\nb"]


def test_one_is_not_many() -> None:
    assert counted(1, "player") == "1 player"
    assert counted(1241, "player") == "1,241 players"
