"""Kills a deployment after its n-th change of AWS, for the process that runs moto."""

import contextlib
import io
import os
import re
import signal
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

_READS = re.compile(r"Get|List|Describe|Head|Validate")


class Killer:
    """Stands before moto, counts the changes that are asked of it, and strikes after one of them.

    Attributes:
        changes: what was changed since it was armed, in order.
    """

    def __init__(self) -> None:
        """Do nothing until armed."""
        self.changes: list[str] = []
        self._group = 0
        self._after = 0
        self._lock = Lock()

    def arm(self, group: int, after: int) -> None:
        """Kill the processes of a group after so many changes."""
        with self._lock:
            self.changes.clear()
            self._group, self._after = group, after

    def wrap(self, application: Any) -> Any:
        """The WSGI application with this before it."""

        def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
            name = _change(environ)
            answer = application(environ, start_response)
            if name is not None:
                self._count(name)
            return answer

        return wrapped

    def _count(self, name: str) -> None:
        with self._lock:
            self.changes.append(name)
            if self._group and len(self.changes) == self._after:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._group, signal.SIGKILL)


def _change(environ: dict[str, Any]) -> str | None:
    """What a request changes, such as `CreateStack`; None when it only asks."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    name = target.rpartition(".")[2] or _action(environ)
    if name:
        return None if _READS.match(name) else name
    method = environ["REQUEST_METHOD"]
    return None if method in ("GET", "HEAD") else f"{method} {environ['PATH_INFO']}"


def _action(environ: dict[str, Any]) -> str:
    """The action of a request in AWS's query protocol."""
    if "x-www-form-urlencoded" not in environ.get("CONTENT_TYPE", ""):
        return ""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    action: str = parse_qs(body.decode())["Action"][0]
    return action
