import json
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.ingest.check import check_file
from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import BAD, Run, WriteScan

pytestmark = pytest.mark.usefixtures("lake")


def test_a_good_file_exits_0_and_shows_what_was_read(run: Run, scan: WriteScan) -> None:
    code, out, err = run("check", scan())
    assert (code, err) == (0, "")
    assert out.startswith("ACCEPTED: 3 players, 0 warnings\n")
    assert "ID → id" in out
    assert "Deads → deaths" in out


def test_a_bad_file_exits_1_and_shows_where_and_what_and_what_to_do(
    run: Run, scan: WriteScan
) -> None:
    code, out, err = run("check", scan(BAD))
    assert (code, err) == (1, "")
    assert out.startswith("REJECTED: 1 error; nothing of it is published\n")
    [line] = [line for line in out.splitlines() if "1.2M" in line]
    error = check_file(scan(BAD), config.load())["errors"][0]
    assert line.split()[:4] == ["2", "3", "power", "1.2M"]
    assert error["message"] in line
    assert error["hint"] in line


@pytest.mark.parametrize("text", [BAD, "ID,Name,Power\n1,Ana,5\n"])
def test_json_is_the_report(run: Run, scan: WriteScan, text: str) -> None:
    path = scan(text)
    report = check_file(path, config.load())
    code, out, err = run("check", "--json", path)
    assert json.loads(out) == report
    assert (code, err) == (0 if report["status"] == "accepted" else 1, "")


def test_nothing_is_written(run: Run, scan: WriteScan, tmp_path: Path) -> None:
    run("check", scan())
    assert [path.name for path in tmp_path.iterdir()] == ["players.csv"]


def test_only_the_first_errors_are_shown_and_the_rest_counted(run: Run, scan: WriteScan) -> None:
    rows = "".join(f"{n},x,1.2M\n" for n in range(1, 1235))
    code, out, _ = run("check", scan(f"ID,Name,Power\n{rows}"))
    assert code == 1
    assert "The first 20 of 1,234 errors (--json lists up to 1,000)" in out
    assert out.count("1.2M  ") == 20


def test_a_file_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    code, out, err = run("check", tmp_path / "no\x1b.csv")
    assert (code, out) == (2, "")
    assert err.endswith(r"no\x1b.csv cannot be read: No such file or directory" + "\n")
    assert err.count("\n") == 1


def test_a_folder_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    code, _, err = run("check", tmp_path)
    assert code == 2
    assert err.endswith("cannot be read: Is a directory\n")


def test_a_wrong_setting_exits_2_in_one_line(
    run: Run, scan: WriteScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_UPLOAD_BYTES", "many")
    code, out, err = run("check", scan())
    assert (code, out) == (2, "")
    assert err.startswith("error: MAX_UPLOAD_BYTES ")
    assert err.count("\n") == 1


def test_a_hostile_value_is_shown_harmless(run: Run, scan: WriteScan) -> None:
    code, out, _ = run("check", scan('ID,Name,"Po\x1b[31mwer",Power\n1,\u202eevil,x,\x1b[2J\n'))
    assert code == 1
    assert "\x1b" not in out
    assert r"\x1b[2J" in out


def test_a_file_of_an_unknown_kind_is_refused_not_a_failure(run: Run, scan: WriteScan) -> None:
    code, out, err = run("check", scan(name="players.xlsx"))
    assert (code, err) == (1, "")
    assert ".xlsx" in out


def test_check_knows_no_lake(run: Run, scan: WriteScan, lake: DirectoryStore) -> None:
    _, out, _ = run("check", "--json", scan())
    report = json.loads(out)
    assert (report["run_id"], report["kingdom"], report["written"]) == (None, None, {})
    assert list(lake.list_objects("")) == []


def test_a_name_that_is_not_utf_8_is_that_of_an_upload(
    run: Run, scan: WriteScan, lake: DirectoryStore
) -> None:
    path = scan(name="bad\udcff.csv")
    checked = json.loads(run("check", "--json", path)[1])
    uploaded = json.loads(run("upload", "--json", path, "--kingdom", 51, "--date", "2026-01-26")[1])
    assert (checked["status"], checked["errors"]) == ("accepted", [])
    assert checked["columns"] == uploaded["columns"]
    assert r"/bad\xff.csv" in uploaded["inbox_key"]
