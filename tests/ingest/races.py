"""Others that write at the worst moment: a store that lets them in, and processes of their own."""

import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.pool import Pool
from threading import Barrier
from typing import Any, Final, cast

from chalicelib import config
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.open import open_store
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import ObjectInfo, Store
from tests.ingest.support import contents, date_object, patched, put

MOST_CALLS: Final = 60
"""More calls than any ingestion or rebuilding of a date makes."""

_SECONDS: Final = 60
_ACCOUNT: Final = "123456789012"

_barriers: list[Barrier] = []


class _InterruptedStore:
    def __init__(self, store: Store, at: int, other: Callable[[], object]) -> None:
        self._store = store
        self._at = at
        self._other = other
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            self._calls += 1
            if self._calls == self._at:
                self._other()
            return method(*arguments, **named)

        return call


def interrupted(store: Store, at: int, other: Callable[[], object]) -> Store:
    """A store that passes every call on; before number `at`, somebody else has their way."""
    return cast(Store, _InterruptedStore(store, at, other))


class _WatchedStore:
    def __init__(self, store: Store, watch: Callable[[str, str], None]) -> None:
        self._store = store
        self._watch = watch
        self.scratch = store.scratch

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def call(key: str, *arguments: Any, **named: Any) -> Any:
            self._watch(name, key)
            return method(key, *arguments, **named)

        return call


def watched(store: Store, watch: Callable[[str, str], None]) -> Store:
    """A store that tells of every call's method and key before it passes it on."""
    return cast(Store, _WatchedStore(store, watch))


def accept(store: Store, key: str, body: bytes, moment: datetime) -> str:
    """Put an upload that a directory or moto is to have accepted at a moment; its key."""
    put(store, key, body, None)
    if isinstance(store, S3Store):
        moto_object(store, key).last_modified = moment.replace(tzinfo=None)
    else:
        date_object(store, key, moment)
    return key


def moto_object(store: S3Store, key: str) -> Any:
    """What moto itself holds of an object, to be changed as no client can."""
    from moto.s3.models import s3_backends

    bucket, prefix = vars(store)["_bucket"], vars(store)["_prefix"]
    return s3_backends[_ACCOUNT]["aws"].buckets[bucket].keys[prefix + key]


def state(store: Store) -> tuple[list[ObjectInfo], dict[str, bytes]]:
    """All that can be seen of a lake: a write of the same bytes shows too."""
    return list(store.list_objects("")), contents(store)


@contextmanager
def atomic_moto() -> Iterator[None]:
    """Let moto check the condition of a write and write in one step, as S3 does."""
    from threading import Lock

    from moto.s3.responses import S3Response

    lock, put_object = Lock(), S3Response.put_object

    def put_locked(self: Any) -> Any:
        with lock:
            return put_object(self)

    with patched((S3Response, "put_object", put_locked)):
        yield


@contextmanager
def two_processes() -> Iterator[Pool]:
    """Two processes that start each pair of tasks together."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(2, _enter, (context.Barrier(2),)) as pool:
        yield pool
        pool.close()
        pool.join()


def _enter(barrier: Barrier) -> None:
    _barriers.append(barrier)


def ingest_together(pool: Pool, uri: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Ingest two uploads at once, each in its own process; what each of them answered."""
    aws = {name: value for name, value in os.environ.items() if re.match("AWS_", name)}
    return pool.starmap_async(_ingest, [(uri, key, aws) for key in keys], chunksize=1).get(_SECONDS)


def _ingest(uri: str, key: str, environ: dict[str, str]) -> dict[str, Any]:
    os.environ.update(environ)
    store, settings = open_store(uri), config.load({"LAKE_URI": uri})
    store.head(key)
    _barriers[0].wait(_SECONDS)
    ingested = ingest_key(store, key, settings)
    assert ingested is not None
    return ingested.answer(store)
