"""The run of bytes in `raw/` or `rejected/`, from their key and the bytes."""

import hashlib
from typing import Final

from chalicelib.lake.archive_keys import ArchiveKey, parse_archive_key
from chalicelib.lake.file_names import without_hash
from chalicelib.lake.keys import RawKey
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store

_CHUNK: Final = 1024 * 1024


def archived_run(store: Store, raw: RawKey) -> Run:
    """The run of the object at a raw key; its bytes are read to hash them.

    Raises:
        ObjectNotFoundError: the object is gone.
    """
    archived = parse_archive_key(raw.key)
    assert archived is not None, "a raw key is an archive key"
    sha256 = sha256_of(store, raw.key)
    return Run.of(original_inbox_key(store, archived, sha256), archived.accepted, sha256)


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
