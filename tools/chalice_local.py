"""`chalice local` as a child of the local runner, which it never outlives.

The runner holds the other end of this process's stdin. However the runner ends, killed outright
too, that end closes, and so does this process.
"""

import os
import signal
import sys
import threading
from typing import Any


def main(port: str) -> None:
    """Serve the stage `local` until the runner ends it or is gone."""
    # Ctrl-C goes to the whole group; the runner hears it too and ends this process in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_runner, daemon=True).start()
    from chalice.cli import main as chalice  # noqa: PLC0415 - not before the two lines above

    _let_others_read_errors()
    # Its autoreload would put the server into a grandchild that nobody ends.
    sys.argv = ["chalice", "local", "--stage", "local", "--port", port, "--no-autoreload"]
    sys.exit(chalice())


def _let_others_read_errors() -> None:
    """Let pages of other hosts read the local gateway's own 403, as they can API Gateway's."""
    from chalice import local  # noqa: PLC0415

    handlers: Any = local.ChaliceRequestHandler
    send = handlers._send_error_response

    def send_readable(handler: Any, error: Any) -> None:
        error.headers = {**error.headers, "Access-Control-Allow-Origin": "*"}
        send(handler, error)

    handlers._send_error_response = send_readable


def _exit_with_runner() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
