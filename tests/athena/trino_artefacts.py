"""Trino's server and its Hive connector from Maven Central: downloaded once, pinned by hash.

476 is the last release of which there is a server tarball. Only what a server needs that reads
Parquet from S3 is unpacked, and the archives are not kept.
"""

import fcntl
import hashlib
import http.client
import os
import shutil
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

VERSION: Final = 476
MAVEN_CENTRAL: Final = "https://repo1.maven.org/maven2"

_PIECE_BYTES: Final = 1 << 20
_SILENCE_SECONDS: Final = 30
_ATTEMPTS: Final = 3
_PARTIAL: Final = 206


class ArtefactError(Exception):
    """An artefact cannot be had; the text says why, in one line."""


@dataclass(frozen=True)
class Artefact:
    """An archive of a Maven repository, and what is needed of it.

    Attributes:
        path: in the repository.
        size: in bytes.
        sha256: of the archive.
        wanted: the folder in the archive whose files are unpacked, with a slash at its end.
    """

    path: str
    size: int
    sha256: str
    wanted: str

    @property
    def name(self) -> str:
        """The archive's file name."""
        return self.path.rpartition("/")[2]


SERVER: Final = Artefact(
    path=f"io/trino/trino-server-core/{VERSION}/trino-server-core-{VERSION}.tar.gz",
    size=194_358_953,
    sha256="0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158",
    wanted=f"trino-server-core-{VERSION}/lib/",
)
HIVE: Final = Artefact(
    path=f"io/trino/trino-hive/{VERSION}/trino-hive-{VERSION}.zip",
    size=258_326_133,
    sha256="611bacdb07d9f3cf7b9d47f97ecc76fa2e7ff8bfe8a9728c3d06adc1bfb8662e",
    wanted=f"trino-hive-{VERSION}/",
)


@dataclass(frozen=True)
class Trino:
    """Where the unpacked files are.

    Attributes:
        lib: the server's jars.
        plugins: the folder that has the folder of the Hive connector's jars, and no other.
    """

    lib: Path
    plugins: Path


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where downloads stay, outside of every work tree."""
    caches = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME", "~"), ".cache"))
    return Path(caches).expanduser() / "rok-leaderboard-api" / f"trino-{VERSION}"


def fetch_trino(environ: Mapping[str, str] = os.environ, seconds: float = 3600) -> Trino:
    """Download whatever is not there yet.

    Args:
        environ: `XDG_CACHE_HOME` and `HOME` say where to; `MAVEN_CENTRAL` names another repository
            with the same content.
        seconds: for all downloads. One that was broken off is continued the next time.

    Raises:
        ArtefactError: an artefact cannot be reached in time, or is not what it must be.
    """
    folder = cache_folder(environ)
    repository = (environ.get("MAVEN_CENTRAL") or MAVEN_CENTRAL).rstrip("/")
    trino = Trino(folder / "lib", folder / "plugin")
    deadline = time.monotonic() + seconds
    fetch(SERVER, trino.lib, folder, repository, deadline)
    fetch(HIVE, trino.plugins / "hive", folder, repository, deadline)
    return trino


def fetch(artefact: Artefact, target: Path, folder: Path, repository: str, deadline: float) -> None:
    """Have the wanted files of an artefact in a folder that is there only when it is whole.

    Args:
        artefact: which.
        target: the folder.
        folder: where work in progress is; on the same disk.
        repository: the URL of a Maven repository.
        deadline: until when to try, by `time.monotonic`.

    Raises:
        ArtefactError: see `fetch_trino`.
    """
    if target.is_dir():
        return
    partial, unpacked = folder / f"{artefact.name}.part", folder / f"{artefact.name}.new"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder / "lock"):
            if target.is_dir():
                return
            _download(artefact, partial, f"{repository}/{artefact.path}", deadline)
            shutil.rmtree(unpacked, ignore_errors=True)
            _unpack(artefact, partial, unpacked)
            unpacked.rename(target)
            partial.unlink()
    except OSError as error:
        raise ArtefactError(f"{artefact.name} cannot be kept in {folder}: {error}") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Of two at once, one downloads and the other waits."""
    with path.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(artefact: Artefact, partial: Path, url: str, deadline: float) -> None:
    """Fill `partial`, going on where it ends, and hold it against the pinned hash."""
    for _ in range(_ATTEMPTS):
        done, trouble = _size(partial), "the time is over"
        if done >= artefact.size or time.monotonic() >= deadline:
            break
        try:
            _continue(partial, url, done, artefact.size, deadline)
            trouble = "the answer ended too early"
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            trouble = str(error) or type(error).__name__
    if (done := _size(partial)) < artefact.size:
        raise ArtefactError(f"{url} gave {done} of {artefact.size} bytes: {trouble}")
    with partial.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != artefact.sha256:
        partial.unlink()
        raise ArtefactError(f"{url} is refused: its sha256 is {found}, not {artefact.sha256}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _continue(partial: Path, url: str, done: int, size: int, deadline: float) -> None:
    """Append to `partial` until it has one byte too many, the answer ends or time is over."""
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})
    with urllib.request.urlopen(request, timeout=_SILENCE_SECONDS) as answer:
        # A server that ignores the range sends everything again.
        file = partial.open("ab" if answer.status == _PARTIAL else "wb")
        with file:
            while file.tell() <= size and time.monotonic() < deadline:
                piece = answer.read(_PIECE_BYTES)
                if not piece:
                    return
                file.write(piece)


def _unpack(artefact: Artefact, archive: Path, target: Path) -> None:
    """Write the wanted files: regular ones only, so no name or link can lead out of `target`."""
    opened = _zipped if archive.name.endswith(".zip.part") else _tarred
    target.mkdir()
    for name, file in opened(archive):
        if not name.startswith(artefact.wanted):
            continue
        inner = name.removeprefix(artefact.wanted)
        if ".." in inner.split("/"):
            continue
        place = target / inner
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as sink:
            shutil.copyfileobj(file, sink, _PIECE_BYTES)


def _tarred(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isreg() else None
            if file is not None:
                yield member.name, file


def _zipped(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(archive) as zipped:
        for member in zipped.infolist():
            if not member.is_dir():
                with zipped.open(member) as file:
                    yield member.filename, file
