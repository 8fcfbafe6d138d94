"""What a view is: anything that can be made again from `raw/` (docs/architecture.md).

A view says its folder, which of its targets a changed snapshot touches, what a target is made of,
and how its bytes are made. `chalicelib.views.reconcile` does the rest for all of them.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import BinaryIO, NamedTuple, Protocol

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import StoreError
from chalicelib.lake.keys import Partition, RawKey
from chalicelib.lake.store import ObjectInfo, Store

Body = bytes | BinaryIO


class Target(NamedTuple):
    """An object that a view keeps.

    Attributes:
        key: its key.
        kingdom: whose it is; None for one of the whole lake.
        day: of which date; None for one of a whole kingdom, or of the lake.
    """

    key: str
    kingdom: int | None = None
    day: date | None = None


class Source(NamedTuple):
    """A state of an object that a target is made of.

    Attributes:
        key: the object.
        etag: its ETag; empty for what is written once and never changes.
    """

    key: str
    etag: str


Sources = tuple[Source, ...]

Dates = Callable[[], Sequence[date]]
"""Gives the dates of which a kingdom has players, ascending, as they are when it is called."""


class SnapshotObjects(NamedTuple):
    """What is made of one accepted upload alone.

    Attributes:
        curated: the Parquet file.
        boards: the boards object.
    """

    curated: BinaryIO
    boards: BinaryIO


class SnapshotMaker(Protocol):
    """What makes a snapshot's own objects."""

    def objects(self, raw: RawKey) -> SnapshotObjects | None:
        """The objects of an accepted upload; None when its own process is to publish them.

        Raises:
            NotMadeError: there can be none.
        """
        ...


class NotMadeError(StoreError):
    """Raised when a target cannot be made; the text says of what, and why not."""

    def __init__(self, key: str, message: str) -> None:
        """Carry the key of the source that is at fault."""
        super().__init__(message)
        self.key = key


class Current:
    """A target as it was when `reconcile` asked for its head."""

    def __init__(self, store: Store, info: ObjectInfo | None) -> None:
        """Take what the head told; nothing is read yet."""
        self._store = store
        self._body: bytes | None = None
        self.info = info

    def body(self) -> bytes:
        """Its bytes, read once; none where there is no object.

        Raises:
            PreconditionFailedError: it is another object by now.
            ObjectNotFoundError: it is gone.
        """
        if self._body is None:
            self._body = b""
            if self.info is not None:
                with self._store.open(self.info.key, etag=self.info.etag) as reader:
                    self._body = reader.read()
        return self._body

    def blank(self) -> "Current":
        """The same target, of which no part is taken over: all of it is to be made anew."""
        blank = Current(self._store, self.info)
        blank._body = b""
        return blank


class View(Protocol):
    """One kind of derived objects; stateless."""

    @property
    def folder(self) -> str:
        """The lake's top folder in which its targets lie, with its slash."""
        ...

    @property
    def table(self) -> GlueTable | None:
        """The Athena table over its targets, if there is one."""
        ...

    def targets(self, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        """The targets that a change of a snapshot touches, in order.

        Args:
            partition: the snapshot's kingdom and date.
            dates: of its kingdom.
        """
        ...

    def may_change(self, store: Store, target: Target, partition: Partition) -> bool:
        """Whether a change of this snapshot may change the target; True where that costs a look."""
        ...

    def look(self, store: Store, target: Target) -> Sources:
        """What the target is made of, as it is now, in a fixed order."""
        ...

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, maker: SnapshotMaker
    ) -> Body | None:
        """The target's bytes, of just these sources; None when there is nothing to write.

        Args:
            store: the lake.
            target: which one.
            sources: what `look` told.
            current: the target as it is, so that parts whose source is the same can be taken over;
                or the same, blank.
            maker: makes what follows from an upload alone.

        Raises:
            PreconditionFailedError, ObjectNotFoundError: a source is another one by now.
            NotMadeError: it cannot be made.
        """
        ...

    def content(self, body: bytes) -> bytes:
        """What counts of the target's bytes: all, but for notes on what they were made of."""
        ...
