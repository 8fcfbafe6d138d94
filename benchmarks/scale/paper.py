"""What a year of all kingdoms costs a month, on paper: measured calls times AWS's list prices."""

from collections.abc import Mapping
from typing import Final, NamedTuple

USD: Final = {
    "LIST": 5.0e-6,
    "PUT": 5.0e-6,
    "GET": 0.4e-6,
    "HEAD": 0.4e-6,
    "GB month": 0.023,
    "Lambda GB s": 0.0000133334,
    "Lambda call": 0.2e-6,
    "API call": 3.5e-6,
    "Athena TB": 5.0,
}
"""us-east-1, November 2026; Lambda on arm64, API Gateway REST."""
DAYS: Final = 30
SWEEPS: Final = DAYS * 96
ATHENA_TB: Final = 10e6 / 1e12
"""The least that a query is billed for."""


class Work(NamedTuple):
    """One thing that is done.

    Attributes:
        calls: of S3, by operation.
        seconds: of its function.
        gigabytes: the function's memory.
    """

    calls: Mapping[str, float]
    seconds: float
    gigabytes: float

    @property
    def usd(self) -> float:
        """What it costs once: S3's calls and the function."""
        s3 = sum(count * USD[name] for name, count in self.calls.items())
        return s3 + self.seconds * self.gigabytes * USD["Lambda GB s"] + USD["Lambda call"]


# Athena asks S3 itself for five objects and one listing, and writes its answer (docs/engines.md).
BOARD: Final = {
    "boards": Work({"GET": 2}, 0.06, 1.0),
    "arrow": Work({"GET": 2}, 0.06, 1.0),
    "athena": Work({"GET": 7, "LIST": 1, "PUT": 2}, 1.6, 1.0),
}
"""A board that no cache answered: two reads of some 25 ms, or a query of 1.5 s."""


def board_usd(engine: str) -> float:
    """What a board costs once, with API Gateway and Athena."""
    query = ATHENA_TB * USD["Athena TB"] if engine == "athena" else 0.0
    return BOARD[engine].usd + USD["API call"] + query


def months(
    kingdoms: int, upload: Work, sweep: Work, boards_a_day: float, scan_mb: float = 0.6
) -> list[tuple[str, float, str]]:
    """The lines of a month, at the end of a year of one scan a week and kingdom.

    Args:
        kingdoms: how many.
        upload: ingesting one scan.
        sweep: one that finds nothing.
        boards_a_day: boards of a kingdom and day that no cache answers.
        scan_mb: what a scan takes in the lake, for ever: inbox, raw, curated, boards, report.

    Returns:
        What, how many USD, and of what that is made.
    """
    uploads = kingdoms * 52 / 12
    stored = kingdoms * 52 * scan_mb / 1000
    boards = kingdoms * boards_a_day * DAYS
    lines = [
        ("uploads", uploads * upload.usd, f"{uploads:,.0f} uploads"),
        ("sweeps", SWEEPS * sweep.usd, f"{SWEEPS:,} sweeps"),
        ("storage", stored * USD["GB month"], f"{stored:,.0f} GB after a year"),
    ]
    lines += [
        (f"boards by {engine}", boards * board_usd(engine), f"{boards:,.0f} boards")
        for engine in BOARD
    ]
    return lines
