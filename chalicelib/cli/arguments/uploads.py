"""The arguments of the commands about files and uploads."""

from pathlib import Path

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.cli.arguments.shared import (
    Commands,
    Parser,
    add,
    add_date,
    add_kingdom,
    add_number,
    add_timeout,
)

DEFAULT_UPLOADS = 20


def add_check(commands: "Commands[Parser]") -> None:
    """Add `check`."""
    parser = add(
        commands,
        "check",
        "the report that an upload of FILE would get; nothing is put into the lake",
        "print the report as JSON",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a scan file")
    add_kingdom(parser, required=False)
    parser.add_argument(
        "--repair",
        metavar="OUT",
        type=Path,
        help="where rows that are repeated are all that is wrong, write FILE without them to OUT",
    )


def add_split(commands: "Commands[Parser]") -> None:
    """Add `split`."""
    parser = add(
        commands,
        "split",
        "make one scan a date out of FILE, which holds several",
        "print one JSON object with the files and their reports",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a file with scans of several days")
    parser.add_argument(
        "--by", metavar="COLUMN", required=True, help="the column with the date of each row"
    )
    parser.add_argument(
        "--to",
        metavar="DIR",
        type=Path,
        required=True,
        help="the folder for the files; each gets a folder dt=YYYY-MM-DD of its own in it",
    )
    add_kingdom(parser, required=False)


def add_upload(commands: "Commands[Parser]") -> None:
    """Add `upload`."""
    parser = add(
        commands,
        "upload",
        "put FILE into the inbox, wait until it is ingested, show the report",
        "print the report as JSON",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a scan file; its name is kept")
    add_kingdom(parser, required=True)
    add_date(parser)
    add_timeout(parser)


def add_uploads(commands: "Commands[Parser]") -> None:
    """Add `uploads`."""
    parser = add(
        commands,
        "uploads",
        "what became of the newest uploads, newest first",
        "print one JSON object for each upload",
    )
    add_kingdom(parser, required=False)
    parser.add_argument("--refused", action="store_true", help="only those that were refused")
    add_number(parser, "--limit", BOARD_SIZE, DEFAULT_UPLOADS, "how many uploads")


def add_withdraw(commands: "Commands[Parser]") -> None:
    """Add `withdraw`."""
    parser = add(
        commands,
        "withdraw",
        "take back what was uploaded for a kingdom and date; a later upload counts again",
        "print the report as JSON",
    )
    add_kingdom(parser, required=True)
    add_date(parser)
    add_timeout(parser)
