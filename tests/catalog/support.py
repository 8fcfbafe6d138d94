"""Catalogs of made-up snapshots."""

from datetime import date, timedelta

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.catalog.snapshots_document import Line, encode, encode_line
from tests.engines.support import DAY, facts

KNOWN = dict.fromkeys(METRIC_NAMES, 3) | {"dkp": 2}


def days(count: int) -> list[date]:
    """So many weekly dates, newest first."""
    return [DAY - timedelta(weeks=week) for week in range(count)]


def lines(count: int, kingdom: int = 51) -> dict[date, Line]:
    return {
        day: Line(encode_line(facts(3, day, kingdom), KNOWN), f"etag {day}") for day in days(count)
    }


def catalog_bytes(count: int, kingdom: int = 51) -> bytes:
    return encode(kingdom, lines(count, kingdom))
