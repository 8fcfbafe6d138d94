"""Let a lake, and the table beside it if it has one, work in memory: see
`chalicelib.lake.rehearsal`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from chalicelib.items.keys import kingdom_key
from chalicelib.items.store import LakeWithTable
from chalicelib.lake.s3.rehearsal import rehearsal as rehearsal_in_s3
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store


def can_be_rehearsed(store: Store) -> bool:
    """Whether a lake is in S3."""
    return isinstance(store.lake if isinstance(store, LakeWithTable) else store, S3Store)


def read_all_ways(store: Store) -> None:
    """Make each kind of call that reads a table once, within `rehearsal`."""
    assert isinstance(store, LakeWithTable)
    one, other = kingdom_key(1), kingdom_key(2)
    store.table.get(one, consistent=True)
    store.table.get_many([one, other])
    list(store.table.query(one.group, first=one.name, last=other.name))


@contextmanager
def rehearsal(store: Store) -> Iterator[None]:
    """Within the block, all requests of a lake in S3 and of its table stay in this process.

    Raises:
        ConfigError: the environment's AWS settings are wrong.
    """
    with ExitStack() as both:
        lake = store
        if isinstance(store, LakeWithTable):
            from chalicelib.lake.dynamodb.client import DynamoTable
            from chalicelib.lake.dynamodb.rehearsal import rehearsal as rehearsal_of_table

            assert isinstance(store.table, DynamoTable)
            both.enter_context(rehearsal_of_table(store.table))
            lake = store.lake
        assert isinstance(lake, S3Store)
        both.enter_context(rehearsal_in_s3(lake))
        yield
