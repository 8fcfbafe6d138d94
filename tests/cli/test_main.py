"""The command line as a process: exit codes, streams, signals, terminals."""

import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import BAD, GOOD, Run, WriteScan

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CLI = (sys.executable, "-m", "chalicelib")
HOSTILE = "ID,Name,Power\n1,雪\u202e,\x1b]0;owned\x07\n"


def environ(tmp_path: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "LAKE_URI": f"file:{tmp_path / 'lake'}", **more}


def on_terminal(command: tuple[str, ...], env: dict[str, str]) -> tuple[int, str]:
    """Run a command on a terminal of its own; give the exit code and what it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=ROOT, env={**env, "TERM": "xterm"}, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how Linux says that the other side is gone
            while part := os.read(ours, 65536):
                shown += part
    os.close(ours)
    return process.returncode, shown.decode()


def reading_fifo(tmp_path: Path) -> tuple[subprocess.Popen[str], int]:
    """A `check` that has opened its file and waits for what never comes."""
    fifo = tmp_path / "players.csv"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [*CLI, "check", str(fifo)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(200):
        try:
            return process, os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads it yet
            time.sleep(0.05)
    process.kill()
    pytest.fail("the command did not open its file")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_without_a_word(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    process, fifo = reading_fifo(tmp_path)
    time.sleep(0.1)
    process.send_signal(sent)
    out, err = process.communicate(timeout=120)
    os.close(fifo)
    assert (process.returncode, out, err) == (code, "", "")


def test_a_reader_that_leaves_ends_it_without_a_word(tmp_path: Path, scan: WriteScan) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*CLI, "check", str(scan())], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_is_one_line(scan: WriteScan) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*CLI, "check", "--json", str(scan())],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"error: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("json", [(), ("--json",)])
@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (BAD, 1)])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_failure(
    scan: WriteScan, closed: str, text: str, code: int, json: tuple[str, ...]
) -> None:
    command = shlex.join([*CLI, "check", *json, str(scan(text))])
    ended = subprocess.run(
        ["sh", "-c", f"{command} {closed}"], cwd=ROOT, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (code, b"")


def test_the_output_is_utf_8_in_any_locale(tmp_path: Path, scan: WriteScan) -> None:
    env = environ(tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    path = scan("ID,Name,雪,Power\n1,Ana,x,5\n", "players 雪.csv")
    done = subprocess.run(
        [*CLI, "upload", "--kingdom", "51", "--date", "2026-01-26", str(path)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "ignored   雪\n" in done.stdout.decode("utf-8")


def test_a_bug_is_told_in_one_line_and_where_it_is(
    run: Run, scan: WriteScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("two\nlines\x1b[2J")

    monkeypatch.setattr("chalicelib.ingest.check.check_file", broken)
    code, out, err = run("check", scan())
    assert (code, out) == (1, "")
    assert err.startswith("error: this is a bug, please report it: ValueError at test_main.py:")
    assert err.endswith(r"two\nlines\x1b[2J" + "\n")
    assert err.count("\n") == 1


def test_too_little_memory_is_told_in_one_line(
    run: Run, scan: WriteScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("chalicelib.ingest.check.check_file", broken)
    assert run("check", scan()) == (1, "", "error: there is not enough memory for this\n")


def test_rich_is_loaded_only_for_a_terminal(scan: WriteScan) -> None:
    code = (
        "import sys; from chalicelib.cli.main import main; "
        "main(['check', sys.argv[1]]); print('rich' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(scan(BAD))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("\nFalse\n")


def test_on_a_terminal_nothing_from_a_file_reaches_it_unescaped(
    tmp_path: Path, scan: WriteScan
) -> None:
    path = str(scan(HOSTILE))
    for arguments in (("check", path), ("check", "--json", path)):
        code, shown = on_terminal((*CLI, *arguments), environ(tmp_path))
        assert code == 1
        assert "owned" in shown
        assert "\x1b]0" not in shown
        assert "\x07" not in shown
        assert "\u202e" not in shown


def test_a_terminal_gets_its_cursor_back(tmp_path: Path, scan: WriteScan) -> None:
    _, shown = on_terminal((*CLI, "check", str(scan())), environ(tmp_path))
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
    assert shown.index("\x1b[?25h") < shown.index("ACCEPTED")


def test_without_rich_a_terminal_gets_plain_text(tmp_path: Path, scan: WriteScan) -> None:
    code = (
        "import sys; sys.modules['rich'] = None; sys.modules['rich.console'] = None; "
        "from chalicelib.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    done, shown = on_terminal(
        (sys.executable, "-c", code, "check", str(scan(BAD))), environ(tmp_path)
    )
    assert done == 1
    assert shown.startswith("REJECTED: 1 error")
    assert "1.2M" in shown
    assert "\x1b" not in shown


def test_the_progress_never_mixes_into_a_redirected_result(tmp_path: Path, scan: WriteScan) -> None:
    result = tmp_path / "report.json"
    command = f'exec "{sys.executable}" -m chalicelib check --json "{scan()}" > "{result}"'
    code, _ = on_terminal(("sh", "-c", command), environ(tmp_path))
    assert code == 0
    assert result.read_bytes().startswith(b'{\n  "status": "accepted"')


def test_sweep_on_a_terminal_shows_whole_lines(tmp_path: Path) -> None:
    kingdom = tmp_path / "lake/inbox/source=rok_players/kingdom=51"
    for number in range(3):
        folder = kingdom / f"dt=2026-01-2{number}"
        folder.mkdir(parents=True)
        (folder / "players.csv").write_text(f"ID,Name,Power\n1,Ana,{number}\n", "utf-8")
    code, shown = on_terminal((*CLI, "sweep"), environ(tmp_path))
    assert code == 0
    assert shown.count(".csv: 1 player\r\n") == 3


def test_the_process_ends_whole_while_a_thread_is_still_at_work() -> None:
    """As pyarrow's threads may be: the interpreter's own end would wait for them, or abort."""
    program = (
        "import runpy, sys, threading, time\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "sys.argv[1:] = ['ddl']\n"
        "runpy.run_module('chalicelib', run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.endswith(");\n")
