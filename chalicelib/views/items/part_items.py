"""The items of a part, made of the curated file or the roster that it is of."""

from collections.abc import Iterator

from chalicelib.errors import StoreError
from chalicelib.items.keys import roster_part, snapshot_part
from chalicelib.items.kingdom import KingdomItem
from chalicelib.items.reading import has_items
from chalicelib.items.roster_items import roster_items
from chalicelib.items.snapshot_items import COLUMNS, snapshot_items
from chalicelib.lake.dynamodb.table import Item
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import PLAYERS
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import curated_key
from chalicelib.views.curated_file import read_curated
from chalicelib.views.view import NotMadeError, Source, Sources


def part_items(store: Store, made: KingdomItem, sources: Sources, part: str) -> Iterator[Item]:
    """All items of a part that a kingdom's item names.

    Args:
        store: the lake.
        made: what the item says, made of `sources`.
        sources: the curated files and the roster.
        part: the part's name.

    Raises:
        PreconditionFailedError, ObjectNotFoundError: what it is made of was replaced or removed.
        NotMadeError: what it is made of is damaged.
    """
    if made.roster is not None and part == roster_part(made.roster):
        return _of_roster(store, made, sources)
    return _of_snapshot(store, made, part)


def _of_roster(store: Store, made: KingdomItem, sources: Sources) -> Iterator[Item]:
    assert made.roster is not None
    (source,) = (one for one in sources if one.key.startswith(PLAYERS))
    with store.open(source.key, etag=source.etag) as reader:
        body = reader.read()
    try:
        yield from roster_items(made.kingdom, made.roster, body)
    except StoreError as error:
        if type(error) is not StoreError:
            raise
        raise NotMadeError(source.key, f"{source.key} is damaged: {error}") from None


def _of_snapshot(store: Store, made: KingdomItem, part: str) -> Iterator[Item]:
    document = made.document
    versions = document.listing().versions
    day = next(day for day in versions if snapshot_part(day, versions[day]) == part)
    etag = document.lines()[day].source
    file = read_curated(store, Source(curated_key(Partition(made.kingdom, day)), etag))
    if not has_items(file.snapshot):
        return iter(())  # nor are the players read of one that is too large
    return snapshot_items(file.snapshot, file.players(COLUMNS))
