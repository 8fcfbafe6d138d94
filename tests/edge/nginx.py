"""nginx with the configuration in infra/nginx, and a clock that a test can turn on.

All files but site.conf are used as they are; in that one only the two addresses are others. The
clock is libfaketime's: nginx alone lives in the test's time, so ten minutes take no time.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from tests.infra.support import INFRA

CONFIG: Final = INFRA / "nginx"
_LISTEN, _SERVER = "listen 8080;", "server 127.0.0.1:8000;"
_CLOCK: Final = ("FAKETIME_TIMESTAMP_FILE", "FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC")
_LIBRARIES: Final = ("lib*/faketime", "lib/*/faketime", "local/lib/faketime")
_START_SECONDS: Final = 20.0


def faketime() -> Path | None:
    """The library of libfaketime; None if there is none."""
    found = (path for name in _LIBRARIES for path in Path("/usr").glob(f"{name}/libfaketime.so.1"))
    return next(found, None)


def require() -> None:
    """Skip the tests of a file where nginx or libfaketime is not installed, but not in the CI."""
    missing = [] if shutil.which("nginx") else ["nginx"]
    missing += [] if faketime() else ["libfaketime"]
    if missing and not os.environ.get("REQUIRE_NGINX"):
        advice = "on Debian: apt-get install nginx-light faketime"
        pytest.skip(f"{' and '.join(missing)} not found; {advice}", allow_module_level=True)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def set_api_on_aws(folder: Path, port: int, host: str, certificates: Path) -> None:
    """Take the lines for an API on AWS in a folder's site.conf.

    Args:
        folder: with the configuration, see `configure`.
        port: where that API listens, on 127.0.0.1.
        host: its name.
        certificates: of whom nginx believes that it is that.
    """
    site = folder / "site.conf"
    lines = site.read_text("utf-8").splitlines()
    for_aws = [line.replace("#     ", "") for line in lines if line.startswith("    #     ")]
    assert len(for_aws) == 6
    own = [line for line in lines if not line.startswith(("    set $origin", "    #"))]
    text = "\n".join([*own[:-2], *for_aws, *own[-2:], ""])
    name = "ID.execute-api.REGION.amazonaws.com"
    assert text.count(name) == 2
    text = text.replace(f"https://{name}/", f"https://127.0.0.1:{port}/").replace(name, host)
    text = text.replace("/etc/ssl/certs/ca-certificates.crt", str(certificates))
    site.write_text(text, "utf-8")


def configure(folder: Path, listen: int, origin: int) -> Path:
    """Put the configuration into a folder, with these two ports; returns the main file."""
    shutil.copytree(CONFIG, folder)
    site = folder / "site.conf"
    text = site.read_text("utf-8")
    for line, port in ((_LISTEN, listen), (_SERVER, origin)):
        assert len(re.findall(rf"^ *{re.escape(line)}$", text, re.MULTILINE)) == 1, line
        text = text.replace(line, f"{line.split()[0]} 127.0.0.1:{port};")
    site.write_text(text, "utf-8")
    return folder / "nginx.conf"


class Nginx:
    """The server, from the start of a context to its end.

    Attributes:
        port: where it listens, on 127.0.0.1.
        config: its main file.
    """

    def __init__(self, folder: Path, origin: int, *, clock: bool = True) -> None:
        """Nothing is started yet.

        Args:
            folder: where it may write.
            origin: the API's port.
            clock: whether its clock can be turned on.
        """
        self.port = free_port()
        self._prefix = folder / "nginx"
        self._prefix.mkdir()
        self._clock = folder / "clock"
        self.config = configure(folder / "config", self.port, origin)
        self._environ = dict(os.environ)
        if clock:
            self.turn_clock_to(0)
            values = (str(self._clock), "1", "1")
            self._environ |= dict(zip(_CLOCK, values, strict=True))
            self._environ["LD_PRELOAD"] = str(faketime())

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        own = "".join(f" env {name};" for name in _CLOCK)
        # Root's workers would be another user, who may not look into a test's folder.
        own += " user root;" if os.geteuid() == 0 else ""
        command = ["nginx", "-e", "error.log", "-p", str(self._prefix), "-c", str(self.config)]
        self._process = subprocess.Popen(
            [*command, "-g", f"daemon off;{own}"], env=self._environ, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens():
            assert self._process.poll() is None, self._process.communicate()[1].decode()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate(timeout=30)

    def turn_clock_to(self, seconds: int) -> None:
        """Let it be so many seconds after the start."""
        new = self._clock.with_suffix(".new")
        new.write_text(f"+{seconds}", "utf-8")
        new.replace(self._clock)

    def errors(self) -> str:
        """What it wrote into its error log."""
        return (self._prefix / "error.log").read_text("utf-8")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
