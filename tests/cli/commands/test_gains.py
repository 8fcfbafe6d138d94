"""`gains` and `board` between two snapshots: the API's bytes, and tables."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.lakes import WHERE, ingest_scans, point_at, same_as_the_api

OLD = (
    "ID,Name,Alliance,Power,T4 Kills,T5 Kills,Deads\n"
    "1,雪 Yuki,[A],3000,10,20,30\n2,Bo,,1000,5,5,7\n3,Cy,[A],500,1,1,9\n5,Nil,,400,,1,1\n"
)
NEW = (
    "ID,Name,Alliance,Power,T4 Kills,T5 Kills,Deads\n"
    "1,雪 Yuki,[A],3100,11,25,31\n2,Bo,[B],1200,500,5,7\n3,Cy,[A],500,1,1,8\n4,Di,,2000,9,9,9\n"
    "5,Nil,,400,7,1,1\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with both scans, which no test changes."""
    scans = {"2026-01-19": OLD, "2026-01-26": NEW}
    return ingest_scans(tmp_path_factory.mktemp("lake"), scans)


@pytest.fixture
def two(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(folder, monkeypatch)


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("gains", "dkp"), "gains/dkp"),
        (
            ("gains", "kills", "--from", "2026-01-19", "--to", "2026-01-26", "--with", "dkp,power"),
            "gains/kills?from=2026-01-19&to=2026-01-26&with=dkp,power",
        ),
        (
            ("gains", "dkp", "--weights", "t4_kills:3", "--alliance", "[A]", "--limit", "2"),
            "gains/dkp?weights=t4_kills:3&alliance=%5BA%5D&limit=2",
        ),
        (("gains", "power", "--around", "1"), "gains/power?around=1"),
        (("board", "dkp", "--since", "previous"), "leaderboards/dkp?since=previous"),
        (
            ("board", "dkp", "--since", "2026-01-19", "--with", "power", "--around", "2"),
            "leaderboards/dkp?since=2026-01-19&with=power&around=2",
        ),
        (
            ("board", "dkp", "--weights", "deaths:1", "--alliance", "[A]"),
            "leaderboards/dkp?weights=deaths:1&alliance=%5BA%5D",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.usefixtures("two")
def test_json_is_the_api_s_answer_to_the_byte(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], path: str
) -> None:
    same_as_the_api(run, tmp_path, arguments, path)


@pytest.mark.usefixtures("two")
def test_gains_are_a_table_with_what_is_not_ranked_behind_it(run: Run) -> None:
    code, out, err = run("gains", "dkp", *WHERE, "--with", "power")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "DKP gained in kingdom 51 from 2026-01-19 to 2026-01-26 (7 days): 2 players ranked, "
        "1 not known",
        "DKP is 10 x t4_kills + 20 x t5_kills + 40 x deaths",
        "",
        "rank  name     alliance  gained  2026-01-19  2026-01-26  Power  look at",
        "   1  Bo       [B]       +4,950         430       5,380   +200  T4 kills jump",
        "   2  雪 Yuki  [A]         +150       1,700       1,850   +100",
        "",
        "Not ranked, since a scan is wrong: 1 player",
        "  Cy (id 3): deaths 9 → 8, though this never falls in the game. Which of the two scans is "
        "wrong is not known yet.",
    ]


@pytest.mark.usefixtures("two")
def test_a_board_shows_how_each_player_has_moved(run: Run) -> None:
    code, out, err = run("board", "dkp", *WHERE, "--since", "previous", "--limit", "4")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "DKP of kingdom 51, 2026-01-26 (latest), since 2026-01-19: 5 players ranked",
        "",
        "rank  moved   name     alliance    DKP  before  look at",
        "   1  up 1    Bo       [B]       5,380     430  T4 kills jump",
        "   2  down 1  雪 Yuki  [A]       1,850   1,700",
        "   3  new     Di                   630",
        "   4  down 1  Cy       [A]         350     390  deaths fell",
        "",
        "and 1 player more (--limit shows up to 1,000)",
    ]


@pytest.mark.usefixtures("two")
def test_what_is_around_a_player_has_others_before_it(run: Run) -> None:
    _, out, _ = run("board", "dkp", *WHERE, "--around", "3", "--limit", "1")
    assert out.endswith("\nand 3 players before and 1 player more (--limit shows up to 1,000)\n")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("gains", "dkp", "--from", "2026-01-26"), 2, "from must be before"),
        (("gains", "dkp", "--from", "2026-01-20"), 1, "no snapshot of 2026-01-20"),
        (("gains", "dkp", "--to", "2026-01-19"), 1, "no snapshot before 2026-01-19"),
        (("gains", "kills", "--weights", "deaths:1"), 2, "weights are for the metric dkp"),
        (("gains", "dkp", "--weights", "luck:1"), 2, "weights cannot weigh"),
        (("gains", "dkp", "--with", "luck"), 2, "with"),
        (("gains", "dkp", "--around", "9"), 1, "player 9 "),
        (("board", "dkp", "--since", "yesterday"), 2, "since must be"),
        (("board", "dkp", "--since", "2026-01-26"), 2, "since"),
    ],
    ids=lambda value: "" if isinstance(value, int | tuple) else value,
)
@pytest.mark.usefixtures("two")
def test_what_cannot_be_answered_is_one_line(
    run: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    exit_code, out, err = run(*arguments, *WHERE)
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert says in err
