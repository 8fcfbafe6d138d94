"""Publish a changed snapshot: reconcile every view that it touches, in the registry's order."""

from chalicelib.items.store import reading_once
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import Store
from chalicelib.views.making.in_step import InStep
from chalicelib.views.reconcile import reconcile
from chalicelib.views.registry import views_of
from chalicelib.views.sources import CuratedDates
from chalicelib.views.view import NotMadeError, SnapshotMaker, log_not_made


def publish(
    store: Store, partition: Partition, maker: SnapshotMaker, *, resumed: bool = False
) -> None:
    """Reconcile every target that a snapshot touches.

    A target that cannot be made, since an object that it is made of is damaged, is left as it is
    and logged: the damage of another date's file must not hold up this upload and its report.
    `rebuild --verify` names the damage, and `rebuild` repairs it and makes the target.

    Args:
        store: the lake, with the upload's bytes in `raw/`.
        partition: the kingdom and date that changed.
        maker: makes the objects of the upload alone; for a newer upload it returns None, because
            that upload's own process publishes it.
        resumed: whether an earlier attempt at this event may have died on the way. Then targets
            are reconciled, too, that this snapshot cannot change, or no longer: the attempt may
            have written one of them from sources that changed back before it looked again, and
            since then a date may have come in between.

    Raises:
        StoreError: the lake could not be read or written; the same call completes it.
    """
    store, in_step = reading_once(store), InStep(maker)
    dates = CuratedDates(store, partition.kingdom, resumed=resumed)
    for view in views_of(store):
        for target in view.targets(partition, dates):
            if resumed or view.may_change(store, target, partition):
                try:
                    reconcile(store, view, target, in_step)
                except NotMadeError as error:
                    log_not_made(target.key, error)
