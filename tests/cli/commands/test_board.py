import json
from pathlib import Path

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import GOOD, Run, WriteScan
from tests.cli.lakes import same_as_the_api

NAMES = "ID,Name,Alliance,Power\n" + (
    "1,雪 Yuki,[A],3000\n"
    "2,Bo\u202egnirts,[red]x[/],1234567\n"
    '3,"Q""uote, comma",,3000\n'
    "4,,[D],\n"
    "5,\u202bRTL,[E],12\n"
)


@pytest.fixture
def full_lake(lake: DirectoryStore, run: Run, scan: WriteScan) -> DirectoryStore:
    """Kingdom 51 of two dates."""
    for day, text in (("2026-01-19", GOOD), ("2026-01-26", NAMES)):
        assert run("upload", scan(text), "--kingdom", "51", "--date", day)[0] == 0
    return lake


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ((), ""),
        (("--limit", "2"), "?limit=2"),
        (("--date", "2026-01-19"), "?date=2026-01-19"),
        (("--date", "latest", "--limit", "1000"), "?date=latest&limit=1000"),
    ],
)
@pytest.mark.parametrize("metric", ["power", "dkp", "deaths"])
@pytest.mark.usefixtures("full_lake")
def test_json_is_the_api_s_answer_to_the_byte(
    run: Run, arguments: tuple[str, ...], query: str, metric: str, tmp_path: Path
) -> None:
    command = ("board", metric, *arguments)
    same_as_the_api(run, tmp_path, command, f"leaderboards/{metric}{query}")


def test_the_table_has_rank_name_alliance_and_value(run: Run, full_lake: DirectoryStore) -> None:
    code, out, err = run("board", "power", "--kingdom", "51")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Power of kingdom 51, 2026-01-26 (latest): 4 players ranked",
        "",
        "rank  name            alliance       Power",
        "   1  Bo\\u202egnirts  [red]x[/]  1,234,567",
        "   2  雪 Yuki         [A]            3,000",
        '   2  Q"uote, comma                  3,000',
        "   4  \\u202bRTL       [E]               12",
    ]


def test_what_the_limit_leaves_out_is_counted(run: Run, full_lake: DirectoryStore) -> None:
    _, out, _ = run("board", "power", "--kingdom", "51", "--limit", "1")
    assert out.endswith("\nand 3 players more (--limit shows up to 1,000)\n")


def test_a_board_without_values_says_so(run: Run, full_lake: DirectoryStore) -> None:
    code, out, _ = run("board", "deaths", "--kingdom", "51")
    assert (code, out) == (
        0,
        "Deaths of kingdom 51, 2026-01-26 (latest): 0 players ranked\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kingdom", "52"), "there is no kingdom 52"),
        (("--kingdom", "51", "--date", "2026-01-20"), "kingdom 51 has no snapshot of 2026-01-20"),
    ],
)
def test_what_is_not_there_is_one_line_and_exits_1(
    run: Run, full_lake: DirectoryStore, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = run("board", "dkp", *arguments, "--json")
    assert (code, out) == (1, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


def test_the_answer_is_json_that_parses(run: Run, full_lake: DirectoryStore) -> None:
    _, out, _ = run("board", "power", "--kingdom", "51", "--json")
    assert json.loads(out)["entries"][0]["name"] == "Bo\u202egnirts"
