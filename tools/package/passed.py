"""Remembers which zip has passed the check: a deployment asks twice, and again the next day."""

import hashlib
import sys
from pathlib import Path

from tools.package import pins
from tools.package.check import check
from tools.package.target import Target


def check_once(path: Path, target: Target) -> None:
    """See that a zip is fit to be deployed, unless these very bytes have passed before.

    The answer depends on the zip, this Python and the check itself: a change of any asks again.

    Raises:
        PackageError: it is not fit, see `check`.
    """
    stamp = path.with_name(f"{path.name}.passed")
    key = _key(path, target)
    if not (stamp.is_file() and stamp.read_text("utf-8") == key):
        check(path, target)
        stamp.write_text(key, "utf-8")


def _key(path: Path, target: Target) -> str:
    parts = [str(target), sys.version, pins.sha256(path)]
    parts += [pins.sha256(source) for source in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
