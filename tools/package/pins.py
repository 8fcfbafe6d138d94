"""The wheels that go into the package: all of them, by name and sha256, for each target.

pins.json is written by `python -m tools.package pin`; building never takes anything else.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.package.target import ROOT, PackageError, Target

PINS: Final = Path(__file__).parent / "pins.json"
REQUIREMENTS: Final = ROOT / "requirements.txt"
REMEDY: Final = "run `python -m tools.package pin` and commit tools/package/pins.json"

Wheels = dict[str, str]


def pinned_wheels(target: Target) -> Wheels:
    """The target's wheels: file name to sha256.

    Raises:
        PackageError: the target has none, or not those that requirements.txt names.
    """
    pins: dict[str, Wheels] = json.loads(PINS.read_text("utf-8"))
    wheels = pins.get(str(target))
    if wheels is None:
        known = ", ".join(sorted(pins))
        raise PackageError(f"no wheels are pinned for {target} (only for {known}); {REMEDY}")
    have = {requirement(name) for name in wheels}
    for wanted in required(REQUIREMENTS.read_text("utf-8")):
        if wanted not in have:
            raise PackageError(f"requirements.txt has {wanted}, the pins have not; {REMEDY}")
    return wheels


def required(text: str) -> list[str]:
    """What a requirements file names, each as `name==version`.

    Raises:
        PackageError: a line is something else: only an exact version makes the same package twice.
    """
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    for line in lines:
        if line and not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line):
            raise PackageError(f"requirements.txt: {line!r} is not of the form name==version")
    return [line.lower() for line in lines if line]


def requirement(wheel: str) -> str:
    """The `name==version` that a wheel's file name says."""
    name, version = wheel.split("-")[:2]
    return f"{name.lower().replace('_', '-')}=={version}"


def pin(target: Target) -> Wheels:
    """Ask the package index for the target's wheels and write them into the pins.

    Raises:
        PackageError: pip finds no wheel for something that requirements.txt needs.
    """
    with tempfile.TemporaryDirectory() as folder:
        pip_download(target, ["-r", str(REQUIREMENTS)], Path(folder))
        wheels = {path.name: sha256(path) for path in sorted(Path(folder).glob("*.whl"))}
    pins: dict[str, Wheels] = json.loads(PINS.read_text("utf-8")) if PINS.exists() else {}
    pins[str(target)] = wheels
    PINS.write_text(json.dumps(pins, indent=2, sort_keys=True) + "\n", "utf-8")
    return wheels


def pip_download(target: Target, arguments: list[str], folder: Path) -> None:
    """Download wheels that run on the target into a folder.

    Raises:
        PackageError: pip does not get them; the text ends with what pip said.
    """
    platforms = [word for tag in target.platforms for word in ("--platform", tag)]
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input"),
        *("--disable-pip-version-check", "--only-binary=:all:", "--implementation", "cp"),
        *("--python-version", target.python, "--abi", target.tag, *platforms),
        *("--dest", str(folder), *arguments),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise PackageError(f"pip download failed: {' '.join(said) or done.stderr.strip()}")


def sha256(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
