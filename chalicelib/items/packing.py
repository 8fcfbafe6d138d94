"""Items' bodies: compressed, with a digest in front that detects damage.

    8 bytes of the SHA-256 of what follows, then raw deflate with `_WORDS` as its dictionary

The same content gives the same bytes with one version of zlib; other versions may compress it to
others, so that contents are compared, never bodies.
"""

import hashlib
import zlib
from typing import Final

from chalicelib.errors import StoreError
from chalicelib.items.remedy import REBUILD
from chalicelib.lake.dynamodb.table import Item

_DIGEST_BYTES: Final = 8
# Most items are about a kilobyte: a level above it saves nothing that can be measured.
_LEVEL: Final = 6
_RAW: Final = -15

# What items begin with, so that it takes next to no bytes in each: half of a small item's bytes
# would be the names of its columns. Never to be changed: items that were packed with it need it.
# Names that are not in it cost a few bytes more, no less.
_WORDS: Final = (
    b',null,null,null,0,0,0,1],\n[1,0,0,0],[2,0],{"roster":"days":["2026-01-"players":[]}'
    b'{"total":1000,"rank":1,"columns":["id","name","alliance","dkp","kills","deaths","power",'
    b'"kill_points"],"players":[\n[1\n]}'
    b'{"of":{"dkp":1000,"kills":1000,"deaths":1000,"power":1000,"kill_points":1000},"columns":['
    b'"id","name","alliance","record_hash","power","highest_power","kill_points","t1_kills",'
    b'"t2_kills","t3_kills","t4_kills","t5_kills","kills","deaths","dkp","ranged_points",'
    b'"rss_gathered","rss_assistance","helps","acclaim","highest_acclaim","t1_deaths","t2_deaths",'
    b'"t3_deaths","t4_deaths","t5_deaths"],"players":[\n[1'
)


def pack(content: bytes) -> bytes:
    """An item's body."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=_WORDS)
    packed = packer.compress(content) + packer.flush()
    return _digest(packed) + packed


def unpack(item: Item) -> bytes:
    """What was packed into an item's body.

    Raises:
        StoreError: it is damaged; the text names the item.
    """
    packed = memoryview(item.body)[_DIGEST_BYTES:]
    if item.body[:_DIGEST_BYTES] != _digest(packed):
        raise damaged(item)
    unpacker = zlib.decompressobj(_RAW, zdict=_WORDS)
    try:
        content = unpacker.decompress(packed)
    except zlib.error:
        raise damaged(item) from None
    if not unpacker.eof or unpacker.unused_data:
        raise damaged(item)
    return content


def damaged(item: Item) -> StoreError:
    """An item's bytes, or what they say, are not what was written."""
    return StoreError(
        f"the table's item {item.key.group} {item.key.name} is damaged: rebuild it ({REBUILD})"
    )


def _digest(packed: bytes | memoryview) -> bytes:
    return hashlib.sha256(packed).digest()[:_DIGEST_BYTES]
