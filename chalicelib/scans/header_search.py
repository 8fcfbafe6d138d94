"""Find the header among the first records of a table (contract, section 4)."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from chalicelib.players.headers import HeaderMap, map_headers

MAX_HEADER_RECORDS: Final = 20
"""The header is one of so many first records of a file, or rows of a sheet."""


class HeaderChoice(NamedTuple):
    """The record that is taken for the header.

    Attributes:
        record: which of the records it is, from 0.
        headers: what its names mean.
        is_complete: whether it names id, name and a counter, and no column twice.
    """

    record: int
    headers: HeaderMap
    is_complete: bool


def choose_header(records: Sequence[Sequence[str]]) -> HeaderChoice:
    """The first complete header; else the record that names most columns, the first of equals.

    Args:
        records: the cells of the first `MAX_HEADER_RECORDS` records, at least one.
    """
    choices = [_judge(index, names) for index, names in enumerate(records[:MAX_HEADER_RECORDS])]
    complete = next((choice for choice in choices if choice.is_complete), None)
    return complete or max(choices, key=lambda choice: len(choice.headers.mapped))


def _judge(index: int, names: Sequence[str]) -> HeaderChoice:
    headers = map_headers(names)
    is_complete = not headers.missing and bool(headers.counters) and not headers.duplicates
    return HeaderChoice(index, headers, is_complete)
