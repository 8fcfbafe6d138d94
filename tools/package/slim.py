"""Cuts wheels down to what the functions use (docs/package.md says why each part goes).

Every file of a pyarrow wheel is known: kept or dropped. So a new pyarrow with something new in it
stops the build, and a person decides.
"""

import zipfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from tools.package import elf, zips
from tools.package.target import PackageError

KEPT: Final = (
    *(f"pyarrow/{name}.cpython-*.so" for name in ("lib", "_compute", "_csv", "_json", "_fs")),
    *(f"pyarrow/{name}.cpython-*.so" for name in ("_parquet", "_acero", "_dataset")),
    "pyarrow/_dataset_parquet.cpython-*.so",
    # Each of these is named by lib.so or by another of them: none can go.
    *(f"pyarrow/libarrow{part}.so.????" for part in ("", "_acero", "_compute", "_dataset")),
    *(f"pyarrow/libarrow{part}.so.????" for part in ("_python", "_substrait")),
    "pyarrow/libparquet.so.????",
    *(f"pyarrow/{name}.py" for name in ("__init__", "_compute_docstrings", "_generated_version")),
    *(f"pyarrow/{name}.py" for name in ("acero", "cffi", "compute", "csv", "dataset", "fs", "ipc")),
    *(f"pyarrow/{name}.py" for name in ("json", "pandas_compat", "types", "util")),
    "pyarrow/interchange/*.py",
    "pyarrow/parquet/__init__.py",
    "pyarrow/parquet/core.py",
    "pyarrow/vendored/*.py",
    "*.dist-info/METADATA",
    "*.dist-info/WHEEL",
    "*.dist-info/licenses/*.txt",
)
DROPPED: Final = (
    *("*.pxd", "*.pxi", "*.pyx", "pyarrow/include/*", "pyarrow/src/*", "pyarrow/tests/*"),
    *("pyarrow/benchmark.py", "pyarrow/conftest.py", "pyarrow/_pyarrow_cpp_tests.cpython-*.so"),
    # Copies of one library under further names: only the SONAME is ever loaded.
    "pyarrow/libarrow_python.so",
    "pyarrow/libarrow_python.so.*.*.*",
    # Remote file systems, RPC and formats that nothing here uses.
    *("pyarrow/_s3fs.cpython-*.so", "pyarrow/libarrow_s3.so.*", "pyarrow/_azurefs.cpython-*.so"),
    *("pyarrow/_gcsfs.cpython-*.so", "pyarrow/_hdfs.cpython-*.so"),
    *("pyarrow/_flight.cpython-*.so", "pyarrow/flight.py", "pyarrow/libarrow_flight.so.*"),
    "pyarrow/libarrow_python_flight.so*",
    *("pyarrow/_orc.cpython-*.so", "pyarrow/_dataset_orc.cpython-*.so", "pyarrow/orc.py"),
    *("pyarrow/_feather.cpython-*.so", "pyarrow/feather.py"),
    *("pyarrow/_substrait.cpython-*.so", "pyarrow/substrait.py"),
    *("pyarrow/_parquet_encryption.cpython-*.so", "pyarrow/parquet/encryption.py"),
    "pyarrow/_dataset_parquet_encryption.cpython-*.so",
    "pyarrow/libarrow_python_parquet_encryption.so*",
    *("pyarrow/cuda.py", "pyarrow/jvm.py"),
    "*.dist-info/RECORD",
)
# Of the other wheels, which are small, only what is plainly not for running goes.
_IDLE: Final = ("*/tests/*", "*/benchmarks/*", "*.pyi", "*.dist-info/RECORD")


def contents(wheel: Path) -> zips.Files:
    """What of a wheel goes into the package.

    Raises:
        PackageError: it is a pyarrow wheel with a file that is not known, or without one that is.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if not wheel.name.startswith("pyarrow-"):
            return {n: archive.read(n) for n in names if not _matches(n, _IDLE)}
        return {name: _stripped(name, archive.read(name)) for name in _kept(names)}


def _kept(names: list[str]) -> list[str]:
    kept = [name for name in names if not _matches(name, DROPPED)]
    for name in kept:
        if not _matches(name, KEPT):
            raise PackageError(
                f"the pyarrow wheel has a file that is not known: {name}; "
                "add it to KEPT or DROPPED in tools/package/slim.py"
            )
    for pattern in KEPT:
        if not any(fnmatchcase(name, pattern) for name in kept):
            raise PackageError(
                f"the pyarrow wheel has no {pattern}, which KEPT in tools/package/slim.py expects"
            )
    return kept


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _stripped(name: str, data: bytes) -> bytes:
    return elf.strip(data) if ".so" in Path(name).suffixes else data
