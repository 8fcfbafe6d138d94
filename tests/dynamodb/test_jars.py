"""The server's files are the pinned ones, whole or not there; a machine is told what it lacks."""

import hashlib
from pathlib import Path
from typing import Final

import pytest

from tests.dynamodb import __main__ as command
from tests.dynamodb.jars import PINNED, cache_folder, fetch_local
from tests.servers.jdk import NoJavaError
from tests.servers.maven import UnavailableError, WrongArtefactError

# A Maven that has files in a folder; it notes how often it was asked.
MAVEN: Final = """#!/bin/sh
echo "$@" >> {folder}/../asked
grep -q DynamoDBLocal pom.xml || exit 1
[ -e {folder}/down ] && {{ echo "[ERROR] no answer"; exit 1; }}
for argument in "$@"; do
    case $argument in
    -DoutputDirectory=*) target=${{argument#-DoutputDirectory=}} ;;
    esac
done
mkdir "$target" && cp {folder}/* "$target"
"""


class Machine:
    """A home, a repository with two files, their hashes, and a `mvn` on the path."""

    def __init__(self, folder: Path) -> None:
        self.repository = folder / "repository"
        self.repository.mkdir()
        self.pinned = folder / "pinned.txt"
        for name in ("a.jar", "b.so"):
            (self.repository / name).write_text(name)
            digest = hashlib.sha256(name.encode()).hexdigest()
            with self.pinned.open("a") as pinned:
                pinned.write(f"{digest}  {name}\n")
        self.asked = folder / "asked"
        maven = folder / "bin" / "mvn"
        maven.parent.mkdir()
        maven.write_text(MAVEN.format(folder=self.repository))
        maven.chmod(0o755)
        self.environ = {"XDG_CACHE_HOME": str(folder), "PATH": f"{maven.parent}:/usr/bin:/bin"}

    def fetch(self) -> Path:
        return fetch_local(self.environ, pinned=self.pinned)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_files_are_downloaded_once_and_nothing_else_is_kept(machine: Machine) -> None:
    folder = machine.fetch()
    assert machine.fetch() == folder
    assert sorted(path.name for path in folder.iterdir()) == ["a.jar", "b.so"]
    assert sorted(path.name for path in cache_folder(machine.environ).iterdir()) == ["lib", "lock"]
    assert len(machine.asked.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("b.so", "other", "sha256 is [0-9a-f]+, not [0-9a-f]+$"), ("c.jar", "more", "not pinned$")],
)
def test_a_file_that_is_not_a_pinned_one_is_refused_and_none_is_kept(
    machine: Machine, name: str, content: str, said: str
) -> None:
    (machine.repository / name).write_text(content)
    with pytest.raises(WrongArtefactError, match=rf"{name} .*{said}"):
        machine.fetch()
    assert [path.name for path in cache_folder(machine.environ).iterdir()] == ["lock"]


def test_a_file_that_is_missing_is_told(machine: Machine) -> None:
    (machine.repository / "a.jar").unlink()
    with pytest.raises(WrongArtefactError, match=r"a\.jar .* missing"):
        machine.fetch()


def test_a_registry_that_does_not_answer_is_told_in_one_line(machine: Machine) -> None:
    (machine.repository / "down").touch()
    with pytest.raises(UnavailableError, match=r"no DynamoDB Local: \[ERROR\] no answer$"):
        machine.fetch()


def test_without_maven_it_is_said_what_to_install(machine: Machine) -> None:
    with pytest.raises(UnavailableError, match="apt-get install maven"):
        fetch_local({**machine.environ, "PATH": ""}, pinned=machine.pinned)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoJavaError("no Java"), 3),
        (UnavailableError("no jar"), 3),
        (WrongArtefactError("other"), 1),
    ],
    ids=["java", "registry", "other"],
)
def test_a_machine_that_cannot_run_the_server_is_told_why_and_by_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(command, "find_java_for_local", fail)
    assert command.main(["--prepare"]) == code
    assert capsys.readouterr().err == f"error: {error}\n"


def test_every_pinned_file_has_a_hash() -> None:
    lines = PINNED.read_text(encoding="utf-8").splitlines()
    digests, names = zip(*(line.split() for line in lines), strict=True)
    assert {len(digest) for digest in digests} == {64}
    assert [*names] == sorted({*names})
    assert "DynamoDBLocal-3.3.1.jar" in names
