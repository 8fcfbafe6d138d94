"""Suspects: values of a pair of snapshots that are likely wrong (contract, section 9)."""

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal, NamedTuple

from chalicelib.boards.snapshot import Snapshot

Kind = Literal["back_from_zero", "fell", "jump", "tiers", "zeroed"]
Fault = Literal["from", "to"]

NO_SNAPSHOT: Final = ""
"""The version of none."""

UNKNOWN: Final = "unknown"
"""The version that is noted nowhere: of findings that older software wrote down."""

OF_ZERO: Final = ("back_from_zero", "zeroed")
"""The kinds that concern a whole player, not one column."""


class Suspect(NamedTuple):
    """A value, or a player's whole row, that is likely wrong in one of the two scans.

    Attributes:
        id: the player's.
        name: in the newer snapshot.
        alliance: in the newer snapshot.
        kind: which rule.
        column: the counter; None for the two of zero.
        before: the older value (for `tiers` the older difference); None for the two of zero.
        after: the newer value, likewise.
        ref: the bar that a jump went over; None for other kinds.
        fault: the scan that is likely wrong; None where that is not known.
    """

    id: int
    name: str | None
    alliance: str | None
    kind: Kind
    column: str | None
    before: int | None
    after: int | None
    ref: int | None
    fault: Fault | None

    def as_json(self, *, with_player: bool) -> dict[str, Any]:
        """It as answers show it, in the contract's order.

        Args:
            with_player: whether id, name and alliance are shown; an entry has them already.
        """
        player = {"id": self.id, "name": self.name, "alliance": self.alliance}
        ref = {"ref": self.ref} if self.kind == "jump" else {}
        return {
            **(player if with_player else {}),
            "kind": self.kind,
            "column": self.column,
            "from": self.before,
            "to": self.after,
            **ref,
            "fault": self.fault,
        }

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Suspect":
        """The inverse of `as_json(with_player=True)`."""
        return cls(
            given["id"],
            given["name"],
            given["alliance"],
            given["kind"],
            given["column"],
            given["from"],
            given["to"],
            given.get("ref"),
            given["fault"],
        )


class UnreliableColumn(NamedTuple):
    """A growing counter that fell for more than 5%, and at least 5, of the players in both scans.

    Attributes:
        column: its name.
        fell: for how many players it fell.
        players: for how many it is known in both, who are all-zero in neither.
    """

    column: str
    fell: int
    players: int


class Findings(NamedTuple):
    """What is likely wrong in a pair of snapshots.

    Attributes:
        suspects: ordered by kind, column (None first), id; those of unreliable columns too.
        unreliable: in the order of their names.
        before: the version of the snapshot before the pair, in which faults were looked up;
            `NO_SNAPSHOT` where there is none, None where no fault depends on it, `UNKNOWN` where
            an older version of this software did not note it.
    """

    suspects: Sequence[Suspect]
    unreliable: Sequence[UnreliableColumn]
    before: str | None = None

    def follow_from(self, before: Snapshot | None) -> bool:
        """Whether these are the findings if this is the snapshot before the pair."""
        return self.before_version(before) == version_of(before)

    def before_version(self, listed: Snapshot | None) -> str:
        """The version of the snapshot before the pair that these follow from.

        Args:
            listed: that snapshot by the catalog; None: there is none.
        """
        return version_of(listed) if self.before is None else self.before

    def reliable(self) -> list[Suspect]:
        """The suspects less those of unreliable columns, which an answer names once."""
        columns = {one.column for one in self.unreliable}
        return [one for one in self.suspects if one.column not in columns]

    def by_player(self, ids: Collection[int]) -> dict[int, list[Suspect]]:
        """The reliable suspects of some players, by id; a player without any is left out."""
        found: dict[int, list[Suspect]] = {}
        wanted = {*ids}
        for suspect in self.reliable():
            if suspect.id in wanted:
                found.setdefault(suspect.id, []).append(suspect)
        return found


def version_of(before: Snapshot | None) -> str:
    """The version of a snapshot before a pair; `NO_SNAPSHOT` if there is none."""
    return NO_SNAPSHOT if before is None else before.version


NOTHING_FOUND: Final = Findings((), ())
