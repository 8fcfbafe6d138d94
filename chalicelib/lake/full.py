"""A disk that takes no more, told in one line: what is full, and what to do."""

import errno
from typing import Final

from chalicelib.errors import StoreFullError

_REASONS: Final = {
    errno.ENOSPC: "is full",
    errno.EDQUOT: "has no room left in the quota of this user",
    errno.EFBIG: "takes no file of this size (its own limit, or that of `ulimit -f`)",
}


def full_error(error: OSError, disk: str) -> StoreFullError | None:
    """The error to raise when a write failed because a disk takes no more; else None.

    Args:
        error: of the write.
        disk: which disk, in words.
    """
    reason = _REASONS.get(error.errno or 0)
    if reason is None:
        return None
    return StoreFullError(
        f"{error.strerror}: {disk} {reason}; make room there and do it again, or `sweep`: "
        "it goes on where it stopped"
    )
