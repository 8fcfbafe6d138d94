"""Publish a changed snapshot: every view that it touches, in the registry's order."""

from functools import partial

from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.views.reconcile import reconcile
from chalicelib.views.registry import VIEWS
from chalicelib.views.sources import curated_dates
from chalicelib.views.view import SnapshotMaker


def publish(store: Store, partition: Partition, maker: SnapshotMaker) -> None:
    """Bring all that a snapshot touches to what the lake says now.

    Args:
        store: the lake, with the upload's bytes in `raw/`.
        partition: the kingdom and date that changed.
        maker: makes what follows from the upload alone; what follows from another one, which is
            newer, it leaves to whoever has that.

    Raises:
        StoreError: the lake could not be read or written; the same call completes it.
    """
    dates = partial(curated_dates, store, partition.kingdom)
    for view in VIEWS:
        for target in view.targets(partition, dates):
            if view.may_change(store, target, partition):
                reconcile(store, view, target, maker)
