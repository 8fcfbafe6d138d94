"""What a reader of the API may not fall behind: what was announced, and what they were shown.

The three routes read three kinds of objects, of which each follows from the one before: a date's
file, the kingdom's catalog, the lake's. So what is shown by a later one must be there in those
before it; a file may be ahead of the catalogs for a while, and then its answer is `no-store`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.torture.states import START, Moment
from tests.torture.uploads import Order, Partition, Upload

ANY: Order = ("", "", "")
"""Before every event."""


@dataclass(slots=True)
class Floor:
    """The oldest state that may still be shown.

    Attributes:
        boards: the event that a board may not fall behind, of each date.
        catalogs: the one that a kingdom's list of snapshots may not fall behind, of each date.
        kingdoms: the one that the list of kingdoms may not fall behind, of each date.
        confirms: whether a copy is judged that was confirmed by the catalog, and no file.
        moment: when it was asked for; see `tests.torture.states.States`.
        lake: the moment by the states of the lake, where `moment` is by those of a table.
        drops: how often the table had been dropped then; None while it was not filled again.
    """

    boards: dict[Partition, Order] = field(default_factory=dict)
    catalogs: dict[Partition, Order] = field(default_factory=dict)
    kingdoms: dict[Partition, Order] = field(default_factory=dict)
    confirms: bool = False
    moment: Moment = START
    lake: Moment = START
    drops: int | None = 0

    def copy(self, moment: Moment) -> "Floor":
        """What it is at this moment."""
        return replace(
            self,
            moment=moment,
            boards=dict(self.boards),
            catalogs=dict(self.catalogs),
            kingdoms=dict(self.kingdoms),
        )

    def of_catalog(self) -> "Floor":
        """The same for whoever has a copy confirmed: by what the catalog says, and no file."""
        return replace(self, boards=self.catalogs, confirms=True)

    def announced(self, event: Upload) -> None:
        """An upload was told to be published, or a date to be withdrawn: all of them say so."""
        assert event.partition is not None
        self.listed_kingdom(event.partition, event.order)

    def listed_kingdom(self, partition: Partition, order: Order) -> None:
        """The list of kingdoms has shown this event or a later one: so have the others."""
        _raise(self.kingdoms, partition, order)
        self.listed(partition, order)

    def listed(self, partition: Partition, order: Order) -> None:
        """A kingdom's list of snapshots has shown this event or a later one: so have the boards."""
        _raise(self.catalogs, partition, order)
        self.shown(partition, order)

    def shown(self, partition: Partition, order: Order) -> None:
        """A board that may be ahead of the catalog has shown this event."""
        _raise(self.boards, partition, order)


def _raise(floor: dict[Partition, Order], partition: Partition, order: Order) -> None:
    floor[partition] = max(floor.get(partition, ANY), order)


def of_kingdom(floor: Mapping[Partition, Order], kingdom: str) -> Mapping[Partition, Order]:
    """What is known of a kingdom's dates."""
    return {partition: floor[partition] for partition in floor if str(partition[0]) == kingdom}
