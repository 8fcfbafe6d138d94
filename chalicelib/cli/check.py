"""`check FILE`: the report that an upload would get."""

from argparse import Namespace
from pathlib import Path

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.report import say_report


def run(arguments: Namespace) -> int:
    """Show the report; return 0 if accepted, 1 if rejected, 2 if the file cannot be read."""
    settings = config.load()
    path: Path = arguments.file
    with terminal.progress(f"checking {path.name}"):
        from chalicelib.ingest.check import check_file

        try:
            report = check_file(path, settings)
        except OSError as error:
            if error.filename != str(path) and error.filename != path:
                raise
            terminal.complain(f"{path} cannot be read: {error.strerror}")
            return 2
    if arguments.json:
        terminal.say_json(report)
    else:
        say_report(report)
    return 0 if report["status"] == "accepted" else 1
