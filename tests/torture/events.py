"""The events of a date: its uploads and withdrawals, and what may be shown after what was seen."""

from collections.abc import Mapping

from tests.torture.floors import ANY, Floor
from tests.torture.uploads import Order, Partition, Upload
from tests.torture.watched import Watched


class Events:
    """The uploads and withdrawals of a history so far."""

    def __init__(self, witness: Watched) -> None:
        """Those that `witness` knows of."""
        self._witness = witness

    def newest(self, partition: Partition) -> Upload:
        """The newest event of a date, whether or not it was processed."""
        runs = self._witness.runs.values()
        events = [one for one in runs if one.is_event and one.partition == partition]
        return max(events, key=lambda event: event.order)

    def withdrawals(self, partition: Partition, order: Order) -> list[Order]:
        """The kept withdrawals of a date that withdraw this event of it, or are it."""
        return [one for one in self._witness.withdrawals(partition) if one >= order]

    def missing_for(self, partition: Partition, orders: Mapping[Partition, Order]) -> Order | None:
        """The first withdrawal for which a date may be missing; None if it must be there.

        Args:
            partition: the date.
            orders: what was seen of it before, or announced.
        """
        return min(self.withdrawals(partition, orders[partition]), default=None)

    def named_for(self, partition: Partition, orders: Mapping[Partition, Order]) -> Order | None:
        """The first upload for which a date may be named; None if it must be missing."""
        uploads = [one for one in self._witness.runs.values() if one.accepted]
        found = [one.order for one in uploads if one.partition == partition]
        return min((one for one in found if one >= orders.get(partition, ANY)), default=None)

    def is_stale(self, partition: Partition) -> bool:
        """Whether a catalog was ever wrong about a date (see `Witness`)."""
        return partition in self._witness.stale

    def is_being_withdrawn(
        self, kingdom: str | None, asked: Partition | None, floor: Floor
    ) -> bool:
        """Whether a file may be without players while the catalog names its date.

        Args:
            kingdom: whose; None for any kingdom's.
            asked: the date that was asked for; None for the kingdom's newest.
            floor: what was seen before.
        """
        days = {one.partition for one in self._witness.runs.values() if one.partition}
        return any(
            withdrawal > floor.catalogs.get(day, ANY) or self.is_stale(day)
            for day in days
            if kingdom in (None, str(day[0])) and asked in (None, day)
            for withdrawal in self.withdrawals(day, floor.boards.get(day, ANY))
        )
