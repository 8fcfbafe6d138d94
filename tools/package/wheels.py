"""The pinned wheels on this machine: downloaded once, hashed each time."""

import tempfile
from pathlib import Path
from typing import Final

from tools.package import pins
from tools.package.target import BUILD, PackageError, Target

FOLDER: Final = BUILD / "wheels"


def wheels(target: Target) -> list[Path]:
    """The target's wheels, each with the hash that is pinned; the network is asked for new ones.

    Raises:
        PackageError: there are no pins for the target, or the index has not what is pinned.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    pinned = pins.pinned_wheels(target)
    missing = {name: digest for name, digest in pinned.items() if not _is_whole(name, digest)}
    if missing:
        _download(target, missing)
    for name, digest in missing.items():
        if not _is_whole(name, digest):
            raise PackageError(f"the package index has no {name} with the pinned hash")
    return [FOLDER / name for name in sorted(pinned)]


def _is_whole(name: str, digest: str) -> bool:
    path = FOLDER / name
    return path.is_file() and pins.sha256(path) == digest


def _download(target: Target, missing: pins.Wheels) -> None:
    lines = [f"{pins.requirement(name)} --hash=sha256:{missing[name]}\n" for name in missing]
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        locked = Path(scratch) / "locked.txt"
        locked.write_text("".join(lines), "utf-8")
        arguments = ["--no-deps", "--require-hashes", "-r", str(locked)]
        pins.pip_download(target, arguments, Path(scratch))
        for path in Path(scratch).glob("*.whl"):
            path.replace(FOLDER / path.name)
