"""Let a store work on a bucket in memory, by its own client: see `chalicelib.lake.rehearsal`."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from chalicelib.lake.rehearsal import Answer, answering
from chalicelib.lake.s3.store import S3Store

_XML: Final = {"Content-Type": "application/xml"}
_MISSING: Final = b"<Error><Code>NoSuchKey</Code><Message>rehearsal</Message></Error>"


@contextmanager
def rehearsal(store: S3Store) -> Iterator[None]:
    """Within the block, all requests of the store go to a bucket in memory, empty at first.

    Raises:
        ConfigError: the environment's AWS settings are wrong.
    """
    with answering(store.client, BucketInMemory(store.bucket).answer):
        yield


class BucketInMemory:
    """As much of S3 as a store needs: get, head and put without conditions, a list of objects."""

    def __init__(self, name: str) -> None:
        """Make an empty bucket.

        Args:
            name: the bucket's, which stands in front of the host or of the path.
        """
        self._name = name
        self._objects: dict[str, bytes] = {}

    def answer(self, request: Any) -> Answer:
        """The answer to botocore's prepared request."""
        url = urlsplit(request.url)
        query = parse_qs(url.query)
        if "list-type" in query:
            return Answer(200, _XML, self._listed(query.get("prefix", [""])[0]))
        key = unquote(url.path).removeprefix("/")
        if not (url.hostname or "").startswith(f"{self._name}."):
            key = key.removeprefix(f"{self._name}/")
        if request.method == "PUT":
            self._objects[key] = _sent(request)
        found = self._objects.get(key)
        if found is None:
            return Answer(404, _XML, _MISSING)
        described = {"ETag": _etag(found), "Last-Modified": "Mon, 26 Jan 2026 15:30:12 GMT"}
        return Answer(200, described, b"" if request.method == "PUT" else found)

    def _listed(self, prefix: str) -> bytes:
        entries = "".join(
            f"<Contents><Key>{quote(key)}</Key><Size>{len(body)}</Size><ETag>{_etag(body)}</ETag>"
            "<LastModified>2026-01-26T15:30:12.000Z</LastModified></Contents>"
            for key, body in sorted(self._objects.items())
            if key.startswith(prefix)
        )
        encoding = "<EncodingType>url</EncodingType>"
        return f"<ListBucketResult>{encoding}{entries}</ListBucketResult>".encode()


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _sent(request: Any) -> bytes:
    """The body of a PUT, which botocore may send in chunks with a checksum after them."""
    body = request.body
    sent = body if isinstance(body, bytes | bytearray) else body.read()
    if "X-Amz-Trailer" not in request.headers:
        return bytes(sent)
    chunks = []
    while size := int(sent.partition(b"\r\n")[0], 16):
        sent = sent.partition(b"\r\n")[2]
        chunks.append(sent[:size])
        sent = sent[size:].removeprefix(b"\r\n")
    return b"".join(chunks)
