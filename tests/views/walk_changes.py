"""What stands in a walk for the rules between snapshots: which files are read is the product's."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectReader, Store
from chalicelib.views import changes, sources, summary
from chalicelib.views.view import Source
from tests.views.toy_view import toy_of
from tests.views.walk_uploads import WITHDRAWN

SMALL: Final = 20
"""In a walk a file of a withdrawn date is smaller."""


class _Facts(NamedTuple):
    """What a view asks of a snapshot."""

    withdrawn: bool


class _File(NamedTuple):
    """What stands for `chalicelib.views.curated_file.CuratedFile`."""

    body: bytes
    snapshot: _Facts


def stand_ins(colours: int) -> list[tuple[Any, str, Any]]:
    """What to patch: files are a few bytes, and changes name the colours of what they are made of.

    Args:
        colours: how many there are (see `tests.views.toy_view`).
    """
    return [
        (sources, "WITHDRAWN_BYTES", SMALL),
        (changes, "read_curated", _read),
        (changes, "no_changes", lambda _: toy_of([], colours)),
        (changes, "encode_changes", lambda made: made),
        (changes, "changes_between", partial(_between, colours)),
        (summary, "summary_of_changes", summary_of_changes),
    ]


def summary_of_changes(reader: ObjectReader, _: Partition) -> bytes:
    """What stands for a summary."""
    return summary_of(reader.read())


def summary_of(body: bytes) -> bytes:
    """What stands for the summary of changes."""
    return b"summary of " + body


def _read(store: Store, source: Source) -> _File:
    with store.open(source.key, etag=source.etag) as reader:
        body = reader.read()
    return _File(body, _Facts(body.startswith(WITHDRAWN.encode())))


def _between(colours: int, older: _File | None, newer: _File, before: Iterator[_File]) -> bytes:
    third = None if older is None else next(before, None)
    files = [one.body for one in (newer, older, third) if one is not None]
    return toy_of(files, colours)
