"""Finds a Java that is new enough for a server of the tests."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

_FOLDER: Final = Path("/usr/lib/jvm")
_MAC_FINDER: Final = Path("/usr/libexec/java_home")
_VERSION: Final = re.compile(r'version "(?:1\.)?([0-9]+)')
_PATIENCE_SECONDS: Final = 20


class NoJavaError(Exception):
    """There is no Java that is new enough; the text says what to install."""


def find_java(
    needs: str, oldest: int, environ: Mapping[str, str] = os.environ, folder: Path = _FOLDER
) -> Path:
    """The first `java` that is new enough, of those that the user chose and then of all others.

    Args:
        needs: who needs it.
        oldest: it refuses to start with an older one.
        environ: `JAVA_HOME` and `PATH` are looked at.
        folder: where a Linux distribution keeps all of them.

    Raises:
        NoJavaError: there is none.
    """
    older = []
    for java in dict.fromkeys(_candidates(oldest, environ, folder)):
        version = version_of(java)
        if version is not None and version >= oldest:
            return java
        if version is not None:
            older.append(f"{java} is {version}")
    advice = (
        f"{needs} needs a Java of {oldest} or newer: install Temurin 25 "
        "(on Debian `apt-get install temurin-25-jdk` from Adoptium, the JDK of Eclipse, on macOS "
        "`brew install --cask temurin@25`), or let JAVA_HOME name one."
    )
    raise NoJavaError(" ".join([advice, *([f"({', '.join(older)})"] if older else [])]))


def version_of(java: Path) -> int | None:
    """The major version that a `java` says it is; None if it does not run."""
    told = _output([str(java), "-version"])
    return None if told is None else major_version(told)


def major_version(text: str) -> int | None:
    """The major version in what `java -version` writes: 25 of `openjdk version "25.0.1"`.

    Up to 8 versions began with `1.`.
    """
    found = _VERSION.search(text)
    return int(found[1]) if found else None


def _candidates(oldest: int, environ: Mapping[str, str], folder: Path) -> Iterator[Path]:
    if environ.get("JAVA_HOME"):
        yield Path(environ["JAVA_HOME"], "bin", "java")
    on_path = shutil.which("java", path=environ.get("PATH", os.defpath))
    # On a Mac without a JDK this is a stub which says that there is none.
    if on_path:
        yield Path(on_path)
    yield from _newest_first(folder.glob("*/bin/java"))
    if _MAC_FINDER.exists():
        home = _output([str(_MAC_FINDER), "-v", f"{oldest}+"])
        if home:
            yield Path(home.splitlines()[0], "bin", "java")


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    """By the numbers in their folders' names, so that the older ones need not be started."""

    def numbers(path: Path) -> list[int]:
        return [int(number) for number in re.findall("[0-9]+", path.parents[1].name)]

    return sorted(paths, key=numbers, reverse=True)


def _output(command: list[str]) -> str | None:
    """All that a command writes; None if it fails."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
