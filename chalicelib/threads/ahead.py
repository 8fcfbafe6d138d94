"""Read slow iterators ahead, each in a thread: several listings of a lake go on side by side."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Final, Generic, Self, TypeVar

_Item = TypeVar("_Item")

_PIECE: Final = 1000  # as many as a page of S3's listing has
_PIECES: Final = 2
_SECONDS_BETWEEN_LOOKS: Final = 0.1


class ReadAhead(Generic[_Item]):
    """The items of an iterable, in order; a thread reads up to 4,000 of them ahead.

    The thread starts at once. It ends with the items, with their first error, which is raised here
    too, or soon after `close`.
    """

    def __init__(self, items: Iterable[_Item]) -> None:
        """Start to read."""
        # Imported late: most processes list nothing.
        from queue import Queue
        from threading import Event, Thread

        self._pieces: Queue[tuple[list[_Item], BaseException | None]] = Queue(_PIECES)
        self._closed = Event()
        self._thread = Thread(target=self._read, args=(iter(items),), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def __iter__(self) -> Iterator[_Item]:
        """The items; to be iterated once."""
        while True:
            piece, error = self._pieces.get()
            yield from piece
            if error is not None:
                raise error
            if len(piece) < _PIECE:
                return

    def close(self) -> None:
        """Read no more; what is being read is read to its end, and dropped."""
        self._closed.set()

    def _read(self, items: Iterator[_Item]) -> None:
        error: BaseException | None = None
        while error is None and not self._closed.is_set():
            piece: list[_Item] = []
            try:
                piece.extend(islice(items, _PIECE))
            except BaseException as raised:
                error = raised
            self._put(piece, error)
            if len(piece) < _PIECE:
                return

    def _put(self, piece: list[_Item], error: BaseException | None) -> None:
        from queue import Full

        while not self._closed.is_set():
            with suppress(Full):
                self._pieces.put((piece, error), timeout=_SECONDS_BETWEEN_LOOKS)
                return
