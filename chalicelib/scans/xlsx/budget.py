"""How much of a workbook one look at it may unpack and go through: no bomb takes longer."""

from typing import Final

from chalicelib.scans.xlsx.problems import too_large_inside

MAX_ELEMENTS: Final = 8_000_000
"""XML elements; a cell has two, and a kingdom of 10,000 players with 60 columns 1.2 million."""


class Budget:
    """What may still be unpacked."""

    __slots__ = ("_bytes", "_elements", "_max_bytes")

    def __init__(self, max_bytes: int) -> None:
        """Allow so many bytes, and `MAX_ELEMENTS`."""
        self._max_bytes = max_bytes
        self._bytes = max_bytes
        self._elements = MAX_ELEMENTS

    def take_bytes(self, count: int) -> None:
        """Count bytes that were unpacked, or that a part says it has.

        Raises:
            UnreadableError: they are too many.
        """
        self._bytes -= count
        if self._bytes < 0:
            raise too_large_inside(
                f"Unpacked, the workbook has more than {self._max_bytes:,} bytes."
            )

    def take_elements(self, count: int) -> None:
        """Count elements that were gone through.

        Raises:
            UnreadableError: they are too many.
        """
        self._elements -= count
        if self._elements < 0:
            raise too_large_inside("The workbook has far more cells than any list of players.")
