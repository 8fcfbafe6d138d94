"""What a person has who types chalice's commands: a clone, and a chalice of their own.

Made without a network: the clone's `.venv` and the person's environment are links to what is
installed here. In the person's environment there is chalice and what it needs, and no more.
"""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

_NEEDED_TO_INSTALL: Final = ("setuptools", "wheel")


def make_own_chalice(folder: Path) -> list[str]:
    """An environment with chalice alone; the command that runs chalice in it."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    said = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    packages = Path(said.stdout.strip())
    for name in _with_what_it_needs("chalice", set()):
        for top in {path.parts[0] for path in distribution(name).files or ()}:
            if top not in ("..", "__pycache__") and not (packages / top).exists():
                (packages / top).symlink_to(Path(sysconfig.get_path("purelib")) / top)
    script = folder / "bin" / "chalice"
    script.write_text(f"#!{python}\nimport sys\nfrom chalice.cli import main\nsys.exit(main())\n")
    script.chmod(0o755)
    return [str(script)]


def _with_what_it_needs(name: str, known: set[str]) -> Iterator[str]:
    if name in known or name in _NEEDED_TO_INSTALL:
        return
    known.add(name)
    yield name
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            yield from _with_what_it_needs(needed.name, known)


def link_venv(clone: Path) -> None:
    """Give a clone with requirements files the `.venv` that `make` would, with what is here."""
    venv = clone / ".venv"
    venv.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != "made-of.json":
            (venv / path.name).symlink_to(path)
    ask = "import json, sys; sys.path.insert(0, 'tools'); import make_venv as m;"
    said = subprocess.run(
        [venv / "bin" / "python", "-I", "-c", f"{ask} print(json.dumps(m.wanted()))"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=True,
    )
    (venv / "made-of.json").write_text(json.dumps(json.loads(said.stdout)), "utf-8")
