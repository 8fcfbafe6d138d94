"""A server's process, for as long as a context lasts, and never longer than the tests."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"

_POLL_SECONDS: Final = 0.1
_TAIL_LINES: Final = 40
# The shell's standard input is a pipe that only the test process holds. Its end, by whatever death,
# is the end of the whole process group, so that no server outlives the tests.
_UNTIL_INPUT_ENDS: Final = """
exec 3<&0
{ cat <&3 >/dev/null; kill -KILL 0; } &
"$@" </dev/null 3<&- &
wait "$!"
"""


class ServerError(Exception):
    """The server did not start; the text has the end of its log."""


@contextmanager
def process(
    command: Sequence[str], home: Path, name: str, has_started: Callable[[], bool], seconds: float
) -> Iterator[None]:
    """Start a server, and stop it whatever happens.

    Args:
        command: what is run.
        home: the folder where it is run, and where its log is.
        name: the server's, for messages.
        has_started: whether it answers.
        seconds: until then.

    Raises:
        ServerError: it does not start.
    """
    path = home / "server.log"
    with path.open("wb") as log:
        started = subprocess.Popen(
            ["/bin/sh", "-c", _UNTIL_INPUT_ENDS, "sh", *command],
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + seconds
        while not has_started():
            if started.poll() is not None:
                raise ServerError(f"{name} ended with code {started.returncode}:\n{_tail(path)}")
            if time.monotonic() >= deadline:
                raise ServerError(f"no answer of {name} in {seconds:.0f} s:\n{_tail(path)}")
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        _stop(started)


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])


def _stop(started: subprocess.Popen[bytes]) -> None:
    """Kill the whole group: nothing in the server is worth a slower end."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    if started.stdin is not None:
        started.stdin.close()
    started.wait()
