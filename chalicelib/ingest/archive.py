"""Archive an upload's bytes in `raw/` or `rejected/` (contract, section 3)."""

from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.keys import with_hash
from chalicelib.lake.store import Store
from chalicelib.scans.upload import Upload


def archive(store: Store, key: str, upload: Upload) -> str:
    """Create the archive object of an upload; an existing object is never replaced.

    Args:
        store: the lake.
        key: its key; if other bytes have it already, the upload's hash is added to the name.
        upload: the bytes.

    Returns:
        The key that has the bytes.

    Raises:
        StoreUnavailableError: other bytes have both names.
    """
    for candidate in (key, with_hash(key, upload.sha256)):
        try:
            store.create(candidate, upload.whole())
        except PreconditionFailedError:
            if sha256_of(store, candidate) != upload.sha256:
                continue
        return candidate
    raise StoreUnavailableError(f"{key} and the name with its hash are both taken")
