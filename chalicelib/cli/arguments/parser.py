"""The commands and their arguments (contract, section 6)."""

from chalicelib.cli.arguments import boards, lake, uploads
from chalicelib.cli.arguments.shared import PROG, Parser


def build_parser() -> Parser:
    """The parser of the whole command line; the chosen command is in `command`."""
    parser = Parser(
        prog=PROG,
        description="Scans in, leaderboards out. The lake is where LAKE_URI says (file:.lake).",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    uploads.add_check(commands)
    uploads.add_split(commands)
    uploads.add_upload(commands)
    uploads.add_uploads(commands)
    lake.add_sweep(commands)
    lake.add_rebuild(commands)
    boards.add_board(commands)
    boards.add_gains(commands)
    boards.add_changes(commands)
    boards.add_player(commands)
    boards.add_alliances(commands)
    uploads.add_withdraw(commands)
    lake.add_trace(commands)
    lake.add_ddl(commands)
    return parser
