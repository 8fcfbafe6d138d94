import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.cli import watch
from chalicelib.errors import StoreUnavailableError
from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import BAD, GOOD, Run

KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
BAD_KEY = KEY.replace("players.csv", "wrong.csv")
ROOT = Path(__file__).resolve().parents[3]


def test_each_upload_is_a_line_and_a_refusal_is_no_failure(run: Run, lake: DirectoryStore) -> None:
    lake.create(KEY, GOOD.encode())
    lake.create(BAD_KEY, BAD.encode())
    code, out, err = run("sweep")
    assert (code, err) == (0, "")
    assert out.splitlines() == [f"accepted {KEY}: 3 players", f"rejected {BAD_KEY}: 1 error"]


def test_json_is_an_object_a_line(run: Run, lake: DirectoryStore) -> None:
    lake.create(KEY, GOOD.encode())
    lake.create(BAD_KEY, BAD.encode())
    code, out, _ = run("sweep", "--json")
    good, bad = map(json.loads, out.splitlines())
    assert code == 0
    assert good.pop("run_id") < bad.pop("run_id") or True
    assert good == {
        "inbox_key": KEY,
        "status": "accepted",
        "published": True,
        "place": {"replaces": None, "latest": "2026-01-26", "warnings": []},
        "players": 3,
        "error_count": 0,
    }
    assert (bad["status"], bad["published"], bad["error_count"]) == ("rejected", False, 1)


def test_half_a_scan_is_told_below_its_line(run: Run, lake: DirectoryStore) -> None:
    lake.create(KEY, GOOD.encode())
    run("sweep")
    later = KEY.replace("2026-01-26", "2026-01-27")
    lake.create(later, b"ID,Name,Power\n1,Ana,5\n")
    _, out, _ = run("sweep")
    line, warning = out.splitlines()
    assert line == f"accepted {later}: 1 player"
    assert warning.startswith("  WARNING: This scan has 1 player, less than half of the 3 of the")


def test_a_second_sweep_finds_nothing_to_do(run: Run, lake: DirectoryStore) -> None:
    lake.create(KEY, GOOD.encode())
    run("sweep")
    assert run("sweep") == (0, "Nothing to ingest.\n", "")
    assert run("sweep", "--json") == (0, "", "")


def test_a_hostile_key_is_shown_harmless(run: Run, lake: DirectoryStore) -> None:
    lake.create("inbox/\u202efoo.csv", b"x")
    _, out, _ = run("sweep")
    assert out == "rejected inbox/\\u202efoo.csv: 1 error\n"


def test_a_fault_of_the_store_is_a_line_and_exits_1(
    run: Run, lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreUnavailableError("the disk is gone")

    lake.create(KEY, GOOD.encode())
    monkeypatch.setattr(DirectoryStore, "open", fail)
    code, out, err = run("sweep")
    assert (code, out) == (1, "")
    assert err == f"error: {KEY}: the disk is gone\n"


def test_a_file_from_the_future_is_a_line_with_its_remedy(
    run: Run, lake: DirectoryStore, tmp_path: Path
) -> None:
    lake.create(KEY, GOOD.encode())
    os.utime(tmp_path / "lake" / KEY, (4_070_908_800, 4_070_908_800))
    code, out, err = run("sweep")
    assert (code, out) == (1, "")
    assert err == (
        f"error: {KEY}: the file's modification time, 2099-01-01T00:00:00Z, is in the future by "
        "this machine's clock; `touch` the file to have it taken now, else it is taken at that "
        "time\n"
    )
    (tmp_path / "lake" / KEY).touch()
    assert run("sweep") == (0, f"accepted {KEY}: 3 players\n", "")


def test_a_failure_that_stays_is_told_once_while_watching(
    lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    class FailingSweeper:
        def __init__(self, *_: object) -> None: ...

        def sweep(self) -> list[object]:
            nonlocal looks
            looks += 1
            if looks > 5:
                raise KeyboardInterrupt
            raise StoreUnavailableError("no network" if looks < 4 else "no answer")

    monkeypatch.setattr("chalicelib.ingest.watching.Sweeper", FailingSweeper)
    monkeypatch.setattr(watch, "DIRECTORY_SECONDS", 0)
    from chalicelib import config

    told: list[str] = []
    with watch.stoppable():
        watch.watch(lake, config.load(), ingested=lambda _: None, failed=told.append)
    assert told == ["no network", "no answer"]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("lake")
def test_watch_ingests_what_is_dropped_until_it_is_stopped(
    tmp_path: Path, stop: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "chalicelib", "sweep", "--watch", "--json"],
        cwd=ROOT,
        env={**os.environ, "LAKE_URI": f"file:{tmp_path / 'lake'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        assert process.stderr.readline().startswith("Watching the inbox")
        for number in range(4):  # one of them undisturbed by what else the machine does
            path = tmp_path / "lake" / KEY.replace("players.csv", f"players {number}.csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            dropped = time.monotonic()
            path.write_text(GOOD, "utf-8")
            line = json.loads(process.stdout.readline())
            assert (line["status"], line["players"]) == ("accepted", 3)
            # The first one also waits for the imports.
            if number and time.monotonic() - dropped < 2:
                break
        else:
            pytest.fail("it takes two seconds and more")
        process.send_signal(stop)
        out, err = process.communicate(timeout=120)
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.communicate()
