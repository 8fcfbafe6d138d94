"""DynamoDB Local's files: downloaded once by Maven, each held against its pinned hash.

Maven also decides of which version each of the 90 libraries is that it needs. `jars.txt` has what
it decided for the pinned version, so another decision is refused as another file is.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.servers import maven
from tests.servers.maven import UnavailableError, WrongArtefactError

VERSION: Final = "3.3.1"
PINNED: Final = Path(__file__).with_name("jars.txt")
"""What `sha256sum *` writes in the folder of the files."""

_PLUGIN: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_POM: Final = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tests</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.dynamodb</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where downloads stay."""
    return maven.cache_folder(f"dynamodb-local-{VERSION}", environ)


def fetch_local(
    environ: Mapping[str, str] = os.environ, seconds: float = 900, pinned: Path = PINNED
) -> Path:
    """The folder of the files; it is there only when it is whole.

    Args:
        environ: `XDG_CACHE_HOME` and `HOME` say where to, `PATH` where Maven is.
        seconds: for the download.
        pinned: the file of the hashes.

    Raises:
        UnavailableError: Maven is not there, or does not get them in time.
        WrongArtefactError: it got another file than a pinned one.
    """
    folder = cache_folder(environ)
    target = folder / "lib"
    if target.is_dir():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with maven.locked(folder / "lock"), maven.scratch(folder) as scratch:
            if not target.is_dir():
                _download(scratch, environ, seconds)
                _check(scratch / "got", pinned)
                shutil.move(scratch / "got", target)
    except OSError as error:
        raise UnavailableError(f"DynamoDB Local cannot be kept in {folder}: {error}") from None
    return target


def _download(scratch: Path, environ: Mapping[str, str], seconds: float) -> None:
    (scratch / "pom.xml").write_text(_POM, encoding="utf-8")
    goal = [_PLUGIN, "-DincludeScope=runtime", f"-DoutputDirectory={scratch}/got"]
    maven.run(goal, scratch, "DynamoDB Local", environ=environ, seconds=seconds)


def _check(got: Path, pinned: Path) -> None:
    wanted = {
        name: digest
        for digest, name in (line.split() for line in pinned.read_text("utf-8").splitlines())
    }
    found = {path.name: _sha256(path) for path in got.iterdir()} if got.is_dir() else {}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise WrongArtefactError(
                f"{name} of DynamoDB Local is refused: its sha256 is "
                f"{found.get(name, 'none, it is missing')}, not {wanted.get(name, 'pinned')}"
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
