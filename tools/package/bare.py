"""Imports an unpacked package where there is nothing else to import: no site-packages, no boto3."""

import subprocess
import sys
from pathlib import Path
from typing import Final

SECONDS: Final = 120

# boto3 comes with the runtime: it may be missed by name, by nothing else. `cli` is for people.
_IMPORT_ALL: Final = """
import glob, importlib, marshal, os, pkgutil, sys
root = os.getcwd()
for path in glob.iglob("**/*.pyc", recursive=True):
    with open(path, "rb") as file:
        try:
            marshal.loads(file.read()[16:])
        except (EOFError, ValueError, TypeError) as error:
            sys.exit(f"{path} is damaged: {error}")
sys.path.insert(0, root)
import app, chalicelib, jsonschema, pyarrow
names = [f"pyarrow.{n}" for n in ("csv", "json", "parquet", "compute", "acero", "dataset")]
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    if not module.name.startswith(("chalicelib.cli", "chalicelib.__main__")):
        names.append(module.name)
for name in names:
    importlib.import_module(name)
library = os.path.dirname(os.__file__)
strangers = {
    name
    for name, module in sys.modules.items()
    if getattr(module, "__file__", None)
    and not module.__file__.startswith((root + os.sep, library + os.sep))
}
if strangers:
    sys.exit(f"imported from elsewhere: {sorted(strangers)}")
"""


def import_all(folder: Path) -> str | None:
    """Import the app, all its modules and the parts of pyarrow that it may use.

    Args:
        folder: the unpacked package.

    Returns:
        What went wrong, in one line; None when nothing did.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", _IMPORT_ALL],
            cwd=folder,
            env={"LAKE_URI": "s3://bucket", "QUERY_ENGINE": "boards"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {SECONDS} s"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"exit code {done.returncode}"
