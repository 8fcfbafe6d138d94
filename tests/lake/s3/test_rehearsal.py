"""A store's rehearsal: its own client, a bucket in memory, and nothing sent."""

from typing import TYPE_CHECKING

import pytest

from chalicelib.errors import ObjectNotFoundError
from chalicelib.lake.s3.rehearsal import rehearsal
from chalicelib.lake.s3.store import S3Store
from tests.lake.support import info_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def rehearse(store: S3Store) -> None:
    """Do what a store can do, and see that the bucket in memory has it."""
    assert store.head("inbox/a") is None
    with pytest.raises(ObjectNotFoundError):
        store.open("inbox/a")
    made = info_of(store, "inbox/a b&c", store.create("inbox/a b&c", b"one"))
    with store.open("inbox/a b&c", etag=made.etag) as reader:
        assert (reader.read(), reader.info) == (b"one", made)
    store.create("raw/x", b"")
    store.replace("inbox/a b&c", b"three", made.etag)
    assert [(found.key, found.size) for found in store.list_objects("inbox/")] == [
        ("inbox/a b&c", 5)
    ]


@pytest.mark.parametrize("prefix", ["", "some/prefix"])
def test_a_rehearsal_is_of_a_bucket_of_its_own_and_leaves_nothing(
    s3_bucket: str, s3_client: "S3Client", prefix: str
) -> None:
    store = S3Store(s3_bucket, prefix, s3_client)
    store.create("inbox/real", b"1")
    with rehearsal(store):
        assert store.head("inbox/real") is None
        rehearse(store)
    assert [found.key for found in store.list_objects("")] == ["inbox/real"]


def test_a_rehearsal_that_fails_ends_too(s3_bucket: str, s3_client: "S3Client") -> None:
    store = S3Store(s3_bucket, client=s3_client)
    with pytest.raises(ObjectNotFoundError), rehearsal(store):
        store.open("inbox/a")
    store.create("inbox/real", b"1")
    assert s3_client.head_object(Bucket=s3_bucket, Key="inbox/real")["ContentLength"] == 1


def test_a_bucket_may_stand_in_the_name_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    store = S3Store("rok-lake", "rok-lake")
    with rehearsal(store):
        rehearse(store)
