"""Versions that a request names, held against those that are there."""

from chalicelib.boards.snapshot import Snapshot
from chalicelib.errors import ConflictError, WithdrawnError


def check_version(snapshot: Snapshot, wanted: str | None, name: str = "version") -> None:
    """Hold a snapshot against the version that the request names, if it does.

    Args:
        snapshot: the facts of the file that was read.
        wanted: the version, or None.
        name: the parameter's.

    Raises:
        WithdrawnError: its uploads are being withdrawn.
        ConflictError: it is of another version by now.
    """
    if snapshot.withdrawn:
        raise WithdrawnError(
            f"the snapshot of kingdom {snapshot.kingdom} of {snapshot.snapshot_date} is being "
            "withdrawn; ask again in a moment"
        )
    if wanted not in (None, snapshot.version):
        raise ConflictError(
            f"the snapshot of kingdom {snapshot.kingdom} of {snapshot.snapshot_date} is of version "
            f"{snapshot.version} by now, not {wanted}; start again without {name}"
        )
