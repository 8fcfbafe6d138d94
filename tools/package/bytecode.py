"""Byte code to ship: it is loaded without looking at the source's date, and is reproducible."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import Final

from tools.package.target import PackageError
from tools.package.zips import Files

# PEP 552: bit 0 says that a hash follows, bit 1 that import compares it, which it need not here.
_UNCHECKED_HASH: Final = (1).to_bytes(4, "little")

# A fresh interpreter with nothing else in it: what byte code is like to the last byte depends on
# which strings the compiling process shares. The name in it is relative; import sets the real one.
_COMPILE: Final = """
import json, py_compile, sys
for name in json.load(sys.stdin):
    py_compile.compile(
        name, name + "c", name, doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
"""


def compiled(files: Files) -> Files:
    """The byte code of all Python sources among the files, under the names that import expects.

    Raises:
        PackageError: a source does not compile.
    """
    sources = sorted(name for name in files if name.endswith(".py"))
    with tempfile.TemporaryDirectory() as folder:
        for name in sources:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-W", "ignore", "-c", _COMPILE],
            cwd=folder,
            env={"PYTHONHASHSEED": "0"},
            input=json.dumps(sources),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PackageError(f"a source does not compile: {done.stderr.strip().splitlines()[-1]}")
        return {cache_from_source(name): Path(folder, f"{name}c").read_bytes() for name in sources}


def faults(files: Files) -> Iterator[str]:
    """What is wrong with the byte code of the Python sources among the files, a sentence each.

    Python would run whatever it finds there, however old: nothing looks at an unchecked hash again.
    """
    for name in sorted(name for name in files if name.endswith(".py")):
        found = files.get(cache_from_source(name))
        if found is None:
            yield f"lacks the byte code of {name}"
        elif found[:16] != MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(files[name]):
            yield f"has byte code of {name} that was made of another source or by another Python"
