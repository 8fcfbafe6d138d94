"""What only S3 does: conflicts, retries, types of content, prefixes, lazy boto3."""

import io
import subprocess
import sys

import pytest

from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreDeniedError,
    StoreUnavailableError,
)
from chalicelib.lake.s3 import store as s3
from chalicelib.lake.s3.store import S3Store
from tests.lake.s3.fake_s3 import (
    KEY,
    FakeS3,
    failure,
    listing,
    store_at,
    success,
)

pytestmark = pytest.mark.slow


def test_a_conflict_is_tried_again(
    fake: FakeS3, failing: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "CONFLICT_WAITS", (0.01, 0.01))
    conflict = failure(409, "ConditionalRequestConflict")
    fake.answers = [conflict, conflict, success(), success(b"content")]
    assert failing.create(KEY, io.BytesIO(b"content")) == '"e"'
    assert [body for method, _, body in fake.requests if method == "PUT"] == [b"content"] * 3
    fake.requests.clear()
    fake.answers = [conflict, failure(412, "PreconditionFailed")]
    with pytest.raises(PreconditionFailedError):
        failing.create(KEY, b"content")
    fake.requests.clear()
    fake.answers = [conflict]
    with pytest.raises(StoreUnavailableError, match="ConditionalRequestConflict"):
        failing.replace(KEY, b"content", '"e"')
    assert len(fake.requests) == 3


def test_a_file_is_sent_whole_again_when_the_sdk_retries(fake: FakeS3) -> None:
    fake.answers = [failure(503, "SlowDown"), success(), success(b"content")]
    store_at(fake, attempts=3).create(KEY, io.BytesIO(b"content"))
    assert [body for method, _, body in fake.requests if method == "PUT"] == [b"content"] * 2


def test_writes_carry_their_condition_and_type(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [success()]
    failing.create("reports/players.csv.json", b"{}")
    failing.replace("curated/players.parquet", b"PAR1", '"old"')
    failing.create("raw/players.CSV.gz", b"")
    failing.create("rejected/players", b"")
    create, replace, gz, other = (head for method, head, _ in fake.requests if method == "PUT")
    assert create["If-None-Match"] == "*"
    assert "If-Match" not in create
    assert create["Content-Type"] == "application/json"
    assert replace["If-Match"] == '"old"'
    assert "If-None-Match" not in replace
    assert replace["Content-Type"] == "application/vnd.apache.parquet"
    assert gz["Content-Type"] == "application/gzip"
    assert other.get("Content-Type") in (None, "binary/octet-stream")


def test_a_write_is_one_request_and_tells_its_own_etag(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [success(etag='"mine"'), success(etag='"newer"')]
    assert failing.create(KEY, io.BytesIO(b"my content")) == '"mine"'
    assert failing.replace(KEY, b"other", '"mine"') == '"newer"'
    assert [method for method, *_ in fake.requests] == ["PUT", "PUT"]


def test_a_swap_of_a_removed_object_fails(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [failure(404, "NoSuchKey")]
    with pytest.raises(PreconditionFailedError, match="is gone"):
        failing.replace(KEY, b"", '"e"')


REFUSED = failure(403, "AccessDenied")


@pytest.mark.parametrize("keys", [(), (f"{KEY}.gz",)])
def test_a_refusal_for_a_key_that_a_listing_does_not_have_means_that_there_is_no_object(
    fake: FakeS3, failing: S3Store, keys: tuple[str, ...]
) -> None:
    def refuse() -> None:
        fake.requests.clear()
        fake.answers = [REFUSED, listing(*keys)]

    refuse()
    assert failing.head(KEY) is None
    refuse()
    with pytest.raises(ObjectNotFoundError, match="there is no such object"):
        failing.open(KEY)
    refuse()
    with pytest.raises(ObjectNotFoundError):
        failing.open(KEY, start=5, length=5)
    refuse()
    with pytest.raises(PreconditionFailedError):
        failing.replace(KEY, b"content", '"e"')
    assert [method for method, _, _ in fake.requests] == ["PUT", "GET"]


def test_a_refusal_for_an_object_that_is_there_stays_one(fake: FakeS3, failing: S3Store) -> None:
    for call in (
        lambda: failing.head(KEY),
        lambda: failing.open(KEY),
        lambda: failing.replace(KEY, b"content", '"e"'),
    ):
        fake.answers = [REFUSED, listing(KEY)]
        with pytest.raises(StoreDeniedError, match=f"s3://lake/{KEY}"):
            call()


def test_a_refusal_is_not_believed_while_the_listing_fails(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [REFUSED, failure(503, "SlowDown")]
    with pytest.raises(StoreUnavailableError):
        failing.head(KEY)


def test_a_refused_creation_is_not_asked_about(fake: FakeS3, failing: S3Store) -> None:
    fake.answers = [REFUSED]
    with pytest.raises(StoreDeniedError):
        failing.create(KEY, b"content")
    assert [method for method, _, _ in fake.requests] == ["PUT"]


def test_a_range_counts_the_whole_object(s3_store: S3Store) -> None:
    s3_store.create(KEY, b"0123456789")
    with s3_store.open(KEY, start=2, length=3) as reader:
        assert (reader.info.size, reader.read()) == (10, b"234")


def test_a_console_folder_is_listed_as_an_object_of_no_bytes(s3_store: S3Store) -> None:
    s3_store.create("inbox/folder/", b"")
    assert [(info.key, info.size) for info in s3_store.list_objects("inbox/")] == [
        ("inbox/folder/", 0)
    ]
    assert list(s3_store.list_folders("inbox/folder/")) == []
    s3_store.create("inbox//x", b"")
    assert list(s3_store.list_folders("inbox/")) == ["folder"]


def test_a_key_too_long_with_its_prefix_is_refused(s3_bucket: str) -> None:
    store = S3Store(s3_bucket, "prefix")
    with pytest.raises(InvalidKeyError):
        store.create("k" * 1018, b"")
    with pytest.raises(InvalidKeyError):
        store.head("")
    with pytest.raises(ObjectNotFoundError):
        store.open("k" * 1017)


def test_nothing_of_aws_is_imported_before_the_first_request() -> None:
    script = (
        "import sys, chalicelib.lake.open as s; s.open_store('s3://bucket/prefix');"
        "print([m for m in ('boto3', 'botocore', 'urllib3') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
