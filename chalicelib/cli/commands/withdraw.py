"""`withdraw`: takes a date's uploads back (contract, section 3)."""

import io
from argparse import Namespace
from datetime import UTC, datetime

from chalicelib import config
from chalicelib.cli import terminal
from chalicelib.cli.commands.upload import put_and_report, show
from chalicelib.config import Settings
from chalicelib.errors import StoreDeniedError
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.keys import Partition, WithdrawalKey, parse_inbox_key, raw_prefix
from chalicelib.lake.open import open_store

_BODY = b"Every upload of this kingdom and date that came before this file is withdrawn.\n"


def run(arguments: Namespace) -> int:
    """Put the withdrawal into the inbox and show its report; return 0, or 1 if it is refused."""
    settings = config.load()
    partition = Partition(arguments.kingdom, arguments.date)
    key = WithdrawalKey(partition).key
    try:
        parse_inbox_key(key, datetime.now(UTC))
    except KeyRefusedError:
        # Not put into the inbox, where it would only be refused.
        terminal.complain(
            f"{partition.snapshot_date} is in the future: nothing can be of that date"
        )
        return 1
    answer = put_and_report(settings, key, io.BytesIO(_BODY), arguments.timeout)
    show(answer, as_json=arguments.json)
    if answer["status"] == "withdrawn" and _is_without_uploads(settings, partition):
        terminal.note(
            f"note: nothing was ever accepted for kingdom {partition.kingdom}, "
            f"{partition.snapshot_date}; was another date or kingdom meant?"
        )
    return 0 if answer["status"] == "withdrawn" else 1


def _is_without_uploads(settings: Settings, partition: Partition) -> bool:
    """Whether nothing was ever accepted for a date; an officer may not be allowed to see that."""
    try:
        uploads = open_store(settings.lake_uri).list_objects(raw_prefix(partition))
        return next(iter(uploads), None) is None
    except StoreDeniedError:
        return False
