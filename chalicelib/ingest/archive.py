"""Archive an upload's bytes, and its mended file (contract, sections 3 and 5)."""

from typing import Any, NamedTuple

from chalicelib.config import Settings
from chalicelib.errors import PreconditionFailedError, StoreUnavailableError
from chalicelib.lake.archived import sha256_of
from chalicelib.lake.keys import InboxKey, with_hash
from chalicelib.lake.store import Store
from chalicelib.scans.upload import Upload
from chalicelib.validation.validate import ValidationResult


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


def archive_repair(
    store: Store,
    key: str,
    upload: Upload,
    inbox_key: InboxKey,
    *,
    settings: Settings,
    found: ValidationResult,
) -> dict[str, Any] | None:
    """Create the mended file of a refused upload; see `archive`.

    Args:
        store: the lake.
        key: the mended file's.
        upload: the upload.
        inbox_key: its key.
        settings: by which it was refused.
        found: why it was refused.

    Returns:
        What its report says of the mended file; None if there is none.
    """
    # Imported here: hardly an upload needs it, and every import delays a cold start.
    from chalicelib.validation.repair import find_repair, may_be_repaired

    if not may_be_repaired(found):
        return None
    kingdom = inbox_key.partition.kingdom
    with store.scratch() as out:
        repair = find_repair(upload, inbox_key.file, settings, found, out, kingdom=kingdom)
        return repair and repair.as_json(archive(store, key, repair.upload).key)
