"""The arguments of the commands that show what the API answers."""

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.cli.arguments.kinds import latest_or_date
from chalicelib.cli.arguments.shared import Commands, Parser, add, add_kingdom, add_number

DEFAULT_LIMIT = 100
_METRICS_HELP = f"one of {', '.join(METRIC_NAMES)}"


def add_board(commands: "Commands[Parser]") -> None:
    """Add `board`."""
    parser = add(commands, "board", "show a leaderboard", "print the API's answer")
    parser.add_argument("metric", metavar="METRIC", choices=METRIC_NAMES, help=_METRICS_HELP)
    add_kingdom(parser, required=True)
    parser.add_argument(
        "--date",
        metavar="D",
        type=latest_or_date,
        help="the snapshot of this day, YYYY-MM-DD (default: the latest)",
    )
    add_number(parser, "--limit", BOARD_SIZE, DEFAULT_LIMIT, "how many players")
