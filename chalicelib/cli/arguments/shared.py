"""The parser's class, and the arguments that several commands have."""

import argparse
from functools import partial
from typing import NoReturn

from chalicelib.cli.arguments.kinds import kingdom, snapshot_date, whole_number
from chalicelib.cli.text import safe

PROG = "python -m chalicelib"
DEFAULT_TIMEOUT = 300
MAX_TIMEOUT = 86_400


class Parser(argparse.ArgumentParser):
    """A parser that reports errors in one line."""

    def error(self, message: str) -> NoReturn:
        """See `argparse.ArgumentParser.error`."""
        self.exit(2, safe(f"error: {message} (see {self.prog} --help)") + "\n")


Commands = argparse._SubParsersAction  # argparse has no public name for it


def add(commands: "Commands[Parser]", name: str, what: str, json_help: str) -> Parser:
    """Add a command.

    Args:
        commands: what it is added to.
        name: what is typed; also the module in `chalicelib.cli.commands`.
        what: what it does, for --help.
        json_help: what --json does.
    """
    parser = commands.add_parser(
        name, help=what, description=f"{what[:1].upper()}{what[1:]}.", allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help=json_help)
    return parser


def add_kingdom(parser: Parser, *, required: bool) -> None:
    """Add --kingdom."""
    parser.add_argument(
        "--kingdom", metavar="N", type=kingdom, required=required, help="the kingdom's number"
    )


def add_date(parser: Parser) -> None:
    """Add --date, which must be given."""
    parser.add_argument(
        "--date",
        metavar="D",
        type=snapshot_date,
        required=True,
        help="the day of the scan, YYYY-MM-DD",
    )


def add_number(parser: Parser, name: str, largest: int, default: int, what: str) -> None:
    """Add an option that takes a whole number from 1 to `largest`."""
    parser.add_argument(
        name,
        metavar="N",
        type=partial(whole_number, largest=largest),
        default=default,
        help=f"{what}, 1 to {largest} (default: {default})",
    )


def add_timeout(parser: Parser) -> None:
    """Add --timeout."""
    what = "how many seconds to wait for the report (a lake in a directory does not need to)"
    add_number(parser, "--timeout", MAX_TIMEOUT, DEFAULT_TIMEOUT, what)
