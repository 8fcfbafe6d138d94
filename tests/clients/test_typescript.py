"""A TypeScript client: types by openapi-typescript, requests by openapi-fetch, in strict mode."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.site import Site
from tests.clients import node, steps
from tests.clients.gateway import Gateway


def run(command: list[str | Path], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def client(document: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str | Path]:
    """The command that drives the compiled client."""
    program, packages = node.required()
    folder = tmp_path_factory.mktemp("typescript")
    for name in ("package.json", "tsconfig.json", "drive.ts"):
        shutil.copy(node.TYPESCRIPT / name, folder)
    modules = packages / "node_modules"
    (folder / "node_modules").symlink_to(modules)
    generate = modules / "openapi-typescript" / "bin" / "cli.js"
    run([program, generate, document, "-o", folder / "schema.d.ts"], folder)
    run([program, modules / "typescript" / "bin" / "tsc", "-p", "."], folder)
    return [program, folder / "out" / "drive.js"]


@pytest.mark.parametrize("step", steps.STEPS)
def test_the_client_does_what_the_document_says(
    step: str, client: list[str | Path], gateway: Gateway, running: Site, tmp_path: Path
) -> None:
    steps.arrange(step, gateway)
    told = json.loads(run([*client, gateway.url, step], tmp_path))
    steps.check(step, told, running)


def test_the_lock_file_names_no_host_and_proves_every_package() -> None:
    lock = json.loads((node.TYPESCRIPT / "package-lock.json").read_text("utf-8"))
    found = {name: package for name, package in lock["packages"].items() if name}
    assert len(found) > 20
    for name, package in found.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
