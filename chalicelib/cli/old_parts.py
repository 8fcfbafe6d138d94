"""What `sweep` also does for a lake with a table: delete the parts that nothing names any more."""

import math
import time
from typing import Final

from chalicelib.cli import terminal
from chalicelib.cli.text import counted
from chalicelib.errors import StoreError
from chalicelib.items.store import LakeWithTable
from chalicelib.lake.store import Store

WATCH_SECONDS: Final = 15 * 60
"""How often a watch does it: as often as the function `sweep_inbox` is called."""


def drop_old_parts(store: Store) -> None:
    """Delete what is due, and say how much; nothing without a table.

    Raises:
        StoreError: the table failed; the next sweep goes on.
    """
    if not isinstance(store, LakeWithTable):
        return
    from chalicelib.ingest.sweeping.parts import drop_parts

    dropped = drop_parts(store, lambda: math.inf)
    if dropped:
        terminal.note(f"Deleted from the table: {counted(dropped, 'part')} that nothing names now.")


class DropNowAndThen:
    """Does it at first and then every `WATCH_SECONDS`; what fails is told once while it lasts."""

    def __init__(self, store: Store) -> None:
        """Set the lake."""
        self._store = store
        self._next = -math.inf
        self._told = ""

    def __call__(self) -> None:
        """Delete what is due, if it is time."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + WATCH_SECONDS
        try:
            drop_old_parts(self._store)
            self._told = ""
        except StoreError as error:
            if str(error) != self._told:
                terminal.complain(str(error))
            self._told = str(error)
