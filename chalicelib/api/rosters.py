"""A kingdom's roster, for the operations that ask it."""

from chalicelib.api.operation import Backend
from chalicelib.errors import StoreError
from chalicelib.roster.roster import Roster, read_roster


def open_roster(backend: Backend, kingdom: int) -> Roster:
    """A kingdom's roster, in one read; of the catalog's only if there is nobody in it.

    Raises:
        NotFoundError: there is no such kingdom.
        StoreError: it is damaged or missing.
    """
    roster = read_roster(backend.store(), kingdom)
    if roster is None or roster.is_empty:
        # Raises where there is no snapshot.
        backend.catalog().snapshots(kingdom)
    if roster is None:
        raise StoreError(f"kingdom {kingdom}: the roster is missing; rebuild it")
    return roster
