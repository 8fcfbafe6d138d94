"""The lake in an S3 bucket (or below a prefix in it).

boto3 is imported by the first request, because importing this module must be cheap. Conditional
writes are S3's own: `If-None-Match: *` for create, `If-Match` for compare-and-swap.
"""

import io
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from chalicelib.errors import (
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreDeniedError,
)
from chalicelib.lake.aws import LazyClient
from chalicelib.lake.s3.errors import (
    ForbiddenError,
    RangeBeyondEndError,
    WriteConflictError,
    translate_errors,
)
from chalicelib.lake.store import (
    ObjectInfo,
    check_folder_prefix,
    check_key,
    check_range,
    spooled,
)

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

CONNECT_TIMEOUT: Final = 2.0
READ_TIMEOUT: Final = 10.0
ATTEMPTS: Final = 3
"""Timeouts in seconds and tries of one request, short enough for a Lambda function."""

CONFLICT_WAITS: Final = (0.05, 0.1, 0.2, 0.4)
"""Seconds before each retry after 409, which means that another write of the key is in progress."""

_CONTENT_TYPES: Final = {
    ".csv": "text/csv",
    ".gz": "application/gzip",
    ".json": "application/json",  # lets the S3 console show a report
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".tsv": "text/tab-separated-values",
}


