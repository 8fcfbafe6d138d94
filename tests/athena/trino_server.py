"""A Trino over the Glue catalog and the S3 of a moto server, for as long as a context lasts."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.athena.trino_artefacts import Trino
from tests.servers.jdk import find_java
from tests.servers.process import HOST, free_port, process

CATALOG: Final = "awsdatacatalog"
"""As Athena calls the catalog that is Glue's."""

OLDEST_JAVA: Final = 22
"""Trino 476 refuses to start with an older one."""

_START_SECONDS: Final = 120
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


def find_java_for_trino() -> Path:
    """A Java that is new enough.

    Raises:
        NoJavaError: there is none.
    """
    return find_java("Trino", OLDEST_JAVA)


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
        ServerError: it does not start.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="trino-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        _configure(home, trino.plugins, port, endpoint, region)
        command = [str(java), *_JAVA_OPTIONS, f"-Dconfig={home / 'config.properties'}"]
        # What it unpacks and a killed JVM does not remove goes with the folder.
        command += [f"-Djava.io.tmpdir={home}"]
        command += ["-cp", f"{trino.lib}/*", "io.trino.server.TrinoServer"]
        with process(command, home, "Trino", lambda: _has_started(port), _START_SECONDS):
            yield port


def _configure(home: Path, plugins: Path, port: int, endpoint: str, region: str) -> None:
    catalogs = home / "catalog"
    catalogs.mkdir()
    server = {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": str(port),
        # A prepared statement travels in a header.
        "http-server.max-request-header-size": "128kB",
        "discovery.uri": f"http://{HOST}:{port}",
        "node.environment": "tests",
        "node.id": "tests",
        "node.bind-ip": HOST,
        "node.internal-address": HOST,
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


def _has_started(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/v1/info", timeout=5) as answer:
            return json.load(answer)["starting"] is False
    except OSError:
        return False
