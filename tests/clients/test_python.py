"""A Python client, made by openapi-python-client: strict types, and what it is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.site import Site
from tests.clients import steps
from tests.clients.gateway import Gateway

DRIVER = Path(__file__).parent / "python" / "drive.py"
CONFIG = DRIVER.parent / "generator.yaml"
BIN = Path(sys.executable).parent
PACKAGE = "leaderboards_client"


def run(command: list[str | Path], folder: Path) -> str:
    """What a process says, that finds the client in a folder."""
    environ = {**os.environ, "PYTHONPATH": str(folder), "MYPYPATH": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def generated(document: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the generated package."""
    folder = tmp_path_factory.mktemp("python")
    made: list[str | Path] = [
        BIN / "openapi-python-client",
        "generate",
        "--path",
        document,
        "--meta",
        "none",
    ]
    made += ["--config", CONFIG, "--output-path", folder / PACKAGE, "--fail-on-warning"]
    assert "Warning" not in run(made, folder)
    return folder


def test_the_client_and_whoever_drives_it_are_clean_to_a_strict_mypy(generated: Path) -> None:
    strict: list[str | Path] = [sys.executable, "-m", "mypy", "--strict", "--config-file="]
    strict += ["--cache-dir", generated / "cache"]
    run([*strict, "-p", PACKAGE], generated)
    run([*strict, DRIVER], generated)


@pytest.mark.parametrize("step", [*steps.STEPS, "around"])
def test_the_client_does_what_the_document_says(
    step: str, generated: Path, gateway: Gateway, running: Site
) -> None:
    steps.arrange(step, gateway)
    told = json.loads(run([sys.executable, DRIVER, gateway.url, step], generated))
    steps.check(step, told, running)
