"""Which Java is taken, and what is said when there is none."""

from pathlib import Path

import pytest

from tests.servers.jdk import NoJavaError, find_java, major_version, version_of


def java(home: Path, version: str, code: int = 0) -> Path:
    """A program that says it is this Java."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\nexit {code}\n")
    program.chmod(0o755)
    return program


def test_the_one_that_java_home_names_goes_before_all_others(tmp_path: Path) -> None:
    chosen = java(tmp_path / "chosen", "22.0.2")
    java(tmp_path / "jvm" / "temurin-25-jdk", "25.0.1")
    on_path = java(tmp_path / "path", "24")
    environ = {"JAVA_HOME": str(tmp_path / "chosen"), "PATH": str(on_path.parent)}
    assert find_java("Trino", 22, environ, tmp_path / "jvm") == chosen


def test_an_old_one_on_the_path_does_not_hide_a_newer_one(tmp_path: Path) -> None:
    old = java(tmp_path / "path", "17.0.15")
    java(tmp_path / "jvm" / "java-21-openjdk", "21.0.7")
    newest = java(tmp_path / "jvm" / "temurin-25-jdk", "25")
    environ = {"PATH": str(old.parent)}
    assert find_java("Trino", 22, environ, tmp_path / "jvm") == newest


def test_a_java_home_that_is_too_old_is_passed_over(tmp_path: Path) -> None:
    java(tmp_path / "old", "1.8.0_442")
    good = java(tmp_path / "jvm" / "jdk-23", "23")
    assert (
        find_java("Trino", 22, {"JAVA_HOME": str(tmp_path / "old"), "PATH": ""}, tmp_path / "jvm")
        == good
    )


def test_without_one_it_is_said_what_to_install_and_what_is_too_old(tmp_path: Path) -> None:
    old = java(tmp_path / "path", "17.0.15")
    java(tmp_path / "jvm" / "jdk-30", "30", code=1)  # does not run
    with pytest.raises(NoJavaError) as caught:
        find_java("Trino", 22, {"PATH": str(old.parent)}, tmp_path / "jvm")
    text = str(caught.value)
    assert "temurin-25-jdk" in text
    assert f"{old} is 17" in text
    assert "Trino needs a Java of 22 or newer" in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "25.0.1" 2025-10-21\nOpenJDK Runtime', 25),
        ('openjdk version "22" 2024-03-19', 22),
        ('openjdk version "26-ea" 2026-03-17', 26),
        ('java version "1.8.0_442"', 8),
        ("No Java runtime present", None),
    ],
)
def test_a_version_is_read_as_it_is_written(text: str, version: int | None) -> None:
    assert major_version(text) == version


def test_what_is_not_there_has_no_version(tmp_path: Path) -> None:
    assert version_of(tmp_path / "java") is None