class S3Store:
    """A store (`chalicelib.lake.store.Store`) in S3."""

    def __init__(self, bucket: str, prefix: str = "", client: "S3Client | None" = None) -> None:
        """Set the bucket; no request is made yet.

        Args:
            bucket: its name.
            prefix: the prefix of every key, with or without slashes at its ends.
            client: a boto3 client to use; by default one is made from the environment's settings.
        """
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._boto = LazyClient(
            "s3",
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            attempts=ATTEMPTS,
            client=client,
        )

    def head(self, key: str) -> ObjectInfo | None:
        """See `Store.head`."""
        try:
            return self._head(key, {})
        except ObjectNotFoundError:
            return None

    def open(
        self, key: str, *, start: int = 0, length: int | None = None, etag: str | None = None
    ) -> "_S3Reader":
        """See `Store.open`."""
        check_range(start, length)
        condition: dict[str, Any] = {} if etag is None else {"IfMatch": etag}
        if length == 0:  # HTTP has no such range
            return self._open_empty(key, condition)
        bounds: dict[str, Any] = {}
        if start < 0:
            bounds["Range"] = f"bytes={start}"
        elif start or length is not None:
            bounds["Range"] = f"bytes={start}-{'' if length is None else start + length - 1}"
        try:
            with self._reading(key):
                found = self._client.get_object(**self._address(key), **condition, **bounds)
        except RangeBeyondEndError:
            return self._open_empty(key, condition)
        size = int(found.get("ContentRange", f"/{found['ContentLength']}").rpartition("/")[2])
        info = _info(key, size, found["ETag"], found["LastModified"])
        return _S3Reader(found["Body"], info, self._uri(key))

    def create(self, key: str, body: bytes | BinaryIO) -> str:
        """See `Store.create`."""
        return self._put(key, body, {"IfNoneMatch": "*"})

    def replace(self, key: str, body: bytes | BinaryIO, etag: str) -> str:
        """See `Store.replace`."""
        try:
            with self._reading(key):
                return self._put(key, body, {"IfMatch": etag})
        except ObjectNotFoundError as error:
            raise PreconditionFailedError(f"{self._uri(key)} is gone") from error

    def scratch(self) -> AbstractContextManager[BinaryIO]:
        """See `Store.scratch`."""
        return spooled()

    def list_objects(self, prefix: str, *, after: str = "") -> Iterator[ObjectInfo]:
        """See `Store.list_objects`; 1,000 keys per request."""
        start = {"StartAfter": self._prefix + after} if after else {}
        for page in self._pages(prefix, **start):
            for found in page.get("Contents", []):
                key = found["Key"].removeprefix(self._prefix)
                yield _info(key, found["Size"], found["ETag"], found["LastModified"])

    def list_folders(self, prefix: str) -> Iterator[str]:
        """See `Store.list_folders`; 1,000 folders per request."""
        check_folder_prefix(prefix)
        above = len(self._prefix) + len(prefix)
        for page in self._pages(prefix, Delimiter="/"):
            for found in page.get("CommonPrefixes", []):
                if folder := found["Prefix"][above:-1]:
                    yield folder

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self._bucket

    @property
    def client(self) -> "S3Client":
        """The boto3 client, made on first use."""
        return self._client

    @property
    def _client(self) -> "S3Client":
        client: S3Client = self._boto.get()
        return client

    def _uri(self, key: str) -> str:
        """An object's URI, for messages."""
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def _address(self, key: str) -> dict[str, Any]:
        check_key(key)
        check_key(self._prefix + key)
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    def _head(self, key: str, condition: dict[str, Any]) -> ObjectInfo:
        with self._reading(key):
            found = self._client.head_object(**self._address(key), **condition)
        return _info(key, found["ContentLength"], found["ETag"], found["LastModified"])

    @contextmanager
    def _reading(self, key: str) -> Iterator[None]:
        """Translate the errors of a request for an object, and tell a missing one from a refusal.

        S3 answers 404 for a missing object only to callers that may list the whole bucket, which
        no function may: to others it answers 403. A listing of the key itself tells the two apart.
        """
        try:
            with translate_errors(self._uri(key)):
                yield
        except ForbiddenError as error:
            if self._is_missing(key):
                raise ObjectNotFoundError(f"{self._uri(key)}: there is no such object") from error
            raise

    def _is_missing(self, key: str) -> bool:
        """Whether a listing shows that there is no such object; false where it is refused too."""
        address = self._address(key)
        try:
            with translate_errors(self._uri(key)):
                page = self._client.list_objects_v2(
                    Bucket=address["Bucket"], Prefix=address["Key"], MaxKeys=1
                )
        except StoreDeniedError:
            return False
        return not any(found["Key"] == address["Key"] for found in page.get("Contents", []))

    def _open_empty(self, key: str, condition: dict[str, Any]) -> "_S3Reader":
        return _S3Reader(io.BytesIO(), self._head(key, condition), self._uri(key))

    def _put(self, key: str, body: bytes | BinaryIO, condition: dict[str, Any]) -> str:
        """Put, with retries while S3 answers that another write is in progress; return the ETag.

        After the last try the outcome of the other write is still unknown, so this is no
        `PreconditionFailedError`; the caller's own retry will find the outcome.
        """
        content_type = _CONTENT_TYPES.get(PurePosixPath(key).suffix.lower())
        kind = {"ContentType": content_type} if content_type else {}
        request: dict[str, Any] = {**self._address(key), **condition, **kind}
        waits = iter(CONFLICT_WAITS)
        while True:
            if not isinstance(body, bytes):
                body.seek(0)
            try:
                with translate_errors(self._uri(key)):
                    etag: str = self._client.put_object(**request, Body=body)["ETag"]
                    return etag
            except WriteConflictError:
                wait = next(waits, None)
                if wait is None:
                    raise
                time.sleep(wait)

    def _pages(self, prefix: str, **how: Any) -> Iterator[Any]:
        with translate_errors(self._uri(prefix)):
            yield from self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix, **how
            )


class _S3Reader:
    """An open object: a stream of the bytes that S3 sends."""

    def __init__(self, body: "StreamingBody | io.BytesIO", info: ObjectInfo, uri: str) -> None:
        self.info = info
        self._body = body
        self._uri = uri

    def read(self, size: int = -1, /) -> bytes:
        """See `ObjectReader.read`."""
        with translate_errors(self._uri):
            return self._body.read(None if size < 0 else size)

    def __enter__(self) -> "_S3Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._body.close()


def _info(key: str, size: int, etag: str, last_modified: datetime) -> ObjectInfo:
    # A listing has milliseconds, a head has not.
    return ObjectInfo(key, size, etag, last_modified.astimezone(UTC).replace(microsecond=0))
