"""How the texts of arguments are read."""

import argparse
import re
from datetime import date

from chalicelib.limits import MAX_INTEGER, MAX_KINGDOM

_KINGDOM = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)


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


def latest_or_date(text: str) -> date | None:
    """A date; None for `latest`.

    Raises:
        argparse.ArgumentTypeError: it is neither.
    """
    return None if text == "latest" else snapshot_date(text)


def player_id(text: str) -> int:
    """A player's id.

    Raises:
        argparse.ArgumentTypeError: it is not valid.
    """
    return whole_number(text, MAX_INTEGER)


def whole_number(text: str, largest: int) -> int:
    """A whole number from 1 to `largest`.

    Raises:
        argparse.ArgumentTypeError: it is not valid.
    """
    if not _NUMBER.fullmatch(text) or int(text) > largest:
        raise argparse.ArgumentTypeError(f"must be 1 to {largest}, not {text!r}")
    return int(text)
