"""The runner's handle on the process that serves the API."""

import errno
import json
import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Final, Self
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from chalicelib.errors import ConfigError, LeaderboardError

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 3.0


class ServerDiedError(LeaderboardError):
    """Raised when `chalice local` does not start or ends by itself."""


def check_port(port: int) -> None:
    """See that a server can listen on the port.

    Raises:
        ConfigError: it cannot.
    """
    with socket.socket() as probe:
        # As the server does: a port that was in use a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            why = "in use" if error.errno == errno.EADDRINUSE else f"not free ({error.strerror})"
            raise ConfigError(
                f"port {port} is {why}; `make run PORT=NUMBER` takes another"
            ) from None


class LocalServer:
    """`chalice local` on a port, from the start of a context to its end.

    Attributes:
        url: where the API is.
        page: the address of the page, as a person types it.
    """

    def __init__(self, port: int) -> None:
        """Serve on this port; nothing is started yet."""
        self._port = port
        self.url = f"http://{HOST}:{port}"
        self.page = f"http://localhost:{port}/"

    def __enter__(self) -> Self:
        """Start it; `wait_until_ready` tells when it answers."""
        command = [sys.executable, "-m", "tools.chalice_local", str(self._port)]
        # chalice's own line names an address too, before there is anything to see.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait_until_ready(self) -> None:
        """Wait until the API answers.

        Raises:
            ServerDiedError: it ended, or does not answer.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            self.check()
            if time.monotonic() > deadline:
                raise ServerDiedError(f"chalice local does not answer at {self.url}")
            time.sleep(0.1)

    def check(self) -> None:
        """See that it still runs.

        Raises:
            ServerDiedError: it does not.
        """
        code = self._process.poll()
        if code is not None:
            raise ServerDiedError(f"chalice local ended with exit code {code}")

    def _is_healthy(self) -> bool:
        # A proxy in the environment is not for this machine's own addresses.
        opener = build_opener(ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/v1/health", timeout=5) as response:
                return bool(json.load(response)["status"] == "ok")
        except (URLError, OSError, ValueError, KeyError):
            return False
