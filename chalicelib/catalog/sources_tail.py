"""The end of a catalog object: which state of which source each of its parts was made of.

    …], "sources": {"2026-01-26":"…"}, "check": "…"}

It is no part of what the catalog says: two objects that say the same may have been made of sources
with other ETags. So `rebuild --verify` does not compare it, but for its check, made of the sources.
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
    """A check of some text: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text).hexdigest()[:CHECK_DIGITS].encode()


def with_sources(content: bytes, sources: Mapping[str, str]) -> bytes:
    """An object: what it says, and the ETag of the source of each part by the part's name."""
    tail = json.dumps(sources, separators=(",", ":")).encode()
    return b"".join([content, _SOURCES, tail, _CHECK, check_of(tail), _END])


def content_of(body: bytes) -> bytes:
    """What an object says; all of its bytes where its end is damaged."""
    at = body.rfind(_SOURCES)
    return body if _tail(body) is None else body[:at]


def sources_of(body: bytes) -> Mapping[str, str]:
    """The sources of its parts; none where its end is damaged."""
    tail = _tail(body)
    return {} if tail is None else json.loads(tail)


def _tail(body: bytes) -> bytes | None:
    _, found, end = body.rpartition(_SOURCES)
    tail, _, check = end.rpartition(_CHECK)
    return tail if found and check == check_of(tail) + _END else None
