"""What is known of archived bytes from their key and themselves."""

import hashlib
from typing import Final

from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.file_names import without_hash
from chalicelib.lake.store import Store

_CHUNK: Final = 1024 * 1024


def original_inbox_key(store: Store, archived: ArchiveKey, sha256: str) -> str:
    """The inbox key of an archived upload.

    `archive` added a hash to the name only if the name without it is taken.
    """
    taken = without_hash(archived.key, sha256)
    original = without_hash(archived.inbox_key, sha256)
    if taken and original and store.head(taken) is not None:
        return original
    return archived.inbox_key


def sha256_of(store: Store, key: str) -> str:
    """The SHA-256 of an object's bytes, hexadecimal.

    Raises:
        ObjectNotFoundError: there is none.
    """
    digest = hashlib.sha256()
    with store.open(key) as reader:
        while chunk := reader.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
