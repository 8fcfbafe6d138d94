"""Makes `.venv` and becomes a program of it: how a command is handed over to our own tools.

Run in chalice's own process, with whatever Python chalice is installed for. So here is the standard
library only, and syntax that Python 3.9 reads.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 12)
OLDEST_LOCAL_PYTHON = (3, 11)


class RefusedError(Exception):
    """Raised when a command cannot be done; its text is one sentence."""


class Work(NamedTuple):
    """What is run instead of a chalice command.

    Attributes:
        program: a program of `.venv`.
        arguments: its arguments.
        environ: its environment.
        oldest: the oldest Python that can do it.
    """

    program: str
    arguments: list[str]
    environ: dict[str, str]
    oldest: tuple[int, int]


def get_ready(work: Work) -> None:
    """Make `.venv` as `make` does, unless it is there.

    Raises:
        SystemExit: it cannot be made, and a sentence says why; or it was interrupted.
    """
    try:
        _make_venv(work)
    except RefusedError as refusal:
        raise SystemExit(f"error: {refusal}") from None
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None


def _make_venv(work: Work) -> None:
    # The Python that runs chalice is looked at too, wherever it is.
    own = os.path.dirname(getattr(sys, "_base_executable", sys.executable))  # noqa: PTH120
    environ = {**work.environ, "PATH": os.pathsep.join([os.environ.get("PATH", os.defpath), own])}
    if not environ.get("PYTHON") and _is_current(environ):
        return
    python = _found_python(environ)
    if python < work.oldest:
        raise RefusedError(
            f"a package takes Python 3.12 or newer, and {version(python)} is what there is: "
            "pyarrow has no wheel for the old system libraries of its Lambda runtime"
        )
    code, said = _made(environ)
    if code in (128 + signal.SIGINT, -signal.SIGINT):
        raise KeyboardInterrupt
    if code:
        raise RefusedError(f".venv cannot be made: {why(said)}; `make venv` tells all of it")


def _made(environ: Mapping[str, str]) -> tuple[int, str]:
    """Run tools/venv.sh; its exit code, and what it wrote to stderr.

    It has a session of its own, so that Ctrl-C reaches it once, and all of it, whether the terminal
    or another process sends it.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        with subprocess.Popen(
            ["sh", "tools/venv.sh"],
            cwd=ROOT,
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as making:
            try:
                said = making.communicate()[1]
            except BaseException:
                with suppress(ProcessLookupError):
                    os.killpg(making.pid, signal.SIGINT)
                making.wait()
                raise
    finally:
        signal.signal(signal.SIGTERM, before)
    return making.returncode, said


def _terminate(_signal: int, _frame: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _is_current(environ: Mapping[str, str]) -> bool:
    check = [str(VENV / "bin" / "python"), "-I", "tools/make_venv.py", "--check"]
    try:
        return _said_by(check, environ).returncode == 0
    except OSError:
        return False


def _found_python(environ: Mapping[str, str]) -> tuple[int, ...]:
    """The version of the Python that `.venv` would be made from."""
    try:
        done = _said_by(["sh", "tools/find_python.sh"], environ)
    except OSError as error:
        raise RefusedError(f"a shell is needed to make .venv: {error}") from None
    if done.returncode:
        raise RefusedError(" ".join(done.stderr.split()).removeprefix("error: "))
    ask = [done.stdout.strip(), "-c", "import sys; print(*sys.version_info[:2])"]
    return tuple(map(int, _said_by(ask, environ).stdout.split()))


def _said_by(command: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def why(said: str) -> str:
    """The reason in what tools/venv.sh wrote to stderr: pip's last error, or else the last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    of_pip = [line for line in lines if line.startswith("ERROR: ")]
    if not of_pip:
        return lines[-1].removeprefix("error: ") if lines else "no reason is given"
    online = "" if "Retrying (" not in said else " (is the package index within reach?)"
    return f"pip says: {of_pip[-1].removeprefix('ERROR: ').rstrip('.')}{online}"


def become(work: Work) -> NoReturn:
    """Go on as another program, in the same process."""
    _exec(str(VENV / "bin" / work.program), work.arguments, work.environ)


def start_again(work: Work) -> NoReturn:
    """Do the work from the start of this process: nothing else is to run meanwhile."""
    _exec(sys.executable, [__file__, work.program, *work.arguments], work.environ)


def _exec(program: str, arguments: list[str], environ: dict[str, str]) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    try:
        os.execve(program, [program, *arguments], environ)
    except OSError as error:
        raise SystemExit(f"error: {program} cannot be run: {error}") from None


def version(info: Any) -> str:
    """A version of Python for a sentence."""
    return f"Python {info[0]}.{info[1]}"


if __name__ == "__main__":
    _program, *_arguments = sys.argv[1:]
    _work = Work(_program, _arguments, dict(os.environ), OLDEST_LOCAL_PYTHON)
    get_ready(_work)
    become(_work)
