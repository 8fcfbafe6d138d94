"""A Trino over the Glue catalog and the S3 of a moto server, for as long as a context lasts."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.athena.trino_artefacts import Trino

CATALOG: Final = "awsdatacatalog"
"""As Athena calls the catalog that is Glue's."""

_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 120
_POLL_SECONDS: Final = 0.2
_TAIL_LINES: Final = 40
# One compiler and one collector thread: on a small machine a server that starts early beats one
# that runs fast later.
_JAVA_OPTIONS: Final = (
    "-Xmx1500m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-XX:+EnableDynamicAgentLoading",
    "-Djdk.attach.allowAttachSelf=true",
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
)
# The shell's standard input is a pipe that only the test process holds. Its end, by whatever death,
# is the end of the whole process group, so that no server outlives the tests.
_UNTIL_INPUT_ENDS: Final = """
exec 3<&0
{ cat <&3 >/dev/null; kill -KILL 0; } &
"$@" </dev/null 3<&- &
wait "$!"
"""


class TrinoServerError(Exception):
    """The server did not start; the text has the end of its log."""


@contextmanager
def running(trino: Trino, java: Path, endpoint: str, region: str) -> Iterator[int]:
    """Start a server that answers queries, and stop it whatever happens.

    Args:
        trino: its files.
        java: what runs them.
        endpoint: the URL of a moto server.
        region: whose catalog is read.

    Yields:
        The port, on this machine only.

    Raises:
        TrinoServerError: it does not start.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="trino-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        _configure(home, trino.plugins, port, endpoint, region)
        command = [str(java), *_JAVA_OPTIONS, f"-Dconfig={home / 'config.properties'}"]
        # What it unpacks and a killed JVM does not remove goes with the folder.
        command += [f"-Djava.io.tmpdir={home}"]
        command += ["-cp", f"{trino.lib}/*", "io.trino.server.TrinoServer"]
        with (home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _UNTIL_INPUT_ENDS, "sh", *command],
                cwd=home,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_until_started(process, port, home / "server.log")
            yield port
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _configure(home: Path, plugins: Path, port: int, endpoint: str, region: str) -> None:
    catalogs = home / "catalog"
    catalogs.mkdir()
    server = {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": str(port),
        # A prepared statement travels in a header.
        "http-server.max-request-header-size": "128kB",
        "discovery.uri": f"http://{_HOST}:{port}",
        "node.environment": "tests",
        "node.id": "tests",
        "node.bind-ip": _HOST,
        "node.internal-address": _HOST,
        "plugin.dir": str(plugins),
        "catalog.config-dir": str(catalogs),
        "query.max-memory-per-node": "512MB",
        "memory.heap-headroom-per-node": "256MB",
        "query.max-planning-time": "20s",
        "query.max-execution-time": "60s",
        "web-ui.enabled": "false",
    }
    catalog = {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.metastore.glue.endpoint-url": endpoint,
        "hive.metastore.glue.region": region,
        "hive.metastore.glue.aws-access-key": "testing",
        "hive.metastore.glue.aws-secret-key": "testing",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": endpoint,
        "s3.region": region,
        "s3.path-style-access": "true",
        "s3.aws-access-key": "testing",
        "s3.aws-secret-key": "testing",
        "hive.table-statistics-enabled": "false",
        "hive.partition-projection-enabled": "true",
        # As Athena does.
        "hive.recursive-directories": "true",
        # Else it reads a file of up to 3 MB whole, and the gaps between columns too.
        "parquet.small-file-threshold": "0B",
        "parquet.max-merge-distance": "0B",
        "hive.timestamp-precision": "MILLISECONDS",
        "hive.parquet.time-zone": "UTC",
    }
    _write_properties(home / "config.properties", server)
    _write_properties(catalogs / f"{CATALOG}.properties", catalog)


def _write_properties(path: Path, properties: Mapping[str, str]) -> None:
    lines = (f"{name}={value}\n" for name, value in properties.items())
    path.write_text("".join(lines), encoding="utf-8")


def _wait_until_started(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _has_started(port):
        if process.poll() is not None:
            raise TrinoServerError(f"Trino ended with code {process.returncode}:\n{_tail(log)}")
        if time.monotonic() >= deadline:
            raise TrinoServerError(f"no answer of Trino in {_START_SECONDS} s:\n{_tail(log)}")
        time.sleep(_POLL_SECONDS)


def _has_started(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{_HOST}:{port}/v1/info", timeout=5) as answer:
            return json.load(answer)["starting"] is False
    except OSError:
        return False


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group: nothing in the server is worth a slower end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    process.wait()
