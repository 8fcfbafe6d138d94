import pytest

from tests.cli.conftest import Run

WRONG = [
    ("check",),
    ("check", "a", "b"),
    ("nothing",),
    ("upload", "f.csv", "--kingdom", "51"),
    ("upload", "f.csv", "--date", "2026-01-26"),
    ("upload", "f.csv", "--date", "2026-01-26", "--kingdom", "51", "--timeout", "0"),
    ("upload", "f.csv", "--date", "2026-01-26", "--kingdom", "51", "--timeout", "1.5"),
    ("sweep", "--json=1"),
    ("sweep", "--wat"),
    ("board", "honour", "--kingdom", "51"),
    ("board", "dkp"),
    ("board", "dkp", "--kingdom", "51", "--limit", "0"),
    ("board", "dkp", "--kingdom", "51", "--limit", "1001"),
    ("board", "dkp", "--kingdom", "51", "--limit", "1e2"),
    *[
        ("rebuild", "--kingdom", text)
        for text in ("0", "051", "100000", "-1", "5x", "٥١", " 51", "")
    ],
    *[
        ("rebuild", "--date", text)
        for text in ("2026-02-30", "26-01-26", "2026-1-26", "20260126", "latest", "٢٠٢٦-01-26")
    ],
    ("board", "dkp", "--kingdom", "51", "--date", "yesterday"),
    ("board", "dkp", "--kingdom", "\x1b[2J\u202e"),
]


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_told_in_one_line_and_exits_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert "\u202e" not in err
    assert "--help" in err


def test_no_command_at_all_is_wrong_usage(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["check", "upload", "sweep", "rebuild", "board"])
def test_every_command_has_help_and_takes_json(run: Run, command: str) -> None:
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert "--json" in out


def test_the_message_says_what_a_kingdom_is(run: Run) -> None:
    _, _, err = run("rebuild", "--kingdom", "051")
    assert "--kingdom: must be 1 to 99999 without leading zeros, not '051'" in err
