"""The view protocol: a view is anything that can be made again from `raw/` (docs/architecture.md).

A view defines its folder, which of its targets a changed snapshot touches, a target's sources, and
how its bytes are made. `chalicelib.views.reconcile` does the rest for all views.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO, NamedTuple, Protocol

from chalicelib.engines.athena.tables import GlueTable
from chalicelib.errors import StoreError
from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.keys import Partition
from chalicelib.lake.store import ObjectInfo, Store

Body = bytes | BinaryIO


class Target(NamedTuple):
    """One object of a view.

    Attributes:
        key: its key.
        kingdom: its kingdom; None for a target of the whole lake.
        day: its date; None for a target of a whole kingdom, or of the lake.
    """

    key: str
    kingdom: int | None = None
    day: date | None = None

    @property
    def partition(self) -> Partition:
        """The kingdom and the date of a date's target."""
        assert self.kingdom is not None
        assert self.day is not None
        return Partition(self.kingdom, self.day)


class Source(NamedTuple):
    """One state of an object that a target is made of.

    Attributes:
        key: the object's key.
        etag: its ETag; empty for objects that never change.
    """

    key: str
    etag: str


Sources = tuple[Source, ...]


class Dates(Protocol):
    """The dates of a kingdom that have a curated file, listed when it is first asked.

    All views of a change are told the same, which is as it was after the change was in `curated/`:
    so a view that is made of another one is touched wherever that one is.
    """

    def __call__(self) -> Sequence[date]:
        """These dates, ascending."""
        ...

    def after(self, day: date, snapshots: int) -> Sequence[date]:
        """The dates after a date up to so many that have players for certain, ascending.

        Those in between that may be withdrawn are among them.
        """
        ...


class SnapshotObjects(NamedTuple):
    """The objects that are made of one event alone: an accepted upload, or a withdrawal.

    Attributes:
        curated: the Parquet file.
        boards: the boards object.
    """

    curated: BinaryIO
    boards: BinaryIO


class SnapshotMaker(Protocol):
    """Makes a snapshot's own objects: for each of them None when the event's own process does it.

    Both methods raise `NotMadeError` if they cannot be made.
    """

    def curated(self, event: ArchiveKey, /) -> BinaryIO | None:
        """The Parquet file of an event."""
        ...

    def boards(self, event: ArchiveKey, /) -> BinaryIO | None:
        """The boards object of an event."""
        ...


class NotMadeError(StoreError):
    """Raised when a target cannot be made; the text names the source and the reason."""

    def __init__(self, key: str, message: str) -> None:
        """Store the key of the source that is the cause."""
        super().__init__(message)
        self.key = key


def log_not_made(key: str, error: NotMadeError) -> None:
    """Log that a target is left as it is, or a part of it: nobody else is to wait for it.

    Args:
        key: the target's.
        error: why.
    """
    # Imported here: damage is rare, and logging takes 2 ms of every cold start.
    import logging

    from chalicelib.logs import log_event

    fields = {"key": key, "damaged": error.key, "message": str(error)}
    log_event(logging.getLogger(__name__), "view_not_made", fields, logging.ERROR)


class Current:
    """A target's state at the time of `reconcile`'s head request.

    Attributes:
        info: the head request's result.
        is_blank: whether no part of it is to be taken over (`blank`).
    """

    is_blank = False

    def __init__(self, store: Store, info: ObjectInfo | None) -> None:
        """Take the result of the head request; nothing is read yet."""
        self._store = store
        self._body: bytes | None = None
        self.info = info

    def body(self) -> bytes:
        """Its bytes, read once; empty when there is no object.

        Raises:
            PreconditionFailedError: it was replaced meanwhile.
            ObjectNotFoundError: it was removed meanwhile.
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
        blank.is_blank = True
        return blank

    def whole(self) -> "Current":
        """The same target with its bytes, also of a blank one: what is not made of any source."""
        return Current(self._store, self.info) if self.is_blank else self


class View(Protocol):
    """One kind of derived objects; stateless."""

    @property
    def folder(self) -> str:
        """The lake's top folder of its targets, with its slash."""
        ...

    @property
    def table(self) -> GlueTable | None:
        """The Athena table over its targets, if there is one."""
        ...

    def targets(self, partition: Partition, dates: Dates) -> tuple[Target, ...]:
        """The targets that a change of a snapshot touches, in order.

        Args:
            partition: the snapshot's kingdom and date.
            dates: the dates of its kingdom.
        """
        ...

    def may_change(self, store: Store, target: Target, partition: Partition) -> bool:
        """Whether a change of this snapshot may change the target; True if that is not known."""
        ...

    def look(self, store: Store, target: Target) -> Sources:
        """The target's current sources, in a fixed order."""
        ...

    def make(
        self, store: Store, target: Target, sources: Sources, current: Current, maker: SnapshotMaker
    ) -> Body | None:
        """The target's bytes from exactly these sources; None when there is nothing to write.

        Args:
            store: the lake.
            target: which one.
            sources: what `look` told.
            current: the target as it is, so that parts whose source is the same can be taken over;
                or the same, blank.
            maker: makes what follows from an upload alone.

        Raises:
            PreconditionFailedError, ObjectNotFoundError: a source was replaced or removed.
            NotMadeError: the target cannot be made.
        """
        ...

    def is_sound(self, body: bytes, target: Target) -> bool:
        """Whether bytes are undamaged in themselves; True if that is not known.

        A target that is sound and differs, while its sources are damaged, is not to blame.
        """
        ...

    def content(self, body: bytes) -> bytes:
        """The part of the target's bytes that is compared: all except the record of its sources."""
        ...


class ViewWithParts(ABC):
    """The base of a view whose targets name parts that are kept elsewhere: items of a table.

    Parts follow from what a target says, and are written before it: whoever reads a target finds
    all that it names.
    """

    @abstractmethod
    def write_parts(
        self, store: Store, target: Target, sources: Sources, body: Body, current: Current
    ) -> None:
        """Write the parts that a target's new bytes name and its current ones do not.

        Args:
            store: the lake.
            target: which one.
            sources: what `View.look` told.
            body: what `View.make` made of these.
            current: the target as it is.

        Raises:
            PreconditionFailedError, ObjectNotFoundError: a source was replaced or removed.
            NotMadeError: they cannot be made.
        """

    @abstractmethod
    def repair_parts(self, store: Store, target: Target, sources: Sources, body: Body) -> bool:
        """Write all parts that are not as they must be, whatever the target named before.

        The arguments and errors are those of `write_parts`.

        Returns:
            Whether there were any.
        """

    @abstractmethod
    def wrong_parts(
        self, store: Store, target: Target, sources: Sources, body: Body
    ) -> Iterator[tuple[str, str]]:
        """The parts of a target that are not as they must be: a key, and a sentence that names it.

        The arguments and errors are those of `write_parts`.
        """
