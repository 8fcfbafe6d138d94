"""The engine protocol: answer ranked questions about given runs.

The catalog (`chalicelib.catalog`) lists the snapshots, for every engine alike. Every engine gives
the same answers, which `tests/engines` tests.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.boards.past import Past
from chalicelib.boards.request import BoardRequest
from chalicelib.boards.snapshot import BoardPage, Snapshot
from chalicelib.threads.deadline import Deadline

if TYPE_CHECKING:
    # Not imported by a function that starts: most requests ask for no gains.
    from chalicelib.changes.gains_page import GainsPage
    from chalicelib.changes.span import Span


class Standing(NamedTuple):
    """Where a player of a snapshot stands on a board; both None if the value is not known."""

    rank: int | None
    value: int | None


class Standings(NamedTuple):
    """Where some players stand.

    Attributes:
        snapshot: the facts of the file that was read.
        of: by id; who is not in the snapshot is left out.
    """

    snapshot: Snapshot
    of: Mapping[int, Standing]


class Engine(Protocol):
    """Answers boards and gains. Thread-safe.

    Every method raises `EngineBusyError` or `StoreUnavailableError` when a retry may help,
    `EngineTimeoutError` when the answer takes too long, and `StoreError` when an object is damaged
    or missing. Facts and entries are always of one run, even while a snapshot is being replaced:
    the given run, or a newer one that the catalog does not list yet; of a snapshot that is being
    withdrawn they are empty, with 0 players.
    """

    def board(self, snapshot: Snapshot, request: BoardRequest, deadline: Deadline) -> BoardPage:
        """A page of a board.

        Raises:
            NotFoundError: the player of `around` is not ranked (or not in the alliance).
            BadParameterError: nobody is known of a counter in `weights`.
        """
        ...

    def standings(
        self, snapshot: Snapshot, request: BoardRequest, ids: Collection[int], deadline: Deadline
    ) -> Standings:
        """Where these players stand on the whole kingdom's board of `metric` and `weights`.

        Raises:
            BadParameterError: nobody is known of a counter in `weights`.
        """
        ...

    def gains(self, span: "Span", request: BoardRequest, deadline: Deadline) -> "GainsPage":
        """A page of the board of gains between two snapshots (contract, section 9).

        Raises:
            NotFoundError: the player of `around` is not ranked (or not in the alliance).
            BadParameterError: the two have a `dkp` of different bases, or nobody is known of a
                counter in `weights` in one of them.
        """
        ...

    def history(self, player: int, snapshots: Sequence[Snapshot], deadline: Deadline) -> list[Past]:
        """What these snapshots say of a player, in their order.

        Args:
            player: the player's id.
            snapshots: of one kingdom, as the catalog lists them.
            deadline: when the answer must be there.
        """
        ...
