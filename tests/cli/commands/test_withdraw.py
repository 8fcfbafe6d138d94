import json

import pytest

from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import Run, WriteScan

WHERE = ("--kingdom", "51", "--date", "2026-01-26")
KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/withdraw.txt"


def test_a_date_is_taken_back_and_a_later_upload_counts_again(
    run: Run, lake: DirectoryStore, scan: WriteScan
) -> None:
    assert run("upload", scan(), *WHERE)[0] == 0
    code, out, err = run("withdraw", *WHERE)
    assert (code, err) == (0, "")
    assert out.startswith("WITHDRAWN: ")
    assert "kingdom 51, 2026-01-26" in out
    assert lake.head(KEY) is not None
    code, _, err = run("board", "dkp", "--kingdom", "51")
    assert (code, err) == (1, "error: there is no kingdom 51\n")


def test_json_is_the_report(run: Run, lake: DirectoryStore) -> None:
    code, out, _ = run("withdraw", *WHERE, "--json")
    report = json.loads(out)
    assert (code, report["status"], report["inbox_key"]) == (0, "withdrawn", KEY)
    assert report["published"] is False


def test_it_may_be_done_again(run: Run, lake: DirectoryStore) -> None:
    assert [run("withdraw", *WHERE)[0] for _ in range(2)] == [0, 0]


def test_a_date_in_the_future_is_refused(run: Run, lake: DirectoryStore) -> None:
    code, out, err = run("withdraw", "--kingdom", "51", "--date", "2099-01-26")
    assert (code, out) == (1, "")
    assert err == "error: 2099-01-26 is in the future: nothing can be of that date\n"
    assert not list(lake.list_objects(""))


def test_a_date_without_an_upload_is_told(run: Run, lake: DirectoryStore) -> None:
    code, _, err = run("withdraw", *WHERE)
    assert code == 0
    assert err.startswith("note: nothing was ever accepted for kingdom 51, 2026-01-26")


@pytest.mark.parametrize("arguments", [(), ("--kingdom", "51"), ("--kingdom", "0", *WHERE[2:])])
def test_wrong_usage_is_told(run: Run, lake: DirectoryStore, arguments: tuple[str, ...]) -> None:
    code, _, err = run("withdraw", *arguments)
    assert code == 2
    assert err.startswith("error: ")
