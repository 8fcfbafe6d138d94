"""`ddl`: the statement that makes an Athena table."""

from argparse import Namespace
from typing import Final

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.engines.athena.ddl import create_table
from chalicelib.engines.athena.tables import TABLES

_NO_BUCKET: Final = "BUCKET"
"""A placeholder for a bucket's name; S3 allows no capital letters in real ones."""


def run(arguments: Namespace) -> int:
    """Print the statement; always returns 0."""
    settings = config.load()
    in_s3 = settings.lake_uri.startswith("s3://")
    bucket = settings.bucket if in_s3 else _NO_BUCKET
    table, database = TABLES[arguments.table], settings.athena.database
    name = table.name(settings.athena.table)
    statement = create_table(table, database, name, table.location(bucket, settings.key_prefix))
    if arguments.json:
        terminal.say_json({"database": database, "table": name, "ddl": statement})
    else:
        for line in f"{statement};".split("\n"):
            terminal.say(line)
    if not in_s3:
        terminal.note(f"put your bucket's name in place of {_NO_BUCKET}, or set LAKE_URI")
    return 0
