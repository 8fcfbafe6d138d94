"""The arguments of the commands about a whole lake."""

from chalicelib.cli.arguments.kinds import kingdom, player_id, snapshot_date
from chalicelib.cli.arguments.shared import Commands, Parser, add, add_date, add_kingdom, add_number
from chalicelib.engines.athena.tables import TABLES

DEFAULT_JOBS = 4
MAX_JOBS = 32


def add_sweep(commands: "Commands[Parser]") -> None:
    """Add `sweep`."""
    parser = add(
        commands,
        "sweep",
        "ingest whatever lies in the inbox and has no report yet",
        "print one JSON object for each upload",
    )
    parser.add_argument("--watch", action="store_true", help="go on until stopped")


def add_rebuild(commands: "Commands[Parser]") -> None:
    """Add `rebuild`."""
    parser = add(
        commands,
        "rebuild",
        "write all that is derived anew from raw",
        "print one JSON object for each snapshot, and for a catalog that was written or is wrong",
    )
    add_kingdom(parser, required=False)
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
    add_number(parser, "--jobs", MAX_JOBS, DEFAULT_JOBS, "how many kingdoms at once")
    parser.add_argument(
        "--engine",
        choices=["dynamodb"],
        help="only the table of this engine (DYNAMODB_TABLE), from the lake",
    )


def add_trace(commands: "Commands[Parser]") -> None:
    """Add `trace`."""
    parser = add(
        commands,
        "trace",
        "follow a published player back to the upload, line and cells it came from",
        "print it as JSON",
    )
    add_kingdom(parser, required=True)
    add_date(parser)
    parser.add_argument("--id", metavar="ID", type=player_id, required=True, help="the player's id")


def add_ddl(commands: "Commands[Parser]") -> None:
    """Add `ddl`."""
    parser = add(
        commands,
        "ddl",
        "the statement that makes an Athena table",
        "print it as JSON, with the table's name",
    )
    parser.add_argument(
        "--table", choices=TABLES, default="players", help="which one (default: players)"
    )
