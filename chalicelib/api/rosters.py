"""A kingdom's roster, for the operations that ask it."""

from chalicelib.api.operation import Backend
from chalicelib.errors import RosterMissingError
from chalicelib.roster.roster import Roster, read_roster


def open_roster(backend: Backend, kingdom: int) -> Roster:
    """A kingdom's roster, in one read.

    Only if it is not there, or nobody is in it, the catalog is read, and the roster again.

    Raises:
        NotFoundError: there is no such kingdom.
        StoreError: it is damaged.
        RosterMissingError: there are snapshots but no roster.
    """
    roster = read_roster(backend.store(), kingdom)
    if roster is None or roster.is_empty:
        # Raises where there is no snapshot.
        backend.catalog().snapshots(kingdom)
        # The first one may have been published between the two reads.
        roster = read_roster(backend.store(), kingdom)
    if roster is None:
        raise RosterMissingError(
            f"kingdom {kingdom} has no list of its players yet: it is being published, or the "
            "lake must be rebuilt (python -m chalicelib rebuild)"
        )
    return roster
