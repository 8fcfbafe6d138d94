"""Makes the zip, and makes it again only when something that goes into it has changed."""

import fcntl
import hashlib
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.package import bytecode, pins, slim, zips
from tools.package.target import BUILD, ROOT, PackageError, Target
from tools.package.wheels import wheels

FOLDER: Final = BUILD / "package"
NAME: Final = "leaderboard-api"


def build(target: Target, project: Path = ROOT) -> Path:
    """Make the target's package, or find it made, and return the zip's path; it is not checked.

    Args:
        target: the runtime it is for.
        project: the folder that has app.py and chalicelib.

    Raises:
        PackageError: it cannot be made; the text says why.
    """
    path = FOLDER / f"{NAME}-python{target.python}-{target.arch}.zip"
    app = app_files(project)
    key = _key(target, app)
    with _alone(target):
        if zips.comment(path) != key:
            _write(path, app, key, onto=_libraries(target))
    return path


def libraries(target: Target) -> Path:
    """Where the part of the target's package is that does not change with the app."""
    return FOLDER / f"libraries-python{target.python}-{target.arch}.zip"


def app_files(project: Path) -> zips.Files:
    """The app's own files and chalice's runtime: those that chalice itself would take.

    Left out are byte code and hidden files, which are of this machine.
    """
    from chalice.deploy.packager import (  # noqa: PLC0415 - slow, and not for --help
        DependencyBuilder,
        LambdaDeploymentPackager,
    )
    from chalice.utils import UI, OSUtils  # noqa: PLC0415

    packager = LambdaDeploymentPackager(OSUtils(), DependencyBuilder(OSUtils()), UI())
    return {
        name: Path(path).read_bytes()
        for path, name in packager._iter_app_filenames(str(project))
        if not any(part == "__pycache__" or part.startswith(".") for part in Path(name).parts)
    }


def _libraries(target: Target) -> Path:
    """Make the zip of the target's wheels, which takes nearly all of the time, or find it made."""
    path = libraries(target)
    key = _key(target, {})
    if zips.comment(path) != key:
        files: zips.Files = {}
        for wheel in wheels(target):
            part = slim.contents(wheel)
            _refuse_twice(part, files)
            files |= part
        _write(path, files, key)
    return path


def _write(path: Path, files: zips.Files, key: str, onto: Path | None = None) -> None:
    if onto is not None:
        _refuse_twice(files, zips.names(onto))
    zips.write(path, files | bytecode.compiled(files), key, onto)


def _refuse_twice(files: zips.Files, others: Iterable[str]) -> None:
    for name in sorted(files.keys() & set(others)):
        raise PackageError(f"two parts of the package have the file {name}")


def _key(target: Target, app: zips.Files) -> str:
    """A name for all that the zip's bytes depend on."""
    digest = hashlib.sha256()
    for name in sorted(app):
        digest.update(f"{name} {zips.sha256(app[name])}\n".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(f"{source.name} {pins.sha256(source)}\n".encode())
    for name, wheel_hash in sorted(pins.pinned_wheels(target).items()):
        digest.update(f"{name} {wheel_hash}\n".encode())
    digest.update(f"{sys.version}\n{zlib.ZLIB_RUNTIME_VERSION}\n".encode())
    return f"{NAME} {target} {digest.hexdigest()}"


@contextmanager
def _alone(target: Target) -> Iterator[None]:
    """Wait until no other process on this machine builds for the target."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{target}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
