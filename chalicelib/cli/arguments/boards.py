"""The arguments of the commands that show what the API answers."""

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.cli.arguments.kinds import latest_or_date, player_id, snapshot_date
from chalicelib.cli.arguments.shared import Commands, Parser, add, add_kingdom, add_number

DEFAULT_LIMIT = 100
DEFAULT_SNAPSHOTS = 52
MAX_SNAPSHOTS = 104
_METRICS_HELP = f"one of {', '.join(METRIC_NAMES)}"
_ANSWER = "print the API's answer"


def add_board(commands: "Commands[Parser]") -> None:
    """Add `board`."""
    parser = add(commands, "board", "show a leaderboard", _ANSWER)
    parser.add_argument("metric", metavar="METRIC", choices=METRIC_NAMES, help=_METRICS_HELP)
    add_kingdom(parser, required=True)
    _add_latest(parser)
    _add_since(parser, "show how each player has moved since then")
    _add_page(parser)


def add_gains(commands: "Commands[Parser]") -> None:
    """Add `gains`."""
    parser = add(commands, "gains", "show who gained how much between two snapshots", _ANSWER)
    parser.add_argument("metric", metavar="METRIC", choices=METRIC_NAMES, help=_METRICS_HELP)
    add_kingdom(parser, required=True)
    _add_span(parser)
    _add_page(parser)


def add_changes(commands: "Commands[Parser]") -> None:
    """Add `changes`."""
    parser = add(
        commands,
        "changes",
        "show who joined and left between two snapshots, and what is likely wrong",
        _ANSWER,
    )
    add_kingdom(parser, required=True)
    _add_span(parser)


def add_player(commands: "Commands[Parser]") -> None:
    """Add `player`."""
    parser = add(commands, "player", "show a player's history", _ANSWER)
    parser.add_argument("id", metavar="ID", type=player_id, help="the player's id")
    add_kingdom(parser, required=True)
    add_number(parser, "--limit", MAX_SNAPSHOTS, DEFAULT_SNAPSHOTS, "how many snapshots")
    parser.add_argument(
        "--before", metavar="D", type=snapshot_date, help="only snapshots before this day"
    )


def add_alliances(commands: "Commands[Parser]") -> None:
    """Add `alliances`."""
    parser = add(commands, "alliances", "show each alliance's sums, and its gains", _ANSWER)
    add_kingdom(parser, required=True)
    _add_latest(parser)
    _add_since(parser, "show what each alliance gained since then")


def _add_latest(parser: Parser) -> None:
    parser.add_argument(
        "--date",
        metavar="D",
        type=latest_or_date,
        help="the snapshot of this day, YYYY-MM-DD (default: the latest)",
    )


def _add_since(parser: Parser, what: str) -> None:
    parser.add_argument(
        "--since", metavar="D", help=f"{what}: `previous`, or the day of an older snapshot"
    )


def _add_span(parser: Parser) -> None:
    parser.add_argument(
        "--from",
        dest="older",
        metavar="D",
        type=snapshot_date,
        help="the day of the older snapshot (default: the one before the newer)",
    )
    parser.add_argument(
        "--to",
        dest="newer",
        metavar="D",
        type=snapshot_date,
        help="the day of the newer snapshot (default: the latest)",
    )


def _add_page(parser: Parser) -> None:
    """Which players are shown, and what beside them."""
    add_number(parser, "--limit", BOARD_SIZE, DEFAULT_LIMIT, "how many players")
    parser.add_argument(
        "--around", metavar="ID", type=player_id, help="the players around this one"
    )
    parser.add_argument(
        "--alliance", metavar="A", help="only players of just this alliance, as it is scanned"
    )
    parser.add_argument(
        "--with", dest="values", metavar="M", help="further metrics, separated by commas"
    )
    parser.add_argument(
        "--weights", metavar="W", help="with dkp: a formula of your own, t4_kills:10,deaths:40"
    )
