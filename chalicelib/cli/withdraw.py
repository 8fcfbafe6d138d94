"""`withdraw`: takes a date's uploads back (contract, section 3)."""

import io
from argparse import Namespace

from chalicelib import config
from chalicelib.cli.upload import put_and_report, show
from chalicelib.lake.keys import Partition, WithdrawalKey

_BODY = b"Every upload of this kingdom and date that came before this file is withdrawn.\n"


def run(arguments: Namespace) -> int:
    """Put the withdrawal into the inbox and show its report; return 0, or 1 if it is refused."""
    settings = config.load()
    key = WithdrawalKey(Partition(arguments.kingdom, arguments.date)).key
    answer = put_and_report(settings, key, io.BytesIO(_BODY), arguments.timeout)
    show(answer, as_json=arguments.json)
    return 0 if answer["status"] == "withdrawn" else 1
