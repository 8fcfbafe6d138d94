"""`make run` in a clone of its own, with the scans of the page's tests in its inbox."""

import json
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.request import ProxyHandler, build_opener

from tests.browser import scans
from tests.tools.runner import Runner

ROOT: Final = Path(__file__).resolve().parents[2]


class Site:
    """The running API and page, from the start of a context to its end.

    Attributes:
        url: the address of the page, without a kingdom.
        lake: the lake's folder.
        port: where the API listens, on 127.0.0.1.
    """

    def __init__(self, folder: Path) -> None:
        """Make the clone below a folder; nothing is started yet."""
        project = folder / "clone"
        project.mkdir()
        for name in ("chalicelib", "tools", "examples", ".chalice"):
            ignored = shutil.ignore_patterns("__pycache__", "deployed", "deployments")
            shutil.copytree(ROOT / name, project / name, ignore=ignored)
        for name in ("app.py", "Makefile"):
            shutil.copy(ROOT / name, project)
        self._project = project
        self.lake = project / ".lake"
        scans.place(self.lake)

    def __enter__(self) -> Self:
        """Start it, and wait until everything is ingested."""
        self._runner = Runner(self._project, None, ("-o", "venv", f"PY={sys.executable}"))
        try:
            said = self._runner.read_until("Open http://")
            self._runner.read_until("Ctrl-C stops.")
        except BaseException:
            self._runner.clean_up()
            raise
        self.url = said.removeprefix("Open ").strip().partition("?")[0]
        self.port = int(self._runner.port)
        # Whoever does not read what a process says stops it when the pipe is full.
        self._drain = threading.Thread(target=self._read_on, daemon=True)
        self._drain.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it."""
        os.killpg(self._runner.process.pid, signal.SIGINT)
        self._runner.process.wait(timeout=30)
        self._runner.kill_all()
        self._drain.join()
        assert self._runner.process.stdout is not None
        self._runner.process.stdout.close()

    def api(self, path: str) -> Any:
        """The API's answer to a path below `/v1/`, asked without the page."""
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/v1/{path}", timeout=30) as response:
            return json.load(response)

    def _read_on(self) -> None:
        assert self._runner.process.stdout is not None
        for _ in self._runner.process.stdout:
            pass
