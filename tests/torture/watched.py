"""What readers are told of whoever watches the writes: of the lake, or of the table."""

from collections.abc import Mapping
from typing import Protocol

from tests.torture.states import Dated, Known, Moment
from tests.torture.uploads import Order, Partition, Upload


class WatchedStates(Protocol):
    """The states that the kingdoms' catalogs and rosters were in."""

    @property
    def moment(self) -> Moment:
        """How many there were so far."""
        ...

    def rosters(self, kingdom: int, since: Moment) -> list[Known]:
        """Who was in a kingdom's roster at any time since a moment; before the first one nobody."""
        ...

    def has_roster(self, kingdom: int) -> bool:
        """Whether a kingdom ever had a roster; nothing deletes it."""
        ...

    def catalogs(self, kingdom: int, since: Moment) -> list[Dated]:
        """Which runs a kingdom's catalog named at any time since a moment."""
        ...


class Watched(Protocol):
    """All uploads, and what happened to them."""

    @property
    def runs(self) -> Mapping[str, Upload]:
        """Every upload so far, by run id."""
        ...

    @property
    def listed(self) -> set[str]:
        """Every run that a catalog has named so far."""
        ...

    @property
    def stale(self) -> set[Partition]:
        """The dates that a catalog was wrong about for a moment; see `Witness`."""
        ...

    @property
    def states(self) -> WatchedStates:
        """Those that the catalogs and the rosters were in."""
        ...

    def withdrawals(self, partition: Partition) -> list[Order]:
        """The withdrawals of a date that are kept."""
        ...
