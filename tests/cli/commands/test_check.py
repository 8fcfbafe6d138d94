import json
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.ingest.check import check_file
from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import BAD, Run, WriteScan
from tests.scans.xlsx.books import Book, Rows

PLAYERS: Rows = [["ID", "Name", "Power"], [1, "Ana", 5]]

pytestmark = pytest.mark.usefixtures("lake")


def test_a_good_file_exits_0_and_shows_what_was_read(run: Run, scan: WriteScan) -> None:
    code, out, err = run("check", scan())
    assert (code, err) == (0, "")
    assert out.startswith("ACCEPTED: 3 players, 0 warnings\n")
    assert "ID → id" in out
    assert "Deads → deaths" in out


def test_of_a_workbook_the_sheet_that_was_read_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "players.xlsx"
    long = "A sheet with a name of 45 characters, to be cut"
    for name, shown in (("3584", "3584"), (long, long[:39] + "…"), ("\u202e1", "\\u202e1")):
        path.write_bytes(Book({"Summary": [["Kingdom", 3584]], name: PLAYERS}).pack())
        code, out, _ = run("check", path)
        assert code == 0
        [line] = [line for line in out.splitlines() if line.startswith("  file ")]
        assert line.endswith(f'xlsx, utf-8, sheet "{shown}"')


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
    code, out, err = run("check", scan(name="players.docx"))
    assert (code, err) == (1, "")
    assert ".docx" in out


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


REPEATED = "ID,Name,Power\n1,Ana,5\n2,Bo,7\n2,Bo,7\n1,Ana,5\n"
MENDED = "ID,Name,Power\n1,Ana,5\n2,Bo,7\n"


class TestRepair:
    """`check --repair OUT` writes the file that an upload's report would offer."""

    def test_a_file_that_can_be_mended_is_told_with_the_command(
        self, run: Run, scan: WriteScan, tmp_path: Path
    ) -> None:
        path = scan(REPEATED)
        code, out, err = run("check", path)
        assert (code, err) == (1, "")
        assert "It can be mended without losing anything (rows 3 and 4 left out, " in out
        last = f"Next: python -m chalicelib check {path} --repair players.repaired.csv\n"
        assert out.endswith(last)
        assert [one.name for one in tmp_path.iterdir()] == ["players.csv"]

    def test_the_file_is_written_and_is_what_an_upload_s_report_offers(
        self, run: Run, scan: WriteScan, tmp_path: Path, lake: DirectoryStore
    ) -> None:
        path, to = scan(REPEATED), tmp_path / "mended.csv"
        code, out, err = run("check", path, "--repair", to, "--kingdom", 51)
        assert (code, err) == (1, "")
        assert f"Ready to upload: {to} (rows 3 and 4 left out, " in out
        assert f"Next: python -m chalicelib upload {to} --kingdom 51 --date YYYY-MM-DD\n" in out
        assert to.read_text() == MENDED
        assert run("check", to)[0] == 0
        uploaded = json.loads(
            run("upload", "--json", path, "--kingdom", 51, "--date", "2026-01-26")[1]
        )
        with lake.open(uploaded["repair"]["key"]) as reader:
            assert reader.read().decode() == MENDED

    def test_upload_says_what_to_type_next(self, run: Run, scan: WriteScan) -> None:
        path = scan(REPEATED)
        code, out, _ = run("upload", path, "--kingdom", 51, "--date", "2026-01-26")
        assert code == 1
        command = out.rpartition("Next: python -m chalicelib ")[2].split()
        assert run(*command)[0] == 0

    def test_json_is_the_report_alone(self, run: Run, scan: WriteScan, tmp_path: Path) -> None:
        code, out, err = run("check", "--json", scan(REPEATED), "--repair", tmp_path / "o.csv")
        assert (code, err) == (1, "")
        assert json.loads(out)["repair"] == {"key": None, "removed_rows": [3, 4]}

    @pytest.mark.parametrize(
        "case",
        [(MENDED, 0, "nothing to mend"), (BAD, 1, "not all that is wrong")],
        ids=["good", "bad"],
    )
    def test_a_file_that_is_not_mended_is_told_why(
        self, run: Run, scan: WriteScan, tmp_path: Path, case: tuple[str, int, str]
    ) -> None:
        text, code, why = case
        to = tmp_path / "out.csv"
        found, _, err = run("check", scan(text), "--repair", to)
        assert found == code
        assert err.startswith(f"{to} is not written: ")
        assert why in err
        assert not to.exists()

    def test_a_file_that_is_there_is_not_overwritten(
        self, run: Run, scan: WriteScan, tmp_path: Path
    ) -> None:
        path = scan(REPEATED)
        for to in (path, scan("mine", "mine.csv")):
            code, out, err = run("check", path, "--repair", to)
            assert (code, out) == (2, "")
            assert "is there already" in err
        assert path.read_text() == REPEATED
        assert (tmp_path / "mine.csv").read_text() == "mine"

    def test_in_a_folder_it_has_the_name_that_an_upload_s_has(
        self, run: Run, scan: WriteScan, tmp_path: Path
    ) -> None:
        (tmp_path / "out").mkdir()
        run("check", scan(REPEATED), "--repair", tmp_path / "out")
        assert (tmp_path / "out" / "players.repaired.csv").read_text() == MENDED

    @pytest.mark.parametrize("name", ["out.json", "out.csv.gz", "out.xlsx"])
    def test_a_name_of_another_kind_is_wrong_usage(
        self, run: Run, scan: WriteScan, tmp_path: Path, name: str
    ) -> None:
        code, _, err = run("check", scan(REPEATED), "--repair", tmp_path / name)
        assert code == 2
        assert "a name like players.repaired.csv" in err

    def test_a_folder_that_is_not_there_is_told(
        self, run: Run, scan: WriteScan, tmp_path: Path
    ) -> None:
        code, _, err = run("check", scan(REPEATED), "--repair", tmp_path / "no" / "out.csv")
        assert code == 2
        assert err.endswith("out.csv cannot be written: No such file or directory\n")

    @pytest.mark.parametrize("count", [1, 2, 11, 12, 300])
    def test_of_many_rows_the_first_are_shown(self, run: Run, scan: WriteScan, count: int) -> None:
        out = run("check", scan("ID,Name,Power\n" + "1,Ana,5\n" * (count + 1)))[1]
        said = {
            1: "(row 2 left out, it is ",
            2: "(rows 2 and 3 left out, ",
            11: "(rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 12 left out, ",
            12: "(rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more left out, ",
            300: "(rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 290 more left out, ",
        }
        assert said[count] in out
