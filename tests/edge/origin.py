"""The API as a process behind a real socket, that notes every request that reaches it.

`with Origin(lake, folder) as origin:` a test has one at `origin.port`; it can be stopped and
started again under that port, as a server that dies and comes back.
"""

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any, Final, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

ROOT: Final = Path(__file__).resolve().parent.parent.parent


class Origin:
    """The process, from the start of a context to its end.

    Attributes:
        port: where it listens, on 127.0.0.1.
    """

    def __init__(self, lake: Path, folder: Path) -> None:
        """Nothing is started yet.

        Args:
            lake: the folder of the lake that it answers from.
            folder: where it notes what it was asked for.
        """
        self._lake = lake
        self._log = folder / "origin.log"
        self.port = 0

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def start(self) -> None:
        """Start it, under the port that it had before, and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.edge.origin", str(self.port), str(self._log)],
            cwd=ROOT,
            env={**os.environ, "LAKE_URI": f"file:{self._lake}", "QUERY_ENGINE": "boards"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said.strip().isdigit(), "the API did not start"
        self.port = int(said)

    def stop(self) -> None:
        """End it; nobody listens at its port then."""
        self._process.communicate(timeout=30)

    def asked(self) -> Counter[str]:
        """How often it was asked for each path and query since it was looked at last."""
        lines = self._log.read_text("utf-8").splitlines() if self._log.exists() else []
        self._log.unlink(missing_ok=True)
        return Counter(lines)


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request, as `chalice local` has it."""

    daemon_threads = True
    request_queue_size = 128


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        return str(self.client_address[0])


def _main(port: str, log: str) -> None:
    from tests.api.wsgi import application

    def noted(environ: dict[str, Any], start_response: Any) -> Any:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        # One write of a short line: whole, however many threads write.
        with open(log, "a", encoding="utf-8") as lines:  # noqa: PTH123
            lines.write(f"{environ['PATH_INFO']}{query}\n")
        return application(environ, start_response)

    with make_server("127.0.0.1", int(port), noted, _Server, _Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2])
