"""What a request names, held against what is there."""

from collections.abc import Mapping
from typing import Any

from chalicelib.api.parameters.versions import NONE_BEFORE
from chalicelib.boards.snapshot import Snapshot
from chalicelib.errors import BadParameterError, ConflictError, WithdrawnError


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
    if wanted == NONE_BEFORE:
        raise ConflictError(
            f"kingdom {snapshot.kingdom} has a snapshot before by now, "
            f"of {snapshot.snapshot_date}; start again without {name}"
        )
    if wanted is not None and wanted != snapshot.version:
        raise ConflictError(
            f"the snapshot of kingdom {snapshot.kingdom} of {snapshot.snapshot_date} is of version "
            f"{snapshot.version} by now, not {wanted}; start again without {name}"
        )


def check_absent(newer: Snapshot, from_version: str | None) -> None:
    """Hold the version of an older snapshot against there being none.

    Args:
        newer: the snapshot before which there is none.
        from_version: the version, or None.

    Raises:
        ConflictError: the request names one, other than that of none.
    """
    if from_version not in (None, NONE_BEFORE):
        raise ConflictError(
            f"kingdom {newer.kingdom} has no snapshot before {newer.snapshot_date} by now; "
            "start again without from_version"
        )


def check_weights(metric: str, weights: Mapping[str, int] | None) -> None:
    """Hold a formula against the metric.

    Raises:
        BadParameterError: it is not for this metric.
    """
    if weights is not None and metric != "dkp":
        raise BadParameterError(f"weights are for the metric dkp, not {metric}; leave them out")


def own_formula(weights: Mapping[str, int]) -> Mapping[str, Any]:
    """What `dkp` of an answer says of a formula of the reader's own."""
    return {"basis": "formula", "weights": dict(weights)}
