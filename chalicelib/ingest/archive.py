"""Archive an upload's bytes (contract, section 3)."""

from typing import NamedTuple

from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.keys import with_hash
from chalicelib.lake.store import Store
from chalicelib.scans.upload import Upload


class Archived(NamedTuple):
    """Where an upload's bytes are.

    Attributes:
        key: their key.
        created: whether they were written just now; else an earlier attempt wrote them.
    """

    key: str
    created: bool


def archive(store: Store, key: str, upload: Upload) -> Archived:
    """Create the archive object of an upload; an existing object is never replaced.

    Args:
        store: the lake.
        key: its key; if other bytes have it already, the upload's hash is added to the name.
        upload: the bytes.

    Raises:
        StoreUnavailableError: other bytes have both names.
    """
    for candidate in (key, with_hash(key, upload.sha256)):
        try:
            store.create(candidate, upload.whole())
            return Archived(candidate, created=True)
        except PreconditionFailedError:
            if sha256_of(store, candidate) == upload.sha256:
                return Archived(candidate, created=False)
    raise StoreUnavailableError(f"{key} and the name with its hash are both taken")
