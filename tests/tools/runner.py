"""A `make run` that was started, for tests and for the smoke test of a clone."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-02-09"
# Seconds until a process counts as stuck: a loaded machine starts one in half a minute.
PATIENCE = 180.0
# Of a make that runs the tests: it must not reach the make that is tested.
MAKE_VARIABLES = ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PORT", "PYTHON")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Runner:
    """A `make run` in a process group of its own."""

    def __init__(
        self, project: Path, port: int | str | None = None, make_options: tuple[str, ...] = ()
    ) -> None:
        self.port = free_port() if port is None else port
        self.lake = project / ".lake"
        self.process = subprocess.Popen(
            ["make", *make_options, "run", f"PORT={self.port}"],
            cwd=project,
            env={key: value for key, value in os.environ.items() if key not in MAKE_VARIABLES},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def read_until(self, text: str, patience: float = PATIENCE) -> str:
        """The line with this text, out of what it says from here on."""
        assert self.process.stdout is not None
        watchdog = threading.Timer(patience, self.kill_all)
        watchdog.start()
        try:
            for line in self.process.stdout:
                self.lines.append(line)
                if text in line:
                    return line
        finally:
            watchdog.cancel()
        raise AssertionError(f"it never said {text!r} but:\n{''.join(self.lines)}")

    def ready(self, patience: float = PATIENCE) -> "Runner":
        """Wait until it is ready."""
        self.read_until("Ctrl-C stops.", patience)
        return self

    def get(self, path: str) -> Any:
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
            return json.load(response)

    def drop(self, name: str, text: str, folder: str = FOLDER) -> Path:
        path = self.lake / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def end(self) -> tuple[int, str]:
        """Wait until it has ended; the exit code and the rest of what it said."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out

    def members(self) -> dict[int, str]:
        """The living processes of its group: number and command line."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state, _, group = (folder / "stat").read_text().rpartition(") ")[2].split()[:3]
                command = (folder / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
            if int(group) == self.process.pid and state not in "ZX":
                found[int(folder.name)] = command
        return found

    def assert_nothing_is_left(self) -> None:
        deadline = time.monotonic() + 5
        while (left := self.members()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == {}
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(self.port))) != 0

    def kill_all(self) -> None:
        """Kill what is left of it."""
        for pid in self.members():
            os.kill(pid, signal.SIGKILL)

    def clean_up(self) -> None:
        """End it, whatever state it is in."""
        self.kill_all()
        self.process.communicate()


def wait_for(condition: Callable[[], bool]) -> float:
    """How many seconds it took to become true."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if condition():
            return time.monotonic() - began
        time.sleep(0.02)
    raise AssertionError("it never came true")
