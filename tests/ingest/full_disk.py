"""A lake on a disk that fills up; run as a process that may mount a small disk of its own.

`unshare --map-root-user --mount python -m tests.ingest.full_disk FOLDER` mounts it in FOLDER, which
nobody else sees and which ends with the process. It prints what was seen as JSON.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from chalicelib import config
from chalicelib.cli.main import main
from chalicelib.ingest.verify import verify
from chalicelib.lake.directory.store import DirectoryStore

KEY: Final = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
OTHER: Final = KEY.replace("players.csv", "other.csv")
PAGE: Final = 4096
DISK: Final = 400 * PAGE
# Each step of the ingestion that needs a page fails for one of these.
FREE_PAGES: Final = (0, 1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40)


def scan() -> bytes:
    """A scan of some pages."""
    rows = (f"{number},Name {number},{number * 1000}" for number in range(1, 700))
    return "\n".join(["ID,Name,Power", *rows, ""]).encode()


def command(*arguments: str) -> tuple[int, str, str]:
    """Run the command line here."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()


def mount(folder: Path) -> None:
    """Mount a small disk."""
    size = ["-o", f"size={DISK}"]
    subprocess.run(["mount", "-t", "tmpfs", *size, "none", str(folder)], check=True)


def fill(folder: Path, free_pages: int) -> Path:
    """A file that leaves only so many pages."""
    path = folder / "ballast"
    left = os.statvfs(folder).f_bavail - free_pages
    path.write_bytes(b"x" * (left * PAGE))
    return path


def sweep_with(folder: Path, free_pages: int) -> dict[str, object]:
    """Sweep a lake with so many pages left, and again with room; what was seen."""
    os.environ["LAKE_URI"] = f"file:{folder}"
    store = DirectoryStore(str(folder))
    store.create(KEY, scan())
    store.create(OTHER, b"ID,Name,Power\n1,Ana,1000\n")
    ballast = fill(folder, free_pages)
    code, out, err = command("sweep")
    temporary = [path.name for path in folder.iterdir() if path.name.startswith(".rok-tmp-")]
    ballast.unlink()
    later = command("sweep")
    return {
        "free_pages": free_pages,
        "code": code,
        "out": out,
        "err": err,
        "temporary": temporary,
        "later": [later[0], later[2]],
        "problems": [one.problems for one in verify(store, config.load()) if one.problems],
        "reports": len(list(store.list_objects("reports/"))),
    }


def check_with_full_temporary_folder(folder: Path) -> list[object]:
    """Check a file that does not fit into a full folder of temporary files."""
    path = folder.with_name("large.csv")
    path.write_bytes(scan() * 400)
    os.environ["TMPDIR"] = str(folder)
    (folder / "ballast").write_bytes(b"x" * (DISK - 2 * PAGE))
    return [*command("check", str(path))]


def run(folder: Path) -> None:
    """Try all, each on a disk of its own."""
    swept = []
    for number, pages in enumerate(FREE_PAGES):
        disk = folder / f"{number}"
        disk.mkdir()
        mount(disk)
        swept.append(sweep_with(disk, pages))
    disk = folder / "temporary"
    disk.mkdir()
    mount(disk)
    print(json.dumps({"sweeps": swept, "check": check_with_full_temporary_folder(disk)}))


if __name__ == "__main__":
    run(Path(sys.argv[1]))
