"""The objects of a date whose uploads are withdrawn: a snapshot without players (contract, 3)."""

import io
from typing import Final

from chalicelib.lake.archive_keys import ArchiveKey
from chalicelib.lake.run import Run
from chalicelib.validation.derive import Derivation
from chalicelib.views.making.snapshot_writer import SnapshotWriter
from chalicelib.views.view import SnapshotObjects

_NOTHING: Final = Derivation(sums={}, weights=None, dkp_in_file=False)


def withdrawn_objects(withdrawal: ArchiveKey, run: Run) -> SnapshotObjects:
    """The objects of a date that a withdrawal left without a snapshot.

    They are a function of the withdrawal alone: whoever finds it as the newest event of its date
    makes the same bytes.

    Args:
        withdrawal: the key of its bytes in `withdrawn/`.
        run: its run.
    """
    assert withdrawal.partition is not None, "a withdrawal is of a date"
    return SnapshotWriter(run, withdrawal.partition, _NOTHING, io.BytesIO()).finish()
