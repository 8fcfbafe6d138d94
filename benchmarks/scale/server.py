"""An S3 over HTTP for any store: the calls that the app makes, each with a delay of its own.

It knows no versions, no uploads in parts and no signatures. `tests/scale` holds its answers against
moto's.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from chalicelib.errors import ObjectNotFoundError, PreconditionFailedError
from chalicelib.lake.store import ObjectInfo, Store

BUCKET: Final = "lake"
_LAST: Final = "\U0010ffff"  # comes after all that a key may go on with
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


_Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


class S3Server(ThreadingHTTPServer):
    """An S3 with one bucket, `BUCKET`.

    Attributes:
        calls: how many there were, by operation.
        sent: bytes of objects that were sent.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, store: Store, seconds: float = 0.0) -> None:
        """Listen on a free port.

        Args:
            store: holds the objects.
            seconds: what each call takes at least.
        """
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
        self.seconds = seconds
        self.calls: Counter[str] = Counter()
        self.sent = 0
        self._lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, operation: str, sent: int = 0) -> None:
        """Count a call."""
        with self._lock:
            self.calls[operation] += 1
            self.sent += sent


@contextmanager
def serving(store: Store, seconds: float = 0.0) -> Iterator[S3Server]:
    """A server for as long as the context lasts."""
    with S3Server(store, seconds) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Refusal(Exception):  # noqa: N818
    """An answer with an error in it."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class _Handler(BaseHTTPRequestHandler):
    server: S3Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if "list-type" in query:
            self._answer("LIST", lambda: self._list({name: query[name][0] for name in query}))
        else:
            self._answer("GET", self._get)

    def do_HEAD(self) -> None:
        self._answer("HEAD", self._head)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer("PUT", lambda: self._put(body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, operation: str, answer: "Callable[[], _Answer]") -> None:
        started = time.perf_counter()
        try:
            status, headers, body = answer()
        except _Refusal as refusal:
            status, headers = refusal.status, {"Content-Type": "application/xml"}
            body = f"<Error><Code>{refusal.code}</Code><Message>-</Message></Error>".encode()
        self.server.count(operation, len(body) if operation == "GET" and status < 300 else 0)
        time.sleep(max(0.0, self.server.seconds - (time.perf_counter() - started)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _key(self) -> str:
        bucket, _, key = unquote(urlsplit(self.path).path).removeprefix("/").partition("/")
        if bucket != BUCKET:
            raise _Refusal(404, "NoSuchBucket")
        return key

    def _head(self) -> "_Answer":
        info = self.server.store.head(self._key())
        if info is None:
            raise _Refusal(404, "NoSuchKey")
        self._check_match(info)
        return 200, {**_headers(info), "Content-Length": str(info.size)}, b""

    def _get(self) -> "_Answer":
        try:
            with self.server.store.open(self._key()) as reader:
                info, body = reader.info, reader.read()
        except ObjectNotFoundError:
            raise _Refusal(404, "NoSuchKey") from None
        self._check_match(info)
        headers = _headers(info)
        bounds = _RANGE.fullmatch(self.headers.get("Range", ""))
        if bounds is None:
            return 200, headers, body
        first, last = _range_of(bounds[1], bounds[2], len(body))
        if first >= len(body):
            raise _Refusal(416, "InvalidRange")
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        return 206, headers, body[first : last + 1]

    def _put(self, body: bytes) -> "_Answer":
        key, store = self._key(), self.server.store
        wanted = self.headers.get("If-Match")
        try:
            if self.headers.get("If-None-Match") == "*":
                etag = store.create(key, body)
            elif wanted is not None:
                if store.head(key) is None:
                    raise _Refusal(404, "NoSuchKey")
                etag = store.replace(key, body, wanted)
            else:
                raise _Refusal(501, "NotImplemented")
        except PreconditionFailedError:
            raise _Refusal(412, "PreconditionFailed") from None
        return 200, {"ETag": etag}, b""

    def _check_match(self, info: ObjectInfo) -> None:
        if self.headers.get("If-Match") not in (None, info.etag):
            raise _Refusal(412, "PreconditionFailed")

    def _list(self, query: Mapping[str, str]) -> "_Answer":
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        most = min(int(query.get("max-keys", 1000)), 1000)
        after = query.get("continuation-token") or query.get("start-after", "")
        found = [*islice(_entries(self.server.store, prefix, delimiter, after), most + 1)]
        page = found[:most]
        parts = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
            f"<Name>{BUCKET}</Name><Prefix>{quote(prefix)}</Prefix><MaxKeys>{most}</MaxKeys>",
            f"<KeyCount>{len(page)}</KeyCount><EncodingType>url</EncodingType>",
            f"<IsTruncated>{str(len(found) > most).lower()}</IsTruncated>",
        ]
        if len(found) > most:
            last = page[-1]
            token = last.key if isinstance(last, ObjectInfo) else f"{last}{_LAST}"
            parts.append(f"<NextContinuationToken>{escape(token)}</NextContinuationToken>")
        parts += map(_entry_xml, page)
        body = "".join([*parts, "</ListBucketResult>"]).encode()
        return 200, {"Content-Type": "application/xml"}, body


def _entries(store: Store, prefix: str, delimiter: str, after: str) -> Iterator[ObjectInfo | str]:
    """Objects, and common prefixes as text, in order."""
    while True:
        for info in store.list_objects(prefix, after=after):
            head, cut, _ = info.key[len(prefix) :].partition(delimiter or "\0")
            if cut:
                yield f"{prefix}{head}{cut}"
                after = f"{prefix}{head}{cut}{_LAST}"
                break
            yield info
        else:
            return


def _entry_xml(entry: ObjectInfo | str) -> str:
    if isinstance(entry, str):
        return f"<CommonPrefixes><Prefix>{quote(entry)}</Prefix></CommonPrefixes>"
    moment = entry.last_modified.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return (
        f"<Contents><Key>{quote(entry.key)}</Key><LastModified>{moment}</LastModified>"
        f"<ETag>{escape(entry.etag)}</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
        f"<ChecksumType>FULL_OBJECT</ChecksumType><Size>{entry.size}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
    )


def _headers(info: ObjectInfo) -> dict[str, str]:
    return {
        "ETag": info.etag,
        "Last-Modified": format_datetime(info.last_modified, usegmt=True),
        "Content-Type": "binary/octet-stream",
        "Accept-Ranges": "bytes",
    }


def _range_of(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte of a range header."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
