"""`tools/venv.sh` in a project of its own, whose requirements are empty."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.long]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    (folder / "tools").mkdir(parents=True)
    for name in ("venv.sh", "find_python.sh", "make_venv.py"):
        shutil.copy(ROOT / "tools" / name, folder / "tools")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (folder / name).write_text("# nothing\n", "utf-8")
    return folder


def make(project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "PYTHON"}
    return subprocess.run(
        ["/bin/sh", "tools/venv.sh"],
        cwd=project,
        env={**env, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def inode(project: Path) -> int:
    return (project / ".venv" / "pyvenv.cfg").stat().st_ino


def test_it_is_made_once_and_anew_when_the_requirements_change(project: Path) -> None:
    done = make(project, PYTHON=sys.executable)
    version = ".".join(map(str, sys.version_info[:3]))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Making .venv with Python {version}; this takes a minute, once.\n"
    first = inode(project)

    again = make(project, PYTHON=sys.executable)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert inode(project) == first

    (project / "requirements.txt").write_text("# nothing, said otherwise\n", "utf-8")
    assert make(project, PYTHON=sys.executable).stdout.startswith("Making .venv")

    (project / ".venv" / "bin" / "python").unlink()
    assert make(project, PYTHON=sys.executable).stdout.startswith("Making .venv")
    assert make(project, PYTHON=sys.executable).stdout == ""


def test_a_half_made_one_is_made_again(project: Path) -> None:
    (project / "requirements-dev.txt").write_text("./no-such-package\n", "utf-8")
    done = make(project, PYTHON=sys.executable)
    assert done.returncode == 1
    assert "no-such-package" in done.stderr
    assert done.stderr.endswith("error: pip failed (above); the next make tries again\n")
    assert "Traceback" not in done.stderr
    assert (project / ".venv" / "bin" / "python").exists()
    assert not (project / ".venv" / "made-of.json").exists()

    (project / "requirements-dev.txt").write_text("# nothing\n", "utf-8")
    done = make(project, PYTHON=sys.executable)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Making .venv")
    stamp = json.loads((project / ".venv" / "made-of.json").read_text("utf-8"))
    assert stamp["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_two_makes_at_once_make_it_once(project: Path) -> None:
    env = {**os.environ, "PYTHON": sys.executable}
    both = [
        subprocess.Popen(
            ["/bin/sh", "tools/venv.sh"], cwd=project, env=env, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == ""
    assert said[1].startswith("Making .venv")
