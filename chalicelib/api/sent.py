"""What was answered: so a client's copy can be confirmed without making the answer again."""

from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Final, NamedTuple

MOST: Final = 1024
"""So many pages are remembered: half a megabyte."""


class Sent(NamedTuple):
    """An answer that was made.

    Attributes:
        version: what it followed from (`chalicelib.api.operation.Answer.version`).
        headers: its `ETag` and its `Cache-Control`.
    """

    version: object
    headers: Mapping[str, str]


class SentAnswers:
    """The last answer to each of the requests that came last. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        """Start with none, and keep at most so many."""
        self._most = most
        self._sent: dict[Hashable, Sent] = {}
        self._lock = Lock()

    def find(self, request: Hashable) -> Sent | None:
        """The last answer to a request, if it is remembered."""
        return self._sent.get(request)

    def note(self, request: Hashable, sent: Sent) -> None:
        """Remember an answer; the one that was noted longest ago is forgotten for it."""
        with self._lock:
            self._sent.pop(request, None)
            self._sent[request] = sent
            if len(self._sent) > self._most:
                del self._sent[next(iter(self._sent))]
