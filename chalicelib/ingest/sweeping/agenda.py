"""In which order a sweep takes what is due, so that nobody's uploads keep others' waiting.

What has not failed before what has; what is small before what is large; of each uploader one in
turn; newer before older.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heappush, heappushpop
from typing import Final

from chalicelib.ingest.sweeping.due import Due
from chalicelib.ingest.sweeping.memory import SweepMemory
from chalicelib.lake.store import ObjectInfo

LARGE: Final = 8 * 1024 * 1024
"""Bytes; a scan of a whole kingdom has two million. AWS's tools upload more in several parts."""
UNPACKED: Final = 32
"""A `.gz` counts as so many times its size: scans are packed to a third, what is hostile to a
thousandth, and takes a minute."""
MOST_OF_AN_UPLOADER: Final = 1000
"""So many of an uploader's newest are taken into account at a time, which bounds the memory."""

_Rank = tuple[bool, datetime, str]


def is_large(upload: ObjectInfo) -> bool:
    """Whether an upload may take much longer than an ordinary scan."""
    packed = upload.key[-3:].lower() == ".gz"
    return upload.size * (UNPACKED if packed else 1) > LARGE


class Agenda:
    """What is due and not put off.

    Attributes:
        put_off: how many failed and are due again later.
        is_cut: whether an uploader has more than are taken into account.
    """

    def __init__(self, memory: SweepMemory, is_due_now: Callable[[Due], bool]) -> None:
        """Start empty.

        Args:
            memory: what is known of earlier attempts.
            is_due_now: whether something that is due is to be taken at all.
        """
        self._memory = memory
        self._is_due_now = is_due_now
        self._of: dict[str, list[tuple[_Rank, Due]]] = defaultdict(list)
        self.put_off = 0
        self.is_cut = False

    def add(self, found: Iterable[Due]) -> None:
        """Note what was found to be due."""
        for due in found:
            if self._memory.is_put_off(due.info):
                self.put_off += self._memory.tries(due.info) > 0
            elif self._is_due_now(due):
                own = self._of[due.uploader]
                # An archived upload after those of the inbox: mostly one of them completes it.
                rank = (due.archived is None, due.accepted, due.info.key)
                if len(own) < MOST_OF_AN_UPLOADER:
                    heappush(own, (rank, due))
                else:
                    heappushpop(own, (rank, due))
                    self.is_cut = True

    def in_order(self) -> list[Due]:
        """Everything, in the order in which it is to be taken."""
        ranked = [
            (*self._class(due), turn, due)
            for own in self._of.values()
            for turn, due in enumerate(self._newest_first(own))
        ]
        ranked.sort(key=lambda one: (*one[:3], -one[3].accepted.timestamp(), one[3].info.key))
        return [due for *_, due in ranked]

    def _newest_first(self, own: list[tuple[_Rank, Due]]) -> list[Due]:
        """An uploader's, in the order of their turns."""
        return sorted(
            (due for _, due in own),
            key=lambda due: (
                *self._class(due),
                due.archived is not None,
                -due.accepted.timestamp(),
                due.info.key,
            ),
        )

    def _class(self, due: Due) -> tuple[int, bool]:
        # What comes from the future, by the clock of a lake on a disk, is only told of.
        return self._memory.tries(due.info), is_large(due.info) or due.info.is_future
