"""Keep an upload's bytes for ever, in `raw/` or in `rejected/` (contract, section 3)."""

from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.keys import with_hash
from chalicelib.lake.store import Store
from chalicelib.scans.upload import Upload


def archive(store: Store, key: str, upload: Upload) -> str:
    """Create the object that keeps an upload's bytes; nothing is ever replaced.

    Args:
        store: the lake.
        key: where; when other bytes are there already, their hash is put into the name.
        upload: the bytes.

    Returns:
        The key that holds them.

    Raises:
        StoreUnavailableError: both names are taken by other bytes.
    """
    for candidate in (key, with_hash(key, upload.sha256)):
        try:
            store.create(candidate, upload.whole())
        except PreconditionFailedError:
            if sha256_of(store, candidate) != upload.sha256:
                continue
        return candidate
    raise StoreUnavailableError(f"{key} and the name with its hash are both taken")
