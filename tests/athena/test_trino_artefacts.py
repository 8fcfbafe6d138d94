"""Downloads are pinned, whole or not there, and a machine that cannot have them is told why."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Final

import pytest

from tests.athena import trino_artefacts
from tests.athena.trino_artefacts import (
    HIVE,
    SERVER,
    Artefact,
    cache_folder,
    fetch_trino,
)
from tests.servers.maven import UnavailableError, WrongArtefactError

# A Maven that has archives in a folder; it notes how often it was asked.
MAVEN: Final = """#!/bin/sh
echo "$@" >> {asked}
for argument in "$@"; do
    case $argument in
    -Dartifact=*) IFS=: read -r group name version packaging <<END
${{argument#-Dartifact=}}
END
    ;;
    -DoutputDirectory=*) target=${{argument#-DoutputDirectory=}} ;;
    esac
done
[ -f "{folder}/$name-$version.$packaging" ] || {{ echo "[ERROR] not found: $name"; exit 1; }}
mkdir -p "$target" && cp "{folder}/$name-$version.$packaging" "$target"
"""


class Machine:
    """A home, a repository, and a `mvn` on the path."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "repository"
        self.repository.mkdir()
        self.asked = folder / "asked"
        maven = folder / "bin" / "mvn"
        maven.parent.mkdir()
        maven.write_text(MAVEN.format(asked=self.asked, folder=self.repository))
        maven.chmod(0o755)
        self.environ = {"XDG_CACHE_HOME": str(folder), "PATH": f"{maven.parent}:/usr/bin:/bin"}
        self.cache = cache_folder(self.environ)

    def times_asked(self) -> int:
        return len(self.asked.read_text().splitlines()) if self.asked.exists() else 0


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Archives of some files, pinned in place of Trino's."""
    made = Machine(tmp_path)
    for name, artefact, write in (("SERVER", SERVER, _tar), ("HIVE", HIVE, _zip)):
        path = made.repository / artefact.file
        write(path, artefact.wanted)
        pinned = Artefact(
            artefact.name,
            artefact.packaging,
            hashlib.sha256(path.read_bytes()).hexdigest(),
            artefact.wanted,
        )
        monkeypatch.setattr(trino_artefacts, name, pinned)
    return made


FILES: Final = ("a.jar", "deep/b.jar", "../../out.jar")


def _tar(path: Path, wanted: str) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name in (*(f"{wanted}{file}" for file in FILES), "elsewhere/c.jar"):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            tar.addfile(member, io.BytesIO(name.encode()))
        link = tarfile.TarInfo(f"{wanted}link.jar")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)


def _zip(path: Path, wanted: str) -> None:
    with zipfile.ZipFile(path, "w") as zipped:
        for name in (*(f"{wanted}{file}" for file in FILES), "elsewhere/c.jar"):
            zipped.writestr(name, name)


def test_the_wanted_files_are_unpacked_once_and_nothing_else_is_kept(machine: Machine) -> None:
    trino = fetch_trino(machine.environ)
    for folder in (trino.lib, trino.plugins / "hive"):
        files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
        assert files == {"a.jar", "deep/b.jar"}
    assert sorted(path.name for path in machine.cache.iterdir()) == ["lib", "lock", "plugin"]
    assert machine.times_asked() == 2
    assert fetch_trino(machine.environ) == trino
    assert machine.times_asked() == 2


def test_an_archive_that_was_put_there_by_hand_is_taken(machine: Machine) -> None:
    machine.cache.mkdir(parents=True)
    for artefact in (trino_artefacts.SERVER, trino_artefacts.HIVE):
        (machine.repository / artefact.file).rename(machine.cache / artefact.file)
    assert (fetch_trino({**machine.environ, "PATH": ""}).lib / "a.jar").is_file()


def test_another_archive_than_the_pinned_is_refused_and_thrown_away(machine: Machine) -> None:
    path = machine.repository / trino_artefacts.HIVE.file
    path.write_bytes(path.read_bytes() + b"!")
    with pytest.raises(WrongArtefactError, match=trino_artefacts.HIVE.sha256):
        fetch_trino(machine.environ)
    assert not (machine.cache / "plugin" / "hive").exists()
    assert not (machine.cache / trino_artefacts.HIVE.file).exists()


def test_what_maven_says_is_told_in_one_line(machine: Machine) -> None:
    (machine.repository / trino_artefacts.HIVE.file).unlink()
    with pytest.raises(UnavailableError) as caught:
        fetch_trino(machine.environ)
    assert str(caught.value).endswith("[ERROR] not found: trino-hive")
    assert "\n" not in str(caught.value)


def test_without_maven_it_is_said_what_to_do(machine: Machine) -> None:
    with pytest.raises(
        UnavailableError, match=r"install it .*or put trino-server-core-476\.tar\.gz"
    ):
        fetch_trino({**machine.environ, "PATH": ""})


def test_a_maven_that_never_ends_is_stopped(machine: Machine) -> None:
    maven = Path(machine.environ["PATH"].partition(":")[0], "mvn")
    maven.write_text("#!/bin/sh\nexec sleep 60\n")
    with pytest.raises(UnavailableError, match="in 0 s"):
        fetch_trino(machine.environ, seconds=0.2)
