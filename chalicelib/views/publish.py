"""Publish a changed snapshot: reconcile every view that it touches, in the registry's order."""

from functools import partial

from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.views.reconcile import reconcile
from chalicelib.views.registry import VIEWS
from chalicelib.views.sources import curated_dates
from chalicelib.views.view import SnapshotMaker


def publish(
    store: Store, partition: Partition, maker: SnapshotMaker, *, resumed: bool = False
) -> None:
    """Reconcile every target that a snapshot touches.

    Args:
        store: the lake, with the upload's bytes in `raw/`.
        partition: the kingdom and date that changed.
        maker: makes the objects of the upload alone; for a newer upload it returns None, because
            that upload's own process publishes it.
        resumed: whether an earlier attempt at this event may have died on the way. Then targets
            are reconciled, too, that this snapshot cannot change: the attempt may have written
            one of them from sources that changed back before it looked again.

    Raises:
        StoreError: the lake could not be read or written; the same call completes it.
    """
    dates = partial(curated_dates, store, partition.kingdom)
    for view in VIEWS:
        for target in view.targets(partition, dates):
            if resumed or view.may_change(store, target, partition):
                reconcile(store, view, target, maker)
