"""Makes `.venv` with what requirements-dev.txt names, once, and anew when that changed.

Run by tools/venv.sh with the Python that `.venv` is to be made from; standard library only. A
stamp file, written last, says what `.venv` was made of: without it `.venv` is half made, and is
made again. The stamp has the Python's version and the hash of the requirements files.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "made-of.json"
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
PIP_OUTPUT_LINES = 30


def wanted() -> dict[str, str]:
    """What `.venv` has to be made of, when this Python makes it."""
    digest = hashlib.sha256()
    for name in REQUIREMENTS:
        digest.update((ROOT / name).read_bytes() + b"\0")
    return {
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "base": os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
        "requirements": digest.hexdigest(),
    }


def is_current(want: dict[str, str]) -> bool:
    """Whether `.venv` is whole and made of that.

    Another Python of the same minor version will do, unless `PYTHON` asks for this one.
    """
    try:
        made = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    keys = want.keys() if os.environ.get("PYTHON") else want.keys() - {"base"}
    return all(made.get(key) == want[key] for key in keys) and _python_runs()


def _python_runs() -> bool:
    try:
        return subprocess.run([VENV / "bin" / "python", "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def make(want: dict[str, str]) -> None:
    """Make `.venv` anew, the stamp last."""
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Making .venv with Python {version}; this takes a minute, once.", flush=True)
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        STAMP.unlink(missing_ok=True)
        shutil.rmtree(VENV)
    _run([sys.executable, "-I", "-m", "venv", str(VENV)], "venv")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    _run([*pip, "--disable-pip-version-check", "-r", "requirements-dev.txt"], "pip")
    partial = STAMP.with_suffix(".tmp")
    partial.write_text(json.dumps(want, indent=1) + "\n", "utf-8")
    partial.replace(STAMP)


def _run(command: list[str], name: str) -> None:
    """Run a command quietly; if it fails, show the end of what it said and exit."""
    # A PIP_USER=1 in the environment would make pip refuse to install into .venv.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environ, "PIP_USER": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").rstrip().splitlines()
        print("\n".join(lines[-PIP_OUTPUT_LINES:]), file=sys.stderr)
        sys.exit(f"error: {name} failed (above); the next make tries again")


def main() -> None:
    """Make `.venv` if need be; with `--check` only say by the exit code whether it is current."""
    want = wanted()
    if sys.argv[1:] == ["--check"]:
        # A better Python may have been installed since a .venv of 3.11 was made.
        sys.exit(0 if sys.version_info >= (3, 12) and is_current(want) else 1)
    with (ROOT / REQUIREMENTS[0]).open("rb") as lock:
        # Two makes at once (`make run` and `make test` in a fresh clone): one makes, one waits.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(want):
            make(want)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"error: .venv cannot be made: {error}")
