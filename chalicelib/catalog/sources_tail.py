"""The end of a catalog object: the ETag of the source of each of its parts.

    …], "sources": {"2026-01-26":"…"}, "check": "…"}

It is not part of the content: equal content may come from sources with other ETags. So
`rebuild --verify` does not compare it; only its check, made of the sources, is validated.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

_SOURCES: Final = b'], "sources": '
_CHECK: Final = b', "check": "'
_END: Final = b'"}\n'
CHECK_DIGITS: Final = 16


def check_of(text: bytes) -> bytes:
    """The check of a text: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text).hexdigest()[:CHECK_DIGITS].encode()


def with_sources(content: bytes, sources: Mapping[str, str]) -> bytes:
    """An object's bytes: its content, and the ETag of each part's source by the part's name."""
    tail = json.dumps(sources, separators=(",", ":")).encode()
    return b"".join([content, _SOURCES, tail, _CHECK, check_of(tail), _END])


def content_of(body: bytes) -> bytes:
    """An object's content; all of its bytes if its end is damaged."""
    at = body.rfind(_SOURCES)
    return body if _tail(body) is None else body[:at]


def sources_of(body: bytes) -> Mapping[str, str]:
    """The sources of its parts; empty if its end is damaged."""
    tail = _tail(body)
    return {} if tail is None else json.loads(tail)


def _tail(body: bytes) -> bytes | None:
    _, found, end = body.rpartition(_SOURCES)
    tail, _, check = end.rpartition(_CHECK)
    return tail if found and check == check_of(tail) + _END else None
