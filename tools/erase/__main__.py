"""`python -m tools.erase find` and `list`: a player's data in a lake (docs/erasing.md)."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.main import guarded
from tools.erase.find import Found, find, in_order, obstacles
from tools.erase.patterns import needles
from tools.erase.versions import Lake, Version, open_lake

A_REQUEST: Final = 1000
"""S3 deletes this many versions in one request at most."""


def main(argv: Sequence[str] | None = None) -> int:
    """Find a player's data; 0 when there is none, or when the lists are written; else 1."""
    parser = argparse.ArgumentParser(prog="python -m tools.erase", description=__doc__)
    parser.add_argument("what", choices=("find", "list"))
    parser.add_argument("--id", type=_id, required=True, help="the player's id")
    parser.add_argument(
        "--name", type=_name, action="append", default=[], help="a name that they had"
    )
    parser.add_argument("--kingdom", type=int, action="append", default=[], help="only this one")
    parser.add_argument("--keep", action="append", default=[], help="a key where it is another")
    parser.add_argument("--also", action="append", default=[], help="a key where it is seen")
    parser.add_argument("--to", type=Path, default=Path("erase"), help="the folder for the lists")
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 2
    return guarded(lambda: _run(arguments))


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}")
    return int(text)


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be blank")
    return text.strip()


def _run(arguments: argparse.Namespace) -> int:
    lake = open_lake(config.load().lake_uri)
    wanted = needles(arguments.id, arguments.name)
    found = find(lake, wanted, arguments.kingdom, arguments.keep, arguments.also)
    for version in found.damaged:
        terminal.complain(f"{version.key} cannot be unpacked whole: look at it")
    return _show(found) if arguments.what == "find" else _list(lake, found, arguments.to)


def _show(found: Found) -> int:
    for version, why in found.hits:
        state = "marker" if version.is_marker else "current" if version.is_current else "old"
        terminal.say(f"{state:<7}  {version.key}  {version.version_id}  {', '.join(sorted(why))}")
    if found.hits or found.damaged:
        return 1
    terminal.say("Nothing is found.")
    return 0


def _list(lake: Lake, found: Found, folder: Path) -> int:
    waiting = [*obstacles(lake.store, found)]
    for sentence in waiting:
        terminal.say(sentence)
    if waiting:
        terminal.complain("no list is written: the above comes first")
        return 1
    if not found.hits:
        terminal.say("Nothing is found.")
        return 0
    folder.mkdir(parents=True)
    for number, (name, text) in enumerate(_parts(lake, found), 1):
        file = folder / f"{number:04}-{name}"
        file.write_bytes(text)
        terminal.say(str(file))
    return 0


def _parts(lake: Lake, found: Found) -> Iterator[tuple[str, bytes]]:
    """The names and the bytes of the lists, in their order."""
    for top, versions in in_order(found).items():
        if lake.has_versions:
            for first in range(0, len(versions), A_REQUEST):
                yield f"{top}.json", _request(versions[first : first + A_REQUEST])
        else:
            yield f"{top}.paths", b"".join(f"{one.name}\0".encode() for one in versions)


def _request(versions: Sequence[Version]) -> bytes:
    """The body of a request to delete (https://docs.aws.amazon.com/cli/latest/reference/s3api)."""
    objects = [{"Key": one.name, "VersionId": one.version_id} for one in versions]
    return json.dumps({"Objects": objects, "Quiet": True}, indent=1).encode()


if __name__ == "__main__":
    sys.exit(main())
