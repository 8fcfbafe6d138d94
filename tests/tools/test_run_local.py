"""`make run` as a process: what it serves, what it ingests, and that it leaves nothing behind."""

import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.tools.runner import FOLDER, Runner, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc"),
]

ROOT = Path(__file__).resolve().parents[2]
SCAN = "ID,Name,Power,Killpoints,Deads\n7,First,10,20,30\n8,Second,11,21,29\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone of the project, with a lake of its own."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    # With what Python has compiled: to compile it again takes longer than all else of a start.
    for name in ("chalicelib", "tools", "examples", ".chalice"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("app.py", "Makefile"):
        shutil.copy(ROOT / name, folder)
    return folder


Start = Callable[..., Runner]


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    """Starts runners in the project; ends what a failed test leaves of them."""
    started: list[Runner] = []

    def run(port: int | str | None = None) -> Runner:
        # `-o venv`: this Python stands in for that of .venv.
        started.append(Runner(project, port, ("-o", "venv", f"PY={sys.executable}")))
        return started[-1]

    yield run
    for runner in started:
        runner.clean_up()


def test_the_examples_are_served_and_a_second_start_loads_nothing_twice(start: Start) -> None:
    first = start().ready()
    kingdoms = first.get("/v1/kingdoms")["kingdoms"]
    assert len(kingdoms) == 2
    addresses = [line for line in first.lines if "http://" in line]
    assert addresses[0] == f"Open http://localhost:{first.port}/?k=51\n"
    for kingdom in kingdoms:
        for metric in ("dkp", "kills", "deaths"):
            path = f"/v1/kingdoms/{kingdom['kingdom']}/leaderboards/{metric}"
            assert f"    http://127.0.0.1:{first.port}{path}\n" in first.lines
            assert first.get(path)["total"] > 100
    assert first.get("/openapi.json")["openapi"].startswith("3.1")
    files = sorted(path for path in first.lake.rglob("*") if path.is_file())
    bodies = [path.read_bytes() for path in files]
    os.killpg(first.process.pid, signal.SIGINT)
    first.end()

    changed = next(first.lake.glob("inbox/**/kingdom=51/**/*.csv"))
    uploaded = changed.stat().st_mtime
    changed.write_text(SCAN, "utf-8")
    # A second later: of two uploads of one second the one with the higher run id is shown.
    os.utime(changed, (uploaded + 1, uploaded + 1))
    second = start().ready()
    accepted = [line for line in second.lines if line.startswith("accepted ")]
    assert accepted == [f"accepted {changed.relative_to(second.lake)}: 2 players\n"]
    assert changed.read_text("utf-8") == SCAN
    inbox = [path for path in second.lake.glob("inbox/**/*") if path.is_file()]
    assert len(inbox) == len([path for path in files if "inbox" in path.parts])
    raw = [path for path in files if "raw" in path.parts]
    assert [bodies[files.index(path)] for path in raw] == [path.read_bytes() for path in raw]


def test_a_dropped_file_is_ranked_within_two_seconds(start: Start) -> None:
    runner = start().ready()

    def is_ranked(total: int) -> bool:
        try:
            board = runner.get("/v1/kingdoms/51/leaderboards/deaths?date=2026-02-09")
        except HTTPError:
            return False
        return bool(board["total"] == total)

    took = []
    for number in range(3):  # one of them undisturbed by what else the machine does
        scan = SCAN + "".join(f"{n},More,1,1,1\n" for n in range(20, 20 + number))
        runner.drop(f"players {number}.csv", scan)
        took.append(wait_for(lambda total=2 + number: is_ranked(total)))  # type: ignore[misc]
        time.sleep(1)  # a later upload is the newer run, by whole seconds
    assert min(took) < 2
    line = runner.read_until("accepted inbox/")
    assert line == f"accepted {FOLDER}/players 0.csv: 2 players\n"
    url = runner.read_until("http://").strip()
    assert url.endswith("/v1/kingdoms/51/leaderboards/dkp?date=2026-02-09")
    assert runner.read_until("Since ") == "  Since the scan of 2026-01-26, 14 days before:\n"


def test_a_bad_file_is_told_with_the_place_the_remedy_and_the_report(start: Start) -> None:
    runner = start().ready()
    runner.drop("wrong.csv", "ID,Name,Power\n1,Ana,5\n2,Bo,1.2M\n")
    assert runner.read_until("rejected ") == f"rejected {FOLDER}/wrong.csv: 1 error\n"
    assert runner.read_until("line ").startswith('  line 3, power, "1.2M": ')
    report = runner.read_until("the whole report: ").split(": ", 1)[1].strip()
    found = json.loads((runner.lake.parent / report).read_text("utf-8"))
    assert found["errors"][0]["value"] == "1.2M"

    runner.drop("players.csv", SCAN, folder="inbox/kingdom 51")
    assert runner.read_until("rejected ") == "rejected inbox/kingdom 51/players.csv: 1 error\n"
    report = runner.read_until("the whole report: ").split(": ", 1)[1].strip()
    assert (runner.lake.parent / report).is_file()


def test_a_file_from_the_future_is_told_and_taken_when_it_is_touched(start: Start) -> None:
    runner = start().ready()
    hidden = runner.drop(".players.csv.part", SCAN)
    os.utime(hidden, (4_070_908_800, 4_070_908_800))
    path = hidden.rename(hidden.with_name("players.csv"))
    line = runner.read_until("error: ")
    assert line.startswith(
        f"error: {FOLDER}/players.csv: the file's modification time, 2099-01-01T"
    )
    path.touch()
    assert runner.read_until("accepted ") == f"accepted {FOLDER}/players.csv: 2 players\n"


def interrupt_group(runner: Runner) -> None:
    os.killpg(runner.process.pid, signal.SIGINT)


def interrupt_make(runner: Runner) -> None:
    runner.process.send_signal(signal.SIGINT)


def terminate_make(runner: Runner) -> None:
    runner.process.terminate()


@pytest.mark.parametrize("stop", [interrupt_group, interrupt_make, terminate_make])
def test_when_it_is_stopped_no_process_is_left(
    start: Start, stop: Callable[[Runner], None]
) -> None:
    runner = start().ready()
    stop(runner)
    _, out = runner.end()
    assert out.endswith("Stopped.\n")
    assert "Traceback" not in out
    runner.assert_nothing_is_left()


def kill(runner: Runner, *words: str) -> None:
    """Kill the one process of the group whose command line has these words."""
    [pid] = [pid for pid, line in runner.members().items() if all(word in line for word in words)]
    os.kill(pid, signal.SIGKILL)


def test_when_it_is_killed_the_server_goes_too(start: Start) -> None:
    runner = start().ready()
    kill(runner, "-m tools", "--with-make")
    runner.end()
    runner.assert_nothing_is_left()


def test_when_make_is_killed_everything_goes_too(start: Start) -> None:
    runner = start().ready()
    runner.process.kill()
    runner.end()
    runner.assert_nothing_is_left()


def test_when_the_server_dies_it_says_so_and_ends(start: Start) -> None:
    runner = start().ready()
    kill(runner, "tools.chalice_local")
    code, out = runner.end()
    assert code == 2  # make's own, for a recipe that failed
    assert "error: chalice local ended with exit code -9\n" in out
    runner.assert_nothing_is_left()


def test_a_port_in_use_is_one_line_that_names_port(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out = start(port).end()
    assert code == 2
    assert out.splitlines()[0] == (
        f"error: port {port} is in use; `make run PORT=NUMBER` takes another"
    )


@pytest.mark.parametrize("port", ["0", "65536", "http", "80 80", "-1"])
def test_a_wrong_port_is_one_line(start: Start, port: str) -> None:
    code, out = start(port).end()
    assert code == 2
    assert out.splitlines()[0] == f"error: PORT must be 1 to 65535, not '{port}'"


def test_a_wrong_setting_is_one_line(start: Start, project: Path) -> None:
    config = project / ".chalice" / "config.json"
    declared = json.loads(config.read_text("utf-8"))
    declared["stages"]["local"]["environment_variables"]["QUERY_ENGINE"] = "magic"
    config.write_text(json.dumps(declared), "utf-8")
    code, out = start().end()
    assert code == 2
    assert out.splitlines()[0].startswith("error: QUERY_ENGINE must be one of ")
    config.write_text("{", "utf-8")
    code, out = start().end()
    assert code == 2
    assert out.splitlines()[0].startswith("error: .chalice/config.json: ")
