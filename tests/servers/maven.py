"""Downloads by Maven, kept in a cache outside of every work tree."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class UnavailableError(Exception):
    """A file is not to be had on this machine; the text says why, in one line."""


class WrongArtefactError(Exception):
    """A file is not the pinned one; the text has both hashes, in one line."""


def cache_folder(name: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the downloads of this name stay."""
    caches = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME", "~"), ".cache"))
    return Path(caches).expanduser() / "rok-leaderboard-api" / name


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Of two at once, one downloads and the other waits."""
    with path.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A folder for one run, beside where its files go."""
    with tempfile.TemporaryDirectory(prefix="maven-", dir=parent) as folder:
        yield Path(folder)


def run(
    goal: Sequence[str],
    folder: Path,
    what: str,
    *,
    environ: Mapping[str, str],
    seconds: float,
    advice: str = "",
) -> None:
    """Run Maven.

    Args:
        goal: what it is told, besides how to behave.
        folder: where it may write.
        what: it gets, for messages.
        environ: `PATH` says where Maven is. Which repository it asks is Maven's own setting.
        seconds: it may take.
        advice: what else can be done where there is no Maven.

    Raises:
        UnavailableError: Maven is not there, fails, or does not end in time.
    """
    maven = shutil.which("mvn", path=environ.get("PATH", os.defpath))
    if maven is None:
        raise UnavailableError(
            f"{what} is downloaded by Maven, and there is no `mvn`: install it (`apt-get install "
            f"maven`, `brew install maven`){advice}."
        )
    command = [maven, "--quiet", "--batch-mode", f"-Dmaven.repo.local={folder}/repository", *goal]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"Maven got no {what} in {seconds:.0f} s") from None
    if done.returncode:
        said = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason")
        raise UnavailableError(f"Maven got no {what}: {said.strip()}")
