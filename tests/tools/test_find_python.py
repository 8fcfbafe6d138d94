"""`tools/find_python.sh` among Pythons that are made up, and among the real one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "find_python.sh"
BASE = getattr(sys, "_base_executable", sys.executable)

Find = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """Runs the script where only the made up Pythons, and what sh needs, are on PATH."""
    (tmp_path / "home").mkdir()

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(tmp_path / "bin dir"), "HOME": str(tmp_path / "home"), **more}
        return subprocess.run(
            ["/bin/sh", str(SCRIPT), *arguments],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def make(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    path.chmod(0o755)
    return path


def says(path: Path, rank: int) -> Path:
    """A Python that judges itself of this rank."""
    return make(path, f"printf 'ok %s %s\\n' {rank} '{path}'")


@pytest.mark.skipif(
    Path("/usr/local/bin/python3").exists() or Path("/opt/homebrew/bin/python3").exists(),
    reason="the script looks there too",
)
class TestAmongMadeUpPythons:
    def test_the_newest_is_taken(self, find: Find, tmp_path: Path) -> None:
        says(tmp_path / "bin dir/python3.12", 2012009)
        newest = says(tmp_path / "bin dir/python3.14", 2014002)
        says(tmp_path / "bin dir/python3.13", 2013011)
        assert find().stdout == f"{newest}\n"

    def test_a_shim_that_fails_is_passed_over(self, find: Find, tmp_path: Path) -> None:
        make(tmp_path / "bin dir/python3.13", "echo 'pyenv: python3.13: not found' >&2; exit 127")
        make(tmp_path / "bin dir/python3.14", "echo hello")
        good = says(tmp_path / "bin dir/python3.12", 2012001)
        done = find()
        assert (done.stdout, done.stderr) == (f"{good}\n", "")

    @pytest.mark.parametrize(
        "place",
        [
            ".pyenv/versions/3.13.1/bin/python3",
            ".local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3",
            ".local/share/mise/installs/python/3.13.1/bin/python3",
            ".asdf/installs/python/3.13.1/bin/python3",
        ],
    )
    def test_version_managers_folders_are_looked_into(
        self, find: Find, tmp_path: Path, place: str
    ) -> None:
        says(tmp_path / "bin dir/python3", 2012001)
        newer = says(tmp_path / "home" / place, 2013001)
        assert find().stdout == f"{newer}\n"

    def test_their_folders_may_be_elsewhere(self, find: Find, tmp_path: Path) -> None:
        pyenv = says(tmp_path / "my pyenv/versions/3.12.1/bin/python3", 2012001)
        assert find(PYENV_ROOT=str(tmp_path / "my pyenv")).stdout == f"{pyenv}\n"
        uv = says(tmp_path / "my uv/cpython-3.13.2-x/bin/python3", 2013001)
        assert find(UV_PYTHON_INSTALL_DIR=str(tmp_path / "my uv")).stdout == f"{uv}\n"

    def test_a_pre_release_is_taken_only_when_nothing_else_is_there(
        self, find: Find, tmp_path: Path
    ) -> None:
        early = says(tmp_path / "bin dir/python3.15", 15000)
        assert find().stdout == f"{early}\n"
        release = says(tmp_path / "bin dir/python3.11", 2011004)
        assert find().stdout == f"{release}\n"

    def test_a_version_can_be_asked_for(self, find: Find, tmp_path: Path) -> None:
        says(tmp_path / "bin dir/python3.13", 2013001)
        asked = says(tmp_path / "bin dir/python3.12", 2012009)
        assert find("12").stdout == f"{asked}\n"
        assert find("11").returncode == 1

    def test_none_is_one_clear_line(self, find: Find) -> None:
        done = find()
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("error: no usable Python: CPython 3.12 or newer is needed;")
        assert done.stderr.count("\n") == 1

    def test_a_python_without_venv_is_named_with_the_remedy(
        self, find: Find, tmp_path: Path
    ) -> None:
        make(
            tmp_path / "bin dir/python3",
            "echo 'no /usr/bin/python3 lacks the module ensurepip (apt install python3-venv)'",
        )
        done = find()
        assert done.returncode == 1
        assert "(/usr/bin/python3 lacks the module ensurepip (apt install" in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_real_python_is_judged_by_what_it_is(find: Find, tmp_path: Path) -> None:
    done = find(PYTHON=sys.executable)
    assert (done.returncode, done.stdout) == (0, f"{BASE}\n")


def test_an_old_python_is_refused_with_the_reason(find: Find, tmp_path: Path) -> None:
    old = make(
        tmp_path / "old/python3",
        f'shift 2; exec "{sys.executable}" -I -c "import sys\n'
        "sys.version_info = (3, 9, 1, 'final', 0)\n$1\"",
    )
    done = find(PYTHON=str(old))
    assert done.returncode == 1
    assert "is Python 3.9, too old; it takes CPython 3.12 or newer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_python_that_does_not_run_is_refused(find: Find, tmp_path: Path) -> None:
    done = find(PYTHON=str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert "does not run" in done.stderr


def test_the_script_is_posix_shell() -> None:
    assert os.access("/bin/sh", os.X_OK)
    for script in (ROOT / "tools").glob("*.sh"):
        subprocess.run(["/bin/sh", "-n", str(script)], check=True)
