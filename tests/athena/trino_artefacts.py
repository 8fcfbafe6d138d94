"""Trino's server and its Hive connector: downloaded once by Maven, held against pinned hashes.

476 is the last release of which there is a server tarball. Only what a server needs that reads
Parquet from S3 is unpacked, and the archives are not kept.
"""

import hashlib
import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tests.servers import maven
from tests.servers.maven import UnavailableError, WrongArtefactError

VERSION: Final = 476

_GROUP: Final = "io.trino"
_PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_PIECE_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Artefact:
    """An archive of Maven Central's, and what is needed of it.

    Attributes:
        name: of its group's artefact.
        packaging: how its file's name ends.
        sha256: of the archive.
        wanted: the folder in the archive whose files are unpacked, with a slash at its end.
    """

    name: str
    packaging: str
    sha256: str
    wanted: str

    @property
    def coordinates(self) -> str:
        """As Maven names it."""
        return f"{_GROUP}:{self.name}:{VERSION}:{self.packaging}"

    @property
    def file(self) -> str:
        """The archive's file name."""
        return f"{self.name}-{VERSION}.{self.packaging}"


SERVER: Final = Artefact(
    name="trino-server-core",
    packaging="tar.gz",
    sha256="0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158",
    wanted=f"trino-server-core-{VERSION}/lib/",
)
HIVE: Final = Artefact(
    name="trino-hive",
    packaging="zip",
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
    return maven.cache_folder(f"trino-{VERSION}", environ)


def fetch_trino(environ: Mapping[str, str] = os.environ, seconds: float = 1800) -> Trino:
    """Download and unpack whatever is not there yet.

    Args:
        environ: `XDG_CACHE_HOME` and `HOME` say where to, `PATH` where Maven is. Which repository
            it asks is Maven's own setting.
        seconds: for each download.

    Raises:
        UnavailableError: Maven is not there, or does not get an artefact in time.
        WrongArtefactError: it got another one than the pinned.
    """
    folder = cache_folder(environ)
    trino = Trino(folder / "lib", folder / "plugin")
    for artefact, target in ((SERVER, trino.lib), (HIVE, trino.plugins / "hive")):
        if not target.is_dir():
            _provide(artefact, target, folder, environ, seconds)
    return trino


def _provide(
    artefact: Artefact, target: Path, folder: Path, environ: Mapping[str, str], seconds: float
) -> None:
    """Have the wanted files of an artefact in a folder that is there only when it is whole.

    An archive that somebody put into the cache folder by hand is taken as a download is.
    """
    archive, unpacked = folder / artefact.file, folder / f"{artefact.file}.new"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with maven.locked(folder / "lock"):
            if target.is_dir():
                return
            if not archive.exists():
                _download(artefact, archive, environ, seconds)
            _check(artefact, archive)
            shutil.rmtree(unpacked, ignore_errors=True)
            _unpack(artefact, archive, unpacked)
            unpacked.rename(target)
            archive.unlink()
    except OSError as error:
        raise UnavailableError(f"{artefact.file} cannot be kept in {folder}: {error}") from None


def _download(
    artefact: Artefact, archive: Path, environ: Mapping[str, str], seconds: float
) -> None:
    """Let Maven copy an archive to its place."""
    advice = f", or put {artefact.file} into {archive.parent} by hand"
    with maven.scratch(archive.parent) as folder:
        goal = [_PLUGIN, f"-Dartifact={artefact.coordinates}", f"-DoutputDirectory={folder}/got"]
        got = folder / "got" / artefact.file
        maven.run(goal, folder, artefact.file, environ=environ, seconds=seconds, advice=advice)
        if not got.exists():
            raise UnavailableError(f"Maven got no {artefact.file}: no reason")
        got.rename(archive)


def _check(artefact: Artefact, archive: Path) -> None:
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != artefact.sha256:
        archive.unlink()
        raise WrongArtefactError(
            f"{artefact.file} is refused: its sha256 is {found}, not {artefact.sha256}"
        )


def _unpack(artefact: Artefact, archive: Path, target: Path) -> None:
    """Write the wanted files: regular ones only, so no name or link can lead out of `target`."""
    opened = _zipped if artefact.packaging == "zip" else _tarred
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
