"""Notices that the `make` which started this process was interrupted or is gone.

Ctrl-C in a terminal reaches make and its children alike. But a program that runs `make run` may
interrupt make alone; make then waits for its recipe, which knows nothing of it.
"""

import os
import re
import signal
from pathlib import Path


class Parent:
    """The process that started this one."""

    def __init__(self) -> None:
        """Remember it as it is now."""
        self._pid = os.getppid()
        self._caught_interrupts = self._catches_interrupts()

    def wants_to_stop(self) -> bool:
        """Whether it is gone, or was interrupted and now waits for this process to end."""
        if os.getppid() != self._pid:
            return True
        # GNU make takes its handler away as the first thing it does on a signal.
        return self._caught_interrupts and not self._catches_interrupts()

    def _catches_interrupts(self) -> bool:
        """Whether it has a handler for SIGINT; False where there is no /proc to tell."""
        try:
            status = Path(f"/proc/{self._pid}/status").read_text("ascii", "replace")
        except OSError:
            return False
        caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
        return caught is not None and bool(int(caught[1], 16) >> (signal.SIGINT - 1) & 1)
