"""The S3 of the benchmarks answers as moto does, to every call that the app makes."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config

from benchmarks.scale.server import BUCKET, S3Server, serving
from chalicelib.errors import StoreError
from chalicelib.lake.s3.store import S3Store
from tests.torture.memory_store import MemoryStore

pytestmark = pytest.mark.slow

KEYS = [
    "a.txt",
    "a/1.csv",
    "a/2 ü+&.csv",
    "a/b/1.csv",
    "a/b/2.csv",
    "b/=x/1%2F.csv",
    "b/=x/雪.csv",
    "c",
]
BODY = b"0123456789"


@pytest.fixture
def server() -> Iterator[S3Server]:
    with serving(MemoryStore()) as made:
        yield made


@pytest.fixture
def client(server: S3Server) -> Any:
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1})
    return boto3.client("s3", endpoint_url=server.endpoint, config=config)


@pytest.fixture
def both(client: Any, s3_client: Any, s3_bucket: str) -> list[tuple[S3Store, Any, str]]:
    """The store, the client and the bucket: of ours, and of moto, with the same objects."""
    found = [
        (S3Store(BUCKET, client=client), client, BUCKET),
        (S3Store(s3_bucket, client=s3_client), s3_client, s3_bucket),
    ]
    for store, _, _ in found:
        for key in KEYS:
            store.create(key, BODY)
    return found


def outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except StoreError as error:
        return type(error)


def read(store: S3Store, key: str, **how: Any) -> object:
    with store.open(key, **how) as reader:
        return reader.read(), reader.info.key, reader.info.size, reader.info.etag


def pages(client: Any, bucket: str, **how: Any) -> list[Any]:
    found = []
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, **how):
        contents = [(one["Key"], one["Size"], one["ETag"]) for one in page.get("Contents", [])]
        prefixes = [one["Prefix"] for one in page.get("CommonPrefixes", [])]
        found.append((contents, prefixes, page["IsTruncated"], page["KeyCount"]))
    return found


@pytest.mark.parametrize("how", [{}, {"Delimiter": "/"}, {"StartAfter": "a/2"}], ids=str)
def test_listings_have_the_same_pages(both: Any, how: Any) -> None:
    for prefix in ("", "a", "a/", "a/b", "b/=x/", "c", "d"):
        for size in (1, 3, 1000):
            ours, moto = (
                pages(client, bucket, Prefix=prefix, PaginationConfig={"PageSize": size}, **how)
                for _, client, bucket in both
            )
            assert ours == moto, (prefix, size)


READS: list[dict[str, Any]] = [
    {},
    {"start": 3},
    {"start": 3, "length": 4},
    {"start": 3, "length": 400},
    {"start": -3},
    {"start": -300},
    {"start": 10},
    {"start": 300, "length": 5},
    {"length": 0},
    {"etag": '"781e5e245d69b566979b86e28d23f2c7"'},
    {"etag": '"another"'},
    {"start": 3, "etag": '"another"'},
]


def test_reads_give_the_same(both: Any) -> None:
    for key in (KEYS[2], KEYS[6], "none"):
        for how in READS:
            ours, moto = (outcome(partial(read, store, key, **how)) for store, *_ in both)
            assert ours == moto, (key, how)


def test_heads_and_conditional_writes_give_the_same(both: Any) -> None:
    def steps(store: S3Store) -> list[object]:
        found: list[object] = []
        for key in ("c", "new", "none"):
            info = store.head(key)
            found.append(info and (info.size, info.etag))
        calls: list[Callable[[], object]] = [
            lambda: store.create("c", b"x"),
            lambda: store.create("new", io.BytesIO(b"new")),
            lambda: store.replace("c", b"y", '"another"'),
            lambda: store.replace("none", b"y", '"another"'),
            lambda: store.replace("new", b"newer", store.create("newest", b"new")),
        ]
        found += map(outcome, calls)
        return [*found, [(info.key, info.size, info.etag) for info in store.list_objects("")]]

    ours, moto = (steps(store) for store, *_ in both)
    assert ours == moto


def test_calls_and_bytes_are_counted(server: S3Server, client: Any) -> None:
    store = S3Store(BUCKET, client=client)
    store.create("a", BODY)
    assert store.head("a")
    read(store, "a", start=3, length=4)
    assert [*store.list_objects("")]
    assert (server.calls, server.sent) == ({"PUT": 1, "HEAD": 1, "GET": 1, "LIST": 1}, 4)
