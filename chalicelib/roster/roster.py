"""Ask a kingdom's roster: search, who is idle, who was seen when (contract, section 9)."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.lake.store import Store
from chalicelib.roster.answers import Found, Listed, Member, NameSpan

if TYPE_CHECKING:
    from chalicelib.roster.file import RosterFile


__all__ = ["Found", "Listed", "Member", "NameSpan", "Roster", "read_roster", "roster_of"]


class Roster:
    """A kingdom's roster, as it is in the lake.

    Every method raises `StoreError` where what it reads is damaged, and `EngineBusyError` where
    a large roster was replaced since `read_roster`.

    Attributes:
        version: changes whenever the roster's content does.
    """

    version: str

    def __init__(self, file: "RosterFile") -> None:
        """Answer from a roster object; columns are read when they are needed."""
        self._file = file
        self.version = file.version

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in it: the kingdom has no snapshot."""
        return self._file.players == 0

    def versions_before(self, day: date) -> list[str | None]:
        """The versions of the snapshots before a date that it was made of, oldest first.

        None of one that an older version of this software read.
        """
        return [version for one, version in self._file.versions.items() if one < day]

    def first_seen(self, ids: Collection[int]) -> Mapping[int, date]:
        """When these players were seen first; who was never seen is left out."""
        from chalicelib.roster.members import first_seen

        return first_seen(self._file, ids)

    def seen_before(self, ids: Collection[int], day: date) -> Set[int]:
        """Which of these players were seen in a snapshot before a date: who arrives returns."""
        return {player for player, first in self.first_seen(ids).items() if first < day}

    def search(self, text: str, alliance: str | None, limit: int, offset: int) -> Found:
        """Players by an id, or a part of any name they had.

        Order: of whom a fitting name is just the text; of whom one starts with it; the rest, who
        is found by the id alone among them. Each by power descending, nulls last, then id.

        Args:
            text: an id, or a part of a name in any case and with or without accents.
            alliance: only players of just this alliance.
            limit: at most so many.
            offset: after so many.

        Raises:
            BadParameterError: nothing is left of the text when it is folded.
        """
        from chalicelib.roster.search import search

        return search(self._file, text, alliance, limit, offset)

    def idle_since(self, day: date, alliance: str | None, limit: int, offset: int) -> Found:
        """Who is in the newest snapshot, and has not changed after a date.

        Whoever never changed counts from `first_seen`. By power descending, nulls last, then id.
        """
        from chalicelib.roster.search import idle_since

        return idle_since(self._file, day, alliance, limit, offset)

    def member(self, player: int) -> Member | None:
        """One player; None who was never seen."""
        from chalicelib.roster.members import member

        return member(self._file, player)

    @property
    def days(self) -> Sequence[date]:
        """The dates of the snapshots that it was made of, oldest first."""
        return self._file.days

    def members(self) -> Iterator[Member]:
        """Everybody, by `first_seen`, then id."""
        from chalicelib.roster.members import members

        return members(self._file)


def read_roster(store: Store, kingdom: int) -> Roster | None:
    """A kingdom's roster, in one read up to 8 MiB (about 50,000 players); None if there is none.

    Raises:
        RosterMissingError: another version of this software made it.
        StoreError: it is damaged.
    """
    # Imported here, since the types above are needed without pyarrow.
    from chalicelib.errors import ObjectNotFoundError
    from chalicelib.lake.view_keys import roster_key
    from chalicelib.roster.file import open_file

    try:
        return Roster(open_file(store, roster_key(kingdom)))
    except ObjectNotFoundError:
        return None


def roster_of(body: bytes, name: str) -> Roster:
    """The roster in an object's bytes, or in those that `encode_for_readers` gives.

    Args:
        body: the bytes.
        name: what an error calls it.

    Raises:
        RosterMissingError: another version of this software made it.
        StoreError: it is damaged.
    """
    from chalicelib.roster.file import RosterFile

    return Roster(RosterFile(name, body))
