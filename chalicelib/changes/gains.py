"""Boards of gains between two snapshots (contract, section 9)."""

from collections.abc import Sequence

from chalicelib.boards.request import BoardRequest
from chalicelib.changes.findings import Findings, Suspect
from chalicelib.changes.gains_page import GainsPage
from chalicelib.changes.pair import Before, Scan


def rank_gains(older: Scan, newer: Scan, before: Before, request: BoardRequest) -> GainsPage:
    """A page of the board of gains, with the suspects of the pair.

    Args:
        older: the snapshot `from`, with the columns of `chalicelib.changes.compare`.
        newer: the snapshot `to`, likewise.
        before: reads the snapshot before the older one.
        request: what is asked for.

    Raises:
        NotFoundError: the player of `around` is not ranked (or not in the alliance).
        BadParameterError: the two have a `dkp` of different bases, or nobody is known of a counter
            in `weights` in one of them.
    """
    raise NotImplementedError


def beside_the_board(
    findings: Findings, columns: Sequence[str], alliance: str | None
) -> list[Suspect]:
    """The suspects that an answer about gains lists by itself.

    Those whose counter fell (one of `columns`), and those zeroed or back from zero in this pair, of
    reliable columns, within the alliance.

    Args:
        findings: of the pair.
        columns: the metric's column; for a `dkp` by formula those of its weights.
        alliance: only players of it; None: all.
    """
    raise NotImplementedError
