"""Opens a finished zip and says what is wrong with it, whoever made it.

Chalice goes on when a dependency is missing; here nothing is deployed that has not passed this.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from tools.package import bare, bytecode, elf, slim, zips
from tools.package.target import MAX_ZIP_BYTES, PackageError, Target

# Of Lambda: its limit for a function with its layers, unpacked.
MAX_UNPACKED_BYTES: Final = 250 * 1024 * 1024
NEEDED_FILES: Final = (
    *("app.py", "chalice/app.py", "chalice/__init__.py", "chalicelib/__init__.py"),
    *("chalicelib/web/index.html", "chalicelib/web/static/*.css"),
    *("chalicelib/players/schema.json", "jsonschema/__init__.py", "rpds/__init__.py"),
)
# What a package may have at its top, besides metadata. A new dependency is added here by hand.
KNOWN_AT_TOP: Final = (
    *("app.py", "__pycache__", "chalice", "chalicelib", "pyarrow", "jsonschema", "attr", "attrs"),
    *("jsonschema_specifications", "referencing", "rpds", "typing_extensions.py"),
)
MAX_ALIKE: Final = 3
KNOWN_METADATA: Final = re.compile(
    r"(attrs|jsonschema|jsonschema_specifications|pyarrow|referencing|rpds_py|typing_extensions)"
    r"-[\w.]+\.dist-info"
)
# Lambda's system has these.
SYSTEM_LIBRARIES: Final = (
    *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libstdc++.so.6"),
    *("libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"),
)
UNWANTED: Final = ("*/tests/*", "*/benchmarks/*", "*/conftest.py", "*/test_*.py")
LOCAL: Final = ("*.env", "*.pem", "*.key", "*/config.json", "*/credentials", "*.toml", "*.ini")
SECRETS: Final = {
    "an AWS access key": re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "an AWS secret key": re.compile(
        rb"(?i)secret_?(?:access_?)?key[\"']?\s*[=:]\s*[\"']?[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+])"
    ),
    "a GitHub token": re.compile(rb"\b(?:gh[opsur]_|github_pat_)[0-9A-Za-z_]{36}"),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def check(path: Path, target: Target) -> None:
    """See that a zip is fit to be deployed.

    Args:
        path: the zip.
        target: what it is to run on. Imports are tried when that is this Python on this machine.

    Raises:
        PackageError: it is not fit; the text has a line for each thing that is wrong.
    """
    problems = list(_problems(path, target))
    if problems:
        raise PackageError("\n".join(f"{path.name}: {problem}" for problem in problems))


def _problems(path: Path, target: Target) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            files = {name: archive.read(name) for name in names}
    except (OSError, zipfile.BadZipFile) as error:
        yield f"cannot be read: {error}"
        return
    if len(files) < len(names):
        yield "has two files of one name"
    seen = [
        *_sizes(path.stat().st_size, files),
        *_missing(files),
        *_strange(files),
        *_secrets(files),
        *_libraries(files, target),
        *_byte_code(files),
    ]
    yield from seen
    if target.runs_here and not seen:
        yield from _imports(path)


def _sizes(packed: int, files: zips.Files) -> Iterator[str]:
    if packed > MAX_ZIP_BYTES:
        yield f"has {packed} bytes; at most {MAX_ZIP_BYTES} are allowed"
    unpacked = sum(map(len, files.values()))
    if unpacked > MAX_UNPACKED_BYTES:
        yield f"has {unpacked} bytes unpacked; Lambda takes at most {MAX_UNPACKED_BYTES}"


def _missing(files: zips.Files) -> Iterator[str]:
    for pattern in (*NEEDED_FILES, *slim.KEPT):
        if not any(fnmatchcase(name, pattern) for name in files):
            yield f"lacks {pattern}"


def _strange(files: zips.Files) -> Iterator[str]:
    top = {PurePosixPath(name).parts[0] for name in files}
    for part in sorted(top.difference(KNOWN_AT_TOP)):
        if not KNOWN_METADATA.fullmatch(part):
            yield f"has {part}, which does not belong into it"
    for name in sorted(files):
        hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
        if hidden or ".." in PurePosixPath(name).parts or name.startswith("/"):
            yield f"has the file {name}: hidden, or outside its folder"
        elif any(fnmatchcase(name, pattern) for pattern in UNWANTED):
            yield f"has the file {name}, which is for tests"
        elif any(fnmatchcase(name, pattern) for pattern in LOCAL):
            yield f"has the file {name}, which looks like local configuration"


def _secrets(files: zips.Files) -> Iterator[str]:
    for name, data in sorted(files.items()):
        # Libraries have such words in them as constants.
        if not _is_library(name):
            for what, pattern in SECRETS.items():
                if pattern.search(data):
                    yield f"has {what} in {name}"


def _libraries(files: zips.Files, target: Target) -> Iterator[str]:
    foreign: list[str] = []
    for name in sorted(filter(_is_library, files)):
        try:
            library = elf.read(files[name])
        except elf.ElfError as error:
            yield f"{name}: {error}"
            continue
        other_python = ".cpython-" in name and not name.endswith(target.extension_suffix)
        if other_python or library.machine != target.elf_machine:
            foreign.append(name)
        folder = str(PurePosixPath(name).parent)
        for needed in library.needed:
            if needed not in SYSTEM_LIBRARIES and f"{folder}/{needed}" not in files:
                yield f"{name} needs {needed}, which is not there"
    if foreign:
        more = f" and {len(foreign) - 1} more are" if len(foreign) > 1 else " is"
        yield f"{foreign[0]}{more} not for Python {target.python} on {target.arch}"


def _byte_code(files: zips.Files) -> Iterator[str]:
    found = list(bytecode.faults(files))
    yield from found[:MAX_ALIKE]
    if len(found) > MAX_ALIKE:
        yield f"has {len(found) - MAX_ALIKE} more faults of byte code"


def _imports(path: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        problem = bare.import_all(Path(folder))
    if problem:
        yield f"does not import in a bare Python: {problem}"


def _is_library(name: str) -> bool:
    return ".so" in PurePosixPath(name).suffixes
