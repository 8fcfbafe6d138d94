"""What a package is built for, and the one error that building knows."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parent.parent.parent
BUILD: Final = ROOT / "build"
MAX_ZIP_BYTES: Final = 32 * 1024 * 1024
OLDEST_PYTHON: Final = (3, 12)

_MACHINES: Final = {"x86_64": "x86_64", "arm64": "aarch64"}
_ELF_MACHINES: Final = {"x86_64": 62, "arm64": 183}
# The runtimes of Python 3.12 and later are Amazon Linux 2023.
_GLIBC_MINORS: Final = range(17, 35)


class PackageError(Exception):
    """Raised when no package can be made, or one is unfit; its text is for a person."""


@dataclass(frozen=True, slots=True)
class Target:
    """A Lambda runtime.

    Attributes:
        python: like `3.13`.
        arch: `x86_64` or `arm64`, as Lambda and chalice write it.
    """

    python: str
    arch: str

    @classmethod
    def of_this_python(cls, arch: str) -> Self:
        """The runtime that chalice picks: that of the Python which runs it.

        Raises:
            PackageError: there is no usable runtime for this Python.
        """
        version = sys.version_info[:2]
        if version < OLDEST_PYTHON:
            raise PackageError(
                f"Python {version[0]}.{version[1]} cannot make the package: pyarrow has no wheel "
                "for the old system libraries of its Lambda runtime; use Python 3.12 or newer"
            )
        if arch not in _MACHINES:
            raise PackageError(f"ARCH must be one of {', '.join(_MACHINES)}, not {arch!r}")
        return cls(f"{version[0]}.{version[1]}", arch)

    def __str__(self) -> str:
        """As the pins name it."""
        return f"{self.python}-{self.arch}"

    @property
    def tag(self) -> str:
        """The interpreter tag of a wheel: `cp313`."""
        return f"cp{self.python.replace('.', '')}"

    @property
    def machine(self) -> str:
        """The machine's name in wheel and extension file names: `x86_64`, `aarch64`."""
        return _MACHINES[self.arch]

    @property
    def elf_machine(self) -> int:
        """The machine's number in an ELF header."""
        return _ELF_MACHINES[self.arch]

    @property
    def extension_suffix(self) -> str:
        """How the name of an extension module for exactly this Python and machine ends."""
        return f".cpython-{self.tag.removeprefix('cp')}-{self.machine}-linux-gnu.so"

    @property
    def platforms(self) -> list[str]:
        """The platform tags of wheels that run there, for pip."""
        minors = [f"manylinux_2_{minor}_{self.machine}" for minor in reversed(_GLIBC_MINORS)]
        return [*minors, f"manylinux2014_{self.machine}"]

    @property
    def runs_here(self) -> bool:
        """Whether this process's Python can import what is built for the target."""
        return (
            sys.platform == "linux"
            and platform.machine() == self.machine
            and self.python == f"{sys.version_info[0]}.{sys.version_info[1]}"
        )
