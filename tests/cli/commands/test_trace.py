import json

from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import Run, WriteScan

WHERE = ("--kingdom", "51", "--date", "2026-01-26")


def test_a_player_is_followed_to_line_and_cells(
    run: Run, lake: DirectoryStore, scan: WriteScan
) -> None:
    assert run("upload", scan(), *WHERE)[0] == 0
    code, out, err = run("trace", *WHERE, "--id", 3)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Cy, id 3, kingdom 51, 2026-01-26"
    assert "  place     row 3, line 4" in lines
    assert "  deaths    9, rank 1 of 3" in lines
    assert "Kill Points  70" in out
    assert lines[-1] == "Everything fits."


def test_json_says_the_same(run: Run, lake: DirectoryStore, scan: WriteScan) -> None:
    assert run("upload", scan(), *WHERE)[0] == 0
    code, out, _ = run("trace", *WHERE, "--id", 1, "--json")
    found = json.loads(out)
    assert (code, found["ok"], found["line"]) == (0, True, 2)
    assert found["cells"]["Deads"] == "7"


def test_what_does_not_fit_is_told_and_exits_1(
    run: Run, lake: DirectoryStore, scan: WriteScan
) -> None:
    assert run("upload", scan(), *WHERE)[0] == 0
    (raw,) = (info.key for info in lake.list_objects("raw/"))
    path = vars(lake)["_root"] / raw
    path.write_bytes(path.read_bytes().replace(b"Ana,1000", b"Ana,1001"))
    code, out, _ = run("trace", *WHERE, "--id", 1)
    assert code == 1
    assert "WRONG: power is 1000 where it is published, and 1001 in the upload" in out
    assert "not the report's" in out


def test_a_player_who_is_not_there_is_told_in_one_line(
    run: Run, lake: DirectoryStore, scan: WriteScan
) -> None:
    assert run("upload", scan(), *WHERE)[0] == 0
    code, out, err = run("trace", *WHERE, "--id", 99)
    assert (code, out) == (1, "")
    assert err == "error: the snapshot of kingdom 51 of 2026-01-26 has no player 99\n"


def test_an_id_is_a_whole_number(run: Run, lake: DirectoryStore) -> None:
    for wrong in ("0", "x", "9007199254740992"):
        code, _, err = run("trace", *WHERE, "--id", wrong)
        assert (code, "must be 1 to 9007199254740991" in err) == (2, True)
