"""`split FILE --by COLUMN --to DIR`: one scan a date, each checked, and what to type next."""

import gzip
import json
from pathlib import Path

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import Run, WriteScan

pytestmark = pytest.mark.usefixtures("lake")

TWO = (
    "Date,ID,Name,Power\n"
    "2026-01-19,1,Ana,5\n2026-01-19,2,Bo,7\n2026-01-26,1,Ana,6\n2026-01-26,2,Bo,8\n"
)


def written(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_each_file_is_written_checked_and_ready(
    run: Run, scan: WriteScan, tmp_path: Path, lake: DirectoryStore
) -> None:
    to = tmp_path / "out"
    code, out, err = run("split", scan(TWO), "--by", "date", "--to", to, "--kingdom", 51)
    assert (code, err) == (0, "")
    assert written(to) == {
        "dt=2026-01-19/players.csv": "Date,ID,Name,Power\n2026-01-19,1,Ana,5\n2026-01-19,2,Bo,7\n",
        "dt=2026-01-26/players.csv": "Date,ID,Name,Power\n2026-01-26,1,Ana,6\n2026-01-26,2,Bo,8\n",
    }
    assert out.startswith('players.csv: 2 scans, by "Date"\n')
    commands = [line for line in out.splitlines() if "chalicelib upload" in line]
    for command in commands:
        assert run(*command.split()[3:])[0] == 0
    assert len(commands) == len([*lake.list_objects("raw/")]) == 2


def test_without_a_kingdom_no_number_is_made_up(run: Run, scan: WriteScan, tmp_path: Path) -> None:
    out = run("split", scan(TWO), "--by", "Date", "--to", tmp_path / "out")[1]
    assert "--kingdom NUMBER --date 2026-01-19\n" in out
    assert "51" not in out.replace(str(tmp_path), "")


def test_json_has_the_files_and_their_reports(run: Run, scan: WriteScan, tmp_path: Path) -> None:
    bad = TWO.replace("Bo,8", "Bo,many")
    code, out, err = run("split", "--json", scan(bad), "--by", "Date", "--to", tmp_path / "out")
    assert (code, err) == (1, "")
    answer = json.loads(out)
    assert answer["column"] == "Date"
    assert [
        (one["snapshot_date"], one["rows"], one["status"], one["report"]["error_count"])
        for one in answer["files"]
    ] == [("2026-01-19", 2, "accepted", 0), ("2026-01-26", 2, "rejected", 1)]
    assert Path(answer["files"][0]["file"]).name == "players.csv"


def test_what_would_be_refused_is_shown_with_its_errors(
    run: Run, scan: WriteScan, tmp_path: Path
) -> None:
    bad = TWO.replace("Bo,8", "Bo,many")
    code, out, _ = run("split", scan(bad), "--by", "Date", "--to", tmp_path / "out")
    assert code == 1
    assert "REJECTED: 1 error" in out
    assert out.count("chalicelib upload") == 1
    all_bad = bad.replace("Bo,7", "Bo,many")
    code, out, _ = run("split", scan(all_bad), "--by", "Date", "--to", tmp_path / "other")
    assert (code, out.count("chalicelib upload")) == (1, 0)


@pytest.mark.parametrize(
    ("text", "by", "code", "said"),
    [
        (TWO, "Day", 2, 'no column "Day"; its columns are "Date", "ID", "Name", "Power"'),
        (TWO.replace("2026-01-26,1", ",1"), "Date", 1, 'row 3 (line 4): "Date" is empty'),
        (TWO, "Name", 1, 'row 1 (line 2): "Name" is no date: "Ana"'),
        ("", "Date", 1, "The file is empty."),
    ],
    ids=["no column", "no date", "another column", "empty"],
)
def test_what_cannot_be_split_is_told_in_one_line_and_nothing_is_written(
    run: Run, scan: WriteScan, tmp_path: Path, *, text: str, by: str, code: int, said: str
) -> None:
    to = tmp_path / "out"
    found, out, err = run("split", scan(text), "--by", by, "--to", to)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert said in err
    assert not to.exists()


def test_no_file_is_overwritten(run: Run, scan: WriteScan, tmp_path: Path) -> None:
    to = tmp_path / "out"
    mine = to / "dt=2026-01-26" / "players.csv"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    code, _, err = run("split", scan(TWO), "--by", "Date", "--to", to)
    assert code == 2
    assert f"{mine} is there already" in err
    assert written(to) == {"dt=2026-01-26/players.csv": "mine"}


def test_what_cannot_be_written_is_told_and_taken_back(
    run: Run, scan: WriteScan, tmp_path: Path
) -> None:
    to = tmp_path / "out"
    to.mkdir()
    (to / "dt=2026-01-26").write_text("a file")
    code, _, err = run("split", scan(TWO), "--by", "Date", "--to", to)
    assert (code, err.count("\n")) == (2, 1)
    assert written(to) == {"dt=2026-01-26": "a file"}


def test_a_file_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    code, _, err = run("split", tmp_path / "no.csv", "--by", "Date", "--to", tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert "no.csv cannot be read" in err


def test_a_name_of_no_scan_is_refused(run: Run, scan: WriteScan, tmp_path: Path) -> None:
    path = scan(TWO, "players.docx")
    code, _, err = run("split", path, "--by", "Date", "--to", tmp_path / "out")
    assert code == 1
    assert ".docx" in err


def test_a_compressed_file_becomes_plain_ones(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "players.csv.gz"
    path.write_bytes(gzip.compress(TWO.encode()))
    assert run("split", path, "--by", "Date", "--to", tmp_path / "out")[0] == 0
    assert [*written(tmp_path / "out")] == [
        "dt=2026-01-19/players.csv",
        "dt=2026-01-26/players.csv",
    ]
