"""`python -m tools.package.imports`: how long imports from the package take, as a table.

Each run is a fresh interpreter with nothing but the package on its path. The cases take turns, so
that what else the machine does falls on all of them alike.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from tools.package.__main__ import configured_arch
from tools.package.build import build
from tools.package.target import PackageError, Target

RUNS: Final = 21
CASES: Final = {
    "`import app`, as it is: lazy": "app",
    "`app`, and what ingestion needs (pyarrow, jsonschema)": "app, chalicelib.ingest.pipeline",
    "`app`, and all that is lazy": (
        "app, chalicelib.ingest.pipeline, chalicelib.ingest.sweep, chalicelib.engines.arrow, "
        "jsonschema, pyarrow.dataset, pyarrow.acero"
    ),
}
_MEASURE: Final = """
import sys, time
sys.path.insert(0, sys.argv[1])
start = time.perf_counter()
import {modules}
print(time.perf_counter() - start)
"""


def main() -> int:
    """Measure and print; 1 when there is no package that runs here."""
    try:
        target = Target.of_this_python(configured_arch())
        if not target.runs_here:
            raise PackageError(f"a package for {target.arch} does not run on this machine")
        package = build(target)
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        for name, ratio in _table(package, Path(folder)):
            print(f"| {name} | {ratio} |")
    return 0


def _table(package: Path, folder: Path) -> list[tuple[str, str]]:
    trees = {"with byte code": folder / "with", "without": folder / "without"}
    for tree in trees.values():
        with zipfile.ZipFile(package) as archive:
            archive.extractall(tree)
    for cache in list(trees["without"].rglob("__pycache__")):
        shutil.rmtree(cache)
    seconds: dict[tuple[str, str], list[float]] = {}
    for run in range(RUNS + 1):
        for case, modules in CASES.items():
            for name, tree in trees.items():
                taken = _seconds(tree, modules)
                if run:  # the first only warms the disk cache
                    seconds.setdefault((case, name), []).append(taken)
    rows = [("median of " + str(RUNS), " | ".join(trees))]
    for case in CASES:
        cells = [f"{statistics.median(seconds[case, name]) * 1000:.0f} ms" for name in trees]
        rows.append((case, " | ".join(cells)))
    return rows


def _seconds(tree: Path, modules: str) -> float:
    code = _MEASURE.format(modules=modules)
    command = [sys.executable, "-I", "-S", "-B", "-c", code, str(tree)]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
