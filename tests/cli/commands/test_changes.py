"""`changes`, `player` and `alliances`: the API's bytes, and what a person reads."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.lakes import WHERE, ingest_scans, point_at, same_as_the_api

HEADER = "ID,Name,Alliance,Power,Kill Points,T1 Kills,T2 Kills,T3 Kills,T4 Kills,T5 Kills,Deads\n"
# Each one kill of tier 5; so many weak ones that the floor of the second scan is above some.
WEAK = "".join(f"{n},W{n},[W],{n}00,20,0,0,0,0,1,{n}\n" for n in range(101, 160))
SCANS = {
    "2026-01-12": (
        f"{HEADER}1,雪 Yuki,[A],90000,20,0,0,0,0,1,30\n4,Di,,80000,20,0,0,0,0,1,7\n{WEAK}"
    ),
    "2026-01-19": (
        f"{HEADER}1,雪 Yuki,[A],90000,20,0,0,0,0,1,30\n2,Bo,[A],70000,20,0,0,0,0,1,\n"
        "3,Cy,[A],60000,20,0,0,0,0,1,9\n5,Zed,[B],50000,20,0,0,0,0,1,9\n"
        "6,Ol\x1bd,[B],40000,20,0,0,0,0,1,9\n7,Gone,,30000,20,0,0,0,0,1,9\n"
        + "".join(WEAK.splitlines(keepends=True)[9:])
    ),
    "2026-01-26": (
        f"{HEADER}1,雪 Yuki,[A],90000,40,0,0,0,0,1,300\n2,Bo,[B],70000,20,0,0,0,0,1,8\n"
        "3,Cy,[A],60000,20,0,0,0,0,1,8\n4,Di,,80000,20,0,0,0,0,1,7\n5,Zed,[B],50000,0,0,0,0,0,0,0\n"
        "6,New,[B],40000,20,0,0,0,0,1,9\n8,Joiner,,20000,20,0,0,0,0,1,9\n" + WEAK
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with the three scans, which no test changes."""
    return ingest_scans(tmp_path_factory.mktemp("lake"), SCANS)


@pytest.fixture
def three(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(folder, monkeypatch)


@pytest.mark.usefixtures("three")
def test_json_is_the_api_s_answer_to_the_byte(run: Run, tmp_path: Path) -> None:
    for command, path in {
        ("changes",): "changes",
        ("changes", "--from", "2026-01-12"): "changes?from=2026-01-12",
        ("changes", "--to", "2026-01-19"): "changes?to=2026-01-19",
        ("player", "1"): "players/1",
        ("player", "1", "--limit", "1"): "players/1?limit=1",
        ("player", "6", "--before", "2026-01-26"): "players/6?before=2026-01-26",
        ("alliances",): "alliances",
        ("alliances", "--date", "latest", "--since", "previous"): "alliances?since=previous",
        ("alliances", "--date", "2026-01-19"): "alliances?date=2026-01-19",
    }.items():
        same_as_the_api(run, tmp_path, command, path)


@pytest.mark.usefixtures("three")
def test_changes_are_lists_and_what_is_likely_wrong(run: Run) -> None:
    code, out, err = run("changes", *WHERE)
    assert (code, err) == (0, "")
    parts = out.removesuffix("\n").split("\n\n")
    assert parts[0].splitlines() == [
        "Kingdom 51 from 2026-01-19 to 2026-01-26",
        "  from      56 players, down to a power of about 11,100",
        "  to        66 players, down to a power of about 10,200",
        "  players   11 added, 1 removed, 5 changed, 50 unchanged",
    ]
    assert parts[1:8] == [
        "Joined: 1\nid  name    alliance   power\n 8  Joiner            20,000",
        "Came back: 1\nid  name  alliance   power\n 4  Di              80,000",
        "Came into view: the older scan did not go so deep: 9\n"
        " id  name  alliance   power\n"
        + "\n".join(f"{n}  W{n}  [W]       {n * 100:,}" for n in range(109, 100, -1)),
        "Left: 1\nid  name  alliance   power\n 7  Gone            30,000",
        "Renamed: 1\nid  name  alliance  before\n 6  New   [B]       Ol\\x1bd",
        "Changed the alliance: 1\nid  name  alliance  before\n 2  Bo    [B]       [A]",
        "Likely wrong, the numbers of 3 players\n"
        "  雪 Yuki (id 1): deaths 30 → 300, ten times as many; kill points 20 → 40, twice as many; "
        "the kill points do not fit the kills of the five tiers: off by 20. The scan of 2026-01-26 "
        "is likely wrong.\n"
        "  Zed (id 5): had numbers before and has 0 everywhere now. If the next scan has numbers "
        "again, the scan of 2026-01-26 was wrong.\n"
        "  Cy (id 3): deaths 9 → 8, though this never falls in the game. Which of the two scans is "
        "wrong is not known yet.",
    ]
    assert len(parts) == 8


@pytest.mark.usefixtures("three")
def test_long_lists_are_cut(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.cli import ranked

    monkeypatch.setattr(ranked, "SHOWN", 2)
    _, out, _ = run("changes", *WHERE)
    assert "\nand 7 players more (--json lists all)\n" in out
    assert out.endswith("\nand 1 player more (--json lists all)\n")
    assert "W107" not in out


@pytest.mark.usefixtures("three")
def test_a_player_is_shown_with_all_names_and_ranks(run: Run) -> None:
    code, out, err = run("player", "6", *WHERE, "--limit", "1")
    assert (code, err) == (0, "")
    facts, table, more = out.split("\n\n")
    assert facts.splitlines() == [
        "New, [B], id 6, kingdom 51",
        "  seen      first 2026-01-19, last 2026-01-26",
        "  changed   never",
        "  name      New, 2026-01-26 to 2026-01-26",
        "  name      Ol\\x1bd, 2026-01-19 to 2026-01-19",
    ]
    titles, row = table.splitlines()
    assert titles.split()[:4] == ["date", "name", "DKP", "rank"]
    assert row.startswith("2026-01-26  New ")
    assert "40,000  6 of 66" in row
    assert more == "and older snapshots (--before 2026-01-26)\n"


@pytest.mark.usefixtures("three")
def test_alliances_are_sums_and_gains(run: Run) -> None:
    code, out, err = run("alliances", *WHERE, "--since", "previous")
    assert (code, err) == (0, "")
    sums, gains = out.split("\n\n")[1:]
    assert [line.split("  ")[0] for line in sums.splitlines()] == [
        "alliance", "[W]", "[B]", "[A]", "(none)",
    ]  # fmt: skip
    title, _, *rows, note = gains.splitlines()
    assert title == "Gained since 2026-01-19"
    assert "! +270" in next(row for row in rows if row.startswith("[A]"))
    assert note == "! a number of a member is likely wrong: see `changes`"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("changes", "--from", "2026-01-26"), 2, "from must be before"),
        (("changes", "--from", "2026-01-20"), 1, "no snapshot of 2026-01-20"),
        (("changes", "--to", "2026-01-12"), 1, "no snapshot before 2026-01-12"),
        (("player", "999"), 1, "no player 999"),
        (("alliances", "--since", "2026-02-01"), 2, "since"),
    ],
    ids=lambda value: "" if isinstance(value, int | tuple) else value,
)
@pytest.mark.usefixtures("three")
def test_what_cannot_be_answered_is_one_line(
    run: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    exit_code, out, err = run(*arguments, *WHERE)
    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert says in err
