"""A lake whose every state has a number, and a store whose every call is a step.

For walking all interleavings: a call at a state gives the next state and a reply, and both are
remembered, so that what was called once costs a look into a table.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, NamedTuple

from greenlet import getcurrent, greenlet

from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake.store import ObjectInfo, bytes_of, spooled
from tests.torture.memory_store import MemoryReader

MOMENT: Final = datetime(2026, 1, 26, 12, tzinfo=UTC)

Contents = dict[str, bytes]


class Call(NamedTuple):
    """A call of the store.

    Attributes:
        method: the store's, or `mark` (see `mark`).
        key: the key, or the prefix of a listing.
        body: what is to be written.
        etag: the condition, if there is one.
        start: of a range.
        length: of a range.
    """

    method: str
    key: str
    body: bytes = b""
    etag: str | None = None
    start: int = 0
    length: int | None = None

    @property
    def writes(self) -> bool:
        """Whether it may change the lake."""
        return self.method in ("create", "replace")


class Reply(NamedTuple):
    """What a call gives: a value, or an error that it raises."""

    value: Any = None
    error: type[Exception] | None = None


class Lakes:
    """All states of a lake that were met, each with a number."""

    def __init__(self, judge_write: Callable[[Contents, Contents], None]) -> None:
        """Start without any; `judge_write` sees the lake before and after each write."""
        self._judge_write = judge_write
        self._numbers: dict[tuple[tuple[str, bytes], ...], int] = {}
        self._states: list[Contents] = []
        self._calls: dict[Call, int] = {}
        self.calls: list[Call] = []
        self._replies: dict[Reply, int] = {}
        self.replies: list[Reply] = []
        self._done: dict[tuple[int, int], tuple[int, int]] = {}

    def number(self, contents: Contents) -> int:
        """The number of a state."""
        name = tuple(sorted(contents.items()))
        if name not in self._numbers:
            self._numbers[name] = len(self._states)
            self._states.append(contents)
        return self._numbers[name]

    def contents(self, lake: int) -> Contents:
        """The objects of a state; not to be changed."""
        return self._states[lake]

    def number_of_call(self, call: Call) -> int:
        """The number of a call."""
        if call not in self._calls:
            self._calls[call] = len(self.calls)
            self.calls.append(call)
        return self._calls[call]

    def make(self, lake: int, call: int) -> tuple[int, int]:
        """Make a call at a state: the next state, and the reply's number."""
        done = self._done.get((lake, call))
        if done is None:
            before = self._states[lake]
            after, reply = _make(before, self.calls[call])
            if after is not before:
                self._judge_write(before, after)
            if reply not in self._replies:
                self._replies[reply] = len(self.replies)
                self.replies.append(reply)
            done = self.number(after), self._replies[reply]
            self._done[lake, call] = done
        return done


def _make(lake: Contents, call: Call) -> tuple[Contents, Reply]:
    if call.method == "mark":
        return lake, Reply()
    if call.method == "list":
        found = [_info(key, lake[key]) for key in sorted(lake) if key.startswith(call.key)]
        return lake, Reply(tuple(found))
    body = lake.get(call.key)
    info = None if body is None else _info(call.key, body)
    if call.method == "head":
        return lake, Reply(info)
    if call.method == "open":
        return lake, _open(info, body or b"", call)
    # To create is to replace what is not there.
    if (info.etag if info else None) != call.etag:
        return lake, Reply(error=PreconditionFailedError)
    return {**lake, call.key: call.body}, Reply(_info(call.key, call.body))


def _open(info: ObjectInfo | None, body: bytes, call: Call) -> Reply:
    if info is None:
        return Reply(error=ObjectNotFoundError)
    if call.etag not in (None, info.etag):
        return Reply(error=PreconditionFailedError)
    end = None if call.length is None else call.start + call.length
    return Reply((info, body[call.start : end]))


_ETAGS: dict[bytes, str] = {}


def _info(key: str, body: bytes) -> ObjectInfo:
    """As in S3, the same bytes have the same ETag again: that is the hard case."""
    if body not in _ETAGS:
        _ETAGS[body] = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return ObjectInfo(key, len(body), _ETAGS[body], MOMENT)


class SteppedStore:
    """A store (`chalicelib.lake.store.Store`) that leaves every call to whoever runs the caller."""

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        found: ObjectInfo | None = _ask(Call("head", key))
        return found

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> MemoryReader:
        """See `Store.open`; what is read is read at once."""
        return MemoryReader(*_ask(Call("open", key, b"", etag, start, length)))

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        info: ObjectInfo = _ask(Call("create", key, bytes_of(body)))
        return info.etag

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        info: ObjectInfo = _ask(Call("replace", key, bytes_of(body), etag))
        return info.etag

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`."""
        return spooled()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`; of one moment."""
        for info in _ask(Call("list", prefix)):
            if info.key > after:
                yield info

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`."""
        keys = [info.key.removeprefix(prefix) for info in self.list_objects(prefix)]
        yield from dict.fromkeys(key.partition("/")[0] for key in keys if "/" in key)


def mark(name: str) -> None:
    """Note that a writer has forgotten all that it was told before: what it does from here on is
    the same, whatever that was.
    """
    _ask(Call("mark", name))


def _ask(call: Call) -> Any:
    parent: greenlet = getcurrent().parent
    reply: Reply = parent.switch(call)
    if reply.error is not None:
        raise reply.error(call.key)
    return reply.value
