"""`python -m tools.package`: makes the zip, checks it, and says `PATH BYTES SHA256`."""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Final

from tools.package import pins
from tools.package.build import build
from tools.package.check import check
from tools.package.target import ROOT, PackageError, Target

DEFAULT_ARCH: Final = "x86_64"


def main(argv: list[str] | None = None) -> int:
    """Do what the arguments ask; 0 when it is done, 1 when it cannot be, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    try:
        target = Target.of_this_python(arguments.arch or configured_arch(arguments.stage))
        if arguments.command == "pin":
            _pin(target, arguments.python)
        elif arguments.command == "check":
            check(arguments.zip, target)
            print(f"{arguments.zip} is fit for Python {target.python} on {target.arch}")
        else:
            _make(target, arguments.to)
    except (PackageError, OSError) as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        return 1
    return 0


def configured_arch(stage: str | None = None) -> str:
    """The `lambda_architecture` that .chalice/config.json asks for, in general or for a stage.

    Raises:
        PackageError: there is no such stage.
    """
    config = json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))
    general = config.get("lambda_architecture", DEFAULT_ARCH)
    if stage is None:
        return str(general)
    stages = config.get("stages", {})
    if stage not in stages:
        known = ", ".join(stages)
        raise PackageError(f"no stage {stage!r} is in .chalice/config.json; there is: {known}")
    return str(stages[stage].get("lambda_architecture", general))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.package", description=__doc__)
    parser.add_argument("--arch", help="x86_64 or arm64; else what .chalice/config.json says")
    parser.add_argument("--stage", help="the stage whose architecture it is, instead")
    parser.add_argument("--to", type=Path, metavar="FILE", help="write a copy there")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    checking = commands.add_parser("check", help="check a zip that is already there")
    checking.add_argument("zip", type=Path)
    pinning = commands.add_parser("pin", help="pin the wheels of what requirements.txt names")
    pinning.add_argument("--python", help="like 3.14; else the one that runs this")
    return parser


def _make(target: Target, copy: Path | None) -> None:
    print(f"Python {target.python} on {target.arch}: making the package", flush=True)
    path = build(target)
    check(path, target)
    if not target.runs_here:
        print(f"not imported: what is built for {target.arch} does not run on this machine")
    if copy is None:
        print(f"{os.path.relpath(path)} {path.stat().st_size} {pins.sha256(path)}")
        return
    _copy(path, copy)
    print("Written: the package alone, as `chalice deploy` uploads it; no template is beside it.")
    print(f"{copy} {copy.stat().st_size} {pins.sha256(copy)}")


def _copy(path: Path, copy: Path) -> None:
    """Copy a file to where it appears whole or not at all."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    partial = copy.with_name(f"{copy.name}.tmp")
    try:
        shutil.copyfile(path, partial)
        partial.replace(copy)
    finally:
        partial.unlink(missing_ok=True)


def _pin(target: Target, python: str | None) -> None:
    wanted = Target(python or target.python, target.arch)
    for name, digest in pins.pin(wanted).items():
        print(f"{wanted} {name} {digest}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
