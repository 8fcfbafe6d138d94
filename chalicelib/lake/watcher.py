"""Watch a lake's prefix: ask again and again which objects may be new or changed."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chalicelib.errors import StoreError
from chalicelib.lake.store import ObjectInfo, Store


class Look(NamedTuple):
    """What one look found.

    Attributes:
        objects: those that may be new or changed since the look before; all of them at the first.
        failures: folders that could not be read, with the error; the next look tries them again.
    """

    objects: Sequence[ObjectInfo]
    failures: Sequence[tuple[str, StoreError]] = ()


class Watcher(Protocol):
    """Looks at the objects below a prefix."""

    def look(self) -> Look:
        """What may be new or changed.

        An object may be named without being changed, and late: never later than the watcher's
        slow pass over everything takes. Objects that are gone are not named.

        Raises:
            StoreError: nothing could be listed.
        """
        ...

    def close(self) -> None:
        """Free what the system holds for the watcher."""
        ...


class ListingWatcher:
    """Lists all objects at every look: in S3 there is no other way."""

    def __init__(self, store: Store, prefix: str) -> None:
        """Watch the objects whose key starts with `prefix`."""
        self._store = store
        self._prefix = prefix

    def look(self) -> Look:
        """See `Watcher.look`."""
        return Look(list(self._store.list_objects(self._prefix)))

    def close(self) -> None:
        """See `Watcher.close`."""
