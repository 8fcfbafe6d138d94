"""The states that each kingdom's item was in: an answer of the table must be of one of them.

They are to the readers of the engine `dynamodb` what `tests.torture.states.States` is to those of
the lake; a state has a catalog and a roster, which come and go together.
"""

from typing import NamedTuple

from tests.torture.states import NOBODY, Dated, Known, Moment


class ItemState(NamedTuple):
    """What a kingdom's item said.

    Attributes:
        kingdom: its number.
        dated: the upload of each date.
        known: everybody in its roster; None if it names none.
    """

    kingdom: int
    dated: Dated
    known: Known | None


class TableStates:
    """The kingdoms' items of a table, as they were written."""

    def __init__(self) -> None:
        """Of no kingdom there is one yet."""
        self._states: list[ItemState] = []
        self._drops: list[int] = []

    @property
    def moment(self) -> Moment:
        """How many there were so far."""
        return Moment(len(self._states), len(self._states))

    def add(self, state: ItemState) -> None:
        """Note what an item says from now on."""
        self._states.append(state)

    def dropped(self) -> None:
        """Note that no kingdom has an item, until there is another state of it."""
        self._drops.append(len(self._states))

    def since(self, kingdom: int, moment: Moment) -> list[ItemState]:
        """The states that a kingdom's item was in at any time since a moment."""
        before = [one for one in self._states[: moment.catalogs] if one.kingdom == kingdom]
        after = [one for one in self._states[moment.catalogs :] if one.kingdom == kingdom]
        return [*before[-1:], *after]

    def lacked(self, kingdom: int | None, moment: Moment) -> bool:
        """Whether a kingdom had no item at any time since a moment; None: whether none had."""
        written = moment.catalogs
        if any(drop >= written for drop in self._drops):
            return True
        table = self._states[max(self._drops, default=0) : written]
        return all(kingdom not in (None, one.kingdom) for one in table)

    def kingdoms(self) -> list[int]:
        """All kingdoms that ever had an item."""
        return sorted({one.kingdom for one in self._states})

    def rosters(self, kingdom: int, since: Moment) -> list[Known]:
        """See `States.rosters`."""
        found = self.since(kingdom, since)
        return [one.known or NOBODY for one in found] or [NOBODY]

    def has_roster(self, kingdom: int) -> bool:
        """See `States.has_roster`."""
        return any(one.kingdom == kingdom and one.known is not None for one in self._states)

    def catalogs(self, kingdom: int, since: Moment) -> list[Dated]:
        """See `States.catalogs`."""
        return [one.dated for one in self.since(kingdom, since)]
