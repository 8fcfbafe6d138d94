"""A DynamoDB Local that keeps its tables in memory, for as long as a context lasts."""

import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.dynamodb.jars import fetch_local
from tests.servers.jdk import find_java
from tests.servers.process import HOST, free_port, process

OLDEST_JAVA: Final = 17
"""What its classes are compiled for."""

_MAIN: Final = "software.amazon.dynamodb.services.local.main.ServerRunner"
_START_SECONDS: Final = 60
# One compiler and one collector thread: it is started for a minute or two.
_JAVA_OPTIONS: Final = (
    "-Xmx700m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
)


def find_java_for_local() -> Path:
    """A Java that is new enough.

    Raises:
        NoJavaError: there is none.
    """
    return find_java("DynamoDB Local", OLDEST_JAVA)


@contextmanager
def running_local() -> Iterator[str]:
    """Start a server, downloaded if need be, and stop it whatever happens.

    Yields:
        Its URL.

    Raises:
        ServerError: it does not start.
        NoJavaError: and see `fetch_local`.
    """
    port, files, java = free_port(), fetch_local(), find_java_for_local()
    with tempfile.TemporaryDirectory(prefix="dynamodb-", ignore_cleanup_errors=True) as folder:
        command = [str(java), *_JAVA_OPTIONS, f"-Djava.io.tmpdir={folder}"]
        command += [f"-Djava.library.path={files}", "-cp", f"{files}/*", _MAIN]
        command += ["-inMemory", "-port", str(port), "-disableTelemetry"]
        url = f"http://{HOST}:{port}"
        with process(
            command, Path(folder), "DynamoDB Local", lambda: _answers(url), _START_SECONDS
        ):
            yield url


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True  # without credentials it refuses
    except OSError:
        return False
