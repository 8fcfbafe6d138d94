"""The commands and their arguments (contract, section 6)."""

import argparse
import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.cli.text import safe
from chalicelib.engines.athena.tables import TABLES
from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

PROG = "python -m chalicelib"
DEFAULT_TIMEOUT = 300
MAX_TIMEOUT = 86_400
DEFAULT_LIMIT = 100
DEFAULT_UPLOADS = 20
DEFAULT_JOBS = 4
MAX_JOBS = 32

_KINGDOM = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)


class _Parser(argparse.ArgumentParser):
    """A parser that reports errors in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, safe(f"error: {message} (see {self.prog} --help)") + "\n")


def kingdom(text: str) -> int:
    """A kingdom's number.

    Raises:
        argparse.ArgumentTypeError: it is not valid.
    """
    if not _KINGDOM.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"must be 1 to {MAX_KINGDOM} without leading zeros, not {text!r}"
        )
    return int(text)


def snapshot_date(text: str) -> date:
    """A date.

    Raises:
        argparse.ArgumentTypeError: it is no date, or not in the form YYYY-MM-DD.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"must be a date like 2026-01-26, not {text!r}")


def _latest_or_date(text: str) -> date | None:
    return None if text == "latest" else snapshot_date(text)


def _id(text: str) -> int:
    return _whole_number(text, MAX_INTEGER)


def _whole_number(text: str, largest: int) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > largest:
        raise argparse.ArgumentTypeError(f"must be 1 to {largest}, not {text!r}")
    return int(text)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the chosen command is in `command`."""
    parser = _Parser(
        prog=PROG,
        description="Scans in, leaderboards out. The lake is where LAKE_URI says (file:.lake).",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_split(commands)
    _add_upload(commands)
    _add_uploads(commands)
    _add_sweep(commands)
    _add_rebuild(commands)
    _add_board(commands)
    _add_withdraw(commands)
    _add_trace(commands)
    _add_ddl(commands)
    return parser


_Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add(commands: "_Commands[_Parser]", name: str, what: str, json_help: str) -> _Parser:
    parser = commands.add_parser(
        name, help=what, description=f"{what[:1].upper()}{what[1:]}.", allow_abbrev=False
    )
    parser.add_argument("--json", action="store_true", help=json_help)
    return parser


def _add_check(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "check",
        "the report that an upload of FILE would get; nothing is put into the lake",
        "print the report as JSON",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a scan file")
    _add_kingdom(parser, required=False)
    parser.add_argument(
        "--repair",
        metavar="OUT",
        type=Path,
        help="where rows that are repeated are all that is wrong, write FILE without them to OUT",
    )


def _add_split(commands: "_Commands[_Parser]") -> None:
    parser = _add(
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
    _add_kingdom(parser, required=False)


def _add_upload(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "upload",
        "put FILE into the inbox, wait until it is ingested, show the report",
        "print the report as JSON",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a scan file; its name is kept")
    _add_kingdom(parser, required=True)
    _add_date(parser)
    _add_timeout(parser)


def _add_uploads(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "uploads",
        "what became of the newest uploads, newest first",
        "print one JSON object for each upload",
    )
    _add_kingdom(parser, required=False)
    parser.add_argument("--refused", action="store_true", help="only those that were refused")
    _add_number(parser, "--limit", BOARD_SIZE, DEFAULT_UPLOADS, "how many uploads")


def _add_sweep(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "sweep",
        "ingest whatever lies in the inbox and has no report yet",
        "print one JSON object for each upload",
    )
    parser.add_argument("--watch", action="store_true", help="go on until stopped")


def _add_rebuild(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "rebuild",
        "write curated, boards and the catalog anew from raw",
        "print one JSON object for each snapshot, and for a catalog that was written or is wrong",
    )
    _add_kingdom(parser, required=False)
    parser.add_argument("--date", metavar="D", type=snapshot_date, help="only this day, YYYY-MM-DD")
    parser.add_argument(
        "--verify", action="store_true", help="write nothing, compare; exit 1 on a difference"
    )
    parser.add_argument(
        "--from",
        dest="first",
        metavar="N",
        type=kingdom,
        default=1,
        help="begin at this kingdom, where earlier work was stopped",
    )
    _add_number(parser, "--jobs", MAX_JOBS, DEFAULT_JOBS, "how many kingdoms at once")


def _add_board(commands: "_Commands[_Parser]") -> None:
    parser = _add(commands, "board", "show a leaderboard", "print the API's answer")
    parser.add_argument("metric", metavar="METRIC", choices=METRIC_NAMES, help=_METRICS_HELP)
    _add_kingdom(parser, required=True)
    parser.add_argument(
        "--date",
        metavar="D",
        type=_latest_or_date,
        help="the snapshot of this day, YYYY-MM-DD (default: the latest)",
    )
    _add_number(parser, "--limit", BOARD_SIZE, DEFAULT_LIMIT, "how many players")


def _add_withdraw(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "withdraw",
        "take back what was uploaded for a kingdom and date; a later upload counts again",
        "print the report as JSON",
    )
    _add_kingdom(parser, required=True)
    _add_date(parser)
    _add_timeout(parser)


def _add_trace(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "trace",
        "follow a published player back to the upload, line and cells it came from",
        "print it as JSON",
    )
    _add_kingdom(parser, required=True)
    _add_date(parser)
    parser.add_argument("--id", metavar="ID", type=_id, required=True, help="the player's id")


def _add_ddl(commands: "_Commands[_Parser]") -> None:
    parser = _add(
        commands,
        "ddl",
        "the statement that makes the Athena table",
        "print it as JSON, with the table's name",
    )
    parser.add_argument(
        "--table", choices=TABLES, default="players", help="which one (default: players)"
    )


_METRICS_HELP = f"one of {', '.join(METRIC_NAMES)}"


def _add_date(parser: _Parser) -> None:
    parser.add_argument(
        "--date",
        metavar="D",
        type=snapshot_date,
        required=True,
        help="the day of the scan, YYYY-MM-DD",
    )


def _add_number(parser: _Parser, name: str, largest: int, default: int, what: str) -> None:
    parser.add_argument(
        name,
        metavar="N",
        type=partial(_whole_number, largest=largest),
        default=default,
        help=f"{what}, 1 to {largest} (default: {default})",
    )


def _add_timeout(parser: _Parser) -> None:
    what = "how many seconds to wait for the report (a lake in a directory does not need to)"
    _add_number(parser, "--timeout", MAX_TIMEOUT, DEFAULT_TIMEOUT, what)


def _add_kingdom(parser: _Parser, *, required: bool) -> None:
    parser.add_argument(
        "--kingdom", metavar="N", type=kingdom, required=required, help="the kingdom's number"
    )
