"""A kingdom's roster, for the operations that ask it."""

from chalicelib.api.operation import Backend
from chalicelib.errors import RosterMissingError
from chalicelib.roster.roster import Roster, read_roster


def open_roster(backend: Backend, kingdom: int) -> Roster:
    """A kingdom's roster, in one read; of the catalog's only if there is nobody in it.

    Raises:
        NotFoundError: there is no such kingdom.
        RosterMissingError: the lake is from before there were rosters.
        StoreError: it is damaged.
    """
    roster = read_roster(backend.store(), kingdom)
    if roster is None or roster.is_empty:
        # Raises where there is no snapshot.
        backend.catalog().snapshots(kingdom)
    if roster is None:
        raise RosterMissingError(
            f"the players of kingdom {kingdom} are not listed yet: its next upload does it, or a "
            "rebuild (python -m chalicelib rebuild)"
        )
    return roster
