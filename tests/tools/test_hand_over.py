"""Making `.venv` before a command is handed over, in a project of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.runner import PATIENCE
from tools.hand_over import why

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]
CODE = "print('handed over'); raise SystemExit(7)"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    (folder / "tools").mkdir(parents=True)
    for name in ("__init__.py", "venv.sh", "find_python.sh", "make_venv.py", "hand_over.py"):
        shutil.copy(ROOT / "tools" / name, folder / "tools")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("# nothing\n", "utf-8")
    return folder


def start(project: Path, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "tools/hand_over.py", "python", "-c", CODE],
        cwd=project,
        env={**os.environ, "PYTHON": sys.executable, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_the_process_makes_it_and_becomes_the_program_with_its_exit_code(project: Path) -> None:
    process = start(project)
    said, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (7, "")
    first, last = said.splitlines()
    assert first.startswith("Making .venv")
    assert last == "handed over"

    process = start(project, PYTHON="")
    assert process.communicate(timeout=PATIENCE) == ("handed over\n", "")


@pytest.mark.slow
def test_a_venv_that_cannot_be_made_is_one_sentence_with_pips_reason(project: Path) -> None:
    (project / "requirements-dev.txt").write_text("no-such-package==1\n", "utf-8")
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    process = start(project, **offline)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert errors == (
        "error: .venv cannot be made: pip says: No matching distribution found for "
        "no-such-package==1 (is the package index within reach?); `make venv` tells all of it\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_this_process_alone_ends_pip_too(project: Path, number: int) -> None:
    (project / "requirements-dev.txt").write_text("no-such-package==1\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as index:
        url = f"http://127.0.0.1:{index.getsockname()[1]}/simple"
        process = start(project, PIP_INDEX_URL=url)
        index.settimeout(PATIENCE)
        connection, _ = index.accept()
        with connection:
            os.kill(process.pid, number)
            process.communicate(timeout=PATIENCE)
            assert process.returncode in (-number, 128 + number)
            connection.settimeout(PATIENCE)
            # What pip asked for, and then that it is gone.
            while connection.recv(4096):
                pass
    assert not (project / ".venv" / "made-of.json").exists()


def test_the_reason_is_pips_last_error_or_else_the_last_line() -> None:
    assert (
        why("WARNING: x\nERROR: first\nERROR: second.\nerror: pip failed\n") == "pip says: second"
    )
    assert why("something\nerror: .venv cannot be made: no space\n") == (
        ".venv cannot be made: no space"
    )
    assert why("") == "no reason is given"
