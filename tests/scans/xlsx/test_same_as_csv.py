"""A workbook and its sheet saved as CSV are the same records, with the same hashes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.support import SLOW, Player, read
from tests.scans.xlsx.books import Book, Cell, Rows, Styled, Text, error, formula, scan


def as_csv(rows: list[list[str]]) -> bytes:
    """Rows as Excel saves them: each as wide as the widest."""
    width = max(map(len, rows))
    out = io.StringIO()
    csv.writer(out).writerows([row + [""] * (width - len(row)) for row in rows])
    return out.getvalue().encode("utf-8-sig")


def players_of(data: bytes, name: str) -> list[Player]:
    report, players = read(data, name)
    assert report["status"] == "accepted", report["errors"]
    return players


KINDS: list[tuple[Rows, list[list[str]]]] = [
    (
        [["ID", "Name", "Power"], [1, "Ana", 288650963], ["2", "Bo", "288,650,963"]],
        [["ID", "Name", "Power"], ["1", "Ana", "288650963"], ["2", "Bo", "288,650,963"]],
    ),
    (
        [["Kingdom 51"], [], ["Governor ID", "Governor Name", "KP"], [], [1.0, Text("雪"), 5e7]],
        [["Kingdom 51"], [""], ["Governor ID", "Governor Name", "KP"], [""], ["1", "雪", "5e7"]],
    ),
    (
        [["ID", "Name", "Deads", "x"], [1, True, -1, error("#N/A")], [2, 7, None, formula("A1")]],
        [["ID", "Name", "Deads", "x"], ["1", "TRUE", "-1", "#N/A"], ["2", "7", "", ""]],
    ),
    (
        [["ID", "Name", "Power"], [1, error("#N/A"), Styled(1234567, "#,##0")]],
        [["ID", "Name", "Power"], ["1", "#N/A", "1,234,567"]],
    ),
    (
        [["ID", "Name", "Power"], [1, Styled(7, "000"), formula("1+1", "2")], [2, " null ", "N/A"]],
        [["ID", "Name", "Power"], ["1", "007", "2"], ["2", " null ", "N/A"]],
    ),
]


@pytest.mark.parametrize(("rows", "saved"), KINDS, ids=range(len(KINDS)))
def test_sheets_of_each_kind_are_what_their_csv_is(rows: Rows, saved: list[list[str]]) -> None:
    saved = [[cell.replace("5e7", "50000000") for cell in row] for row in saved]
    book = players_of(Book({"S": rows}).pack(), "players.xlsx")
    assert book == players_of(as_csv(saved), "players.csv")


def test_a_whole_scan_is_what_its_csv_is() -> None:
    rows = scan(300)
    saved = [["" if cell is None else str(cell) for cell in row] for row in rows]
    book = players_of(Book({"S": rows}).pack(), "players.xlsx")
    assert book == players_of(as_csv(saved), "players.csv")
    assert len(book) == 300


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30
)
CELLS: st.SearchStrategy[Cell] = st.one_of(st.none(), st.integers(0, 2**53 - 1), st.just("-"))


@pytest.mark.slow
@SLOW
@given(st.lists(st.tuples(TEXTS, TEXTS, CELLS, CELLS), min_size=1, max_size=8), st.booleans())
def test_any_texts_and_numbers_are_what_their_csv_is(
    found: list[tuple[str, str, Cell, Cell]], inline: bool
) -> None:
    kind = Text if inline else str
    rows: list[list[Cell]] = [["ID", "Name", "Alliance", "Power", "Deads"]]
    rows += [
        [number, kind(name.replace("_x", "_ x")), kind(alliance.replace("_x", "_ x")), *counters]
        for number, (name, alliance, *counters) in enumerate(found, start=1)
    ]
    saved = [["" if cell is None else str(cell) for cell in row] for row in rows]
    book = players_of(Book({"S": rows}).pack(), "players.xlsx")
    assert book == players_of(as_csv(saved), "players.csv")
