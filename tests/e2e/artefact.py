"""The finished zip as Lambda has it: unpacked, read-only, run by Lambda's own Python client."""

import importlib.util
import os
import platform
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.runtime_api import Outcome, RuntimeApi
from tools.package.target import Target

NEEDS_312 = pytest.mark.skipif(sys.version_info < (3, 12), reason="no Lambda package for 3.11")
NEEDS_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the package is for Linux")

SECONDS = 60.0
TMP_BYTES = 512 * 1024 * 1024
# What Lambda's runtime brings.
RUNTIME = (
    *("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py", "boto3", "botocore"),
    *("s3transfer", "jmespath", "dateutil", "six", "urllib3"),
)


def host_target() -> Target:
    """The Lambda runtime whose packages this machine and this Python can run."""
    return Target.of_this_python("arm64" if platform.machine() == "aarch64" else "x86_64")


def unpack(package: Path, folder: Path) -> Path:
    """Unpack a zip and take away the permission to write to it."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    for path in (*folder.rglob("*"), folder):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
    return folder


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder with size and time of change: root may write to read-only files."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in (folder, *folder.rglob("*"))
    }


def link_runtime(folder: Path) -> Path:
    """A folder with what Lambda's runtime brings, and nothing else of this machine's."""
    folder.mkdir()
    for name in RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec is not None, name
        assert spec.origin is not None, name
        origin = Path(spec.origin)
        origin = origin.parent if origin.name == "__init__.py" else origin
        (folder / origin.name).symlink_to(origin)
    return folder


@dataclass
class Function:
    """A running function.

    Attributes:
        api: what it talks to.
        process: its process.
        tmp: its /tmp.
        log: what it prints.
    """

    api: RuntimeApi
    process: "subprocess.Popen[bytes]"
    tmp: Path
    log: Path

    def wait_for_init(self) -> None:
        """Wait for the end of the init phase."""
        assert self.api.asked.wait(SECONDS), self.log.read_text()

    def invoke(self, event: Any) -> Outcome:
        """Send an event and wait for what becomes of it."""
        self.api.send(event)
        return self.outcome()

    def outcome(self) -> Outcome:
        """Wait for what the function posts."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            found = self.api.outcome(0.1)
            if found is not None:
                return found
            assert self.process.poll() is None, self.log.read_text()
        raise AssertionError(f"no answer in {SECONDS} s: {self.log.read_text()}")


@dataclass(frozen=True)
class Artefact:
    """An unpacked package, and where the runtime is.

    Attributes:
        root: the package, unpacked.
        runtime: the runtime's own libraries.
    """

    root: Path
    runtime: Path

    @contextmanager
    def start(self, name: str, handler: str, stage: dict[str, str]) -> Iterator[Function]:
        """Run one of the functions, from a cold start to the end of the block.

        Args:
            name: as chalice names the function.
            handler: like `app.app`.
            stage: the stage's environment variables.
        """
        with (
            tempfile.TemporaryDirectory() as folder,
            RuntimeApi(name) as api,
        ):
            tmp = Path(folder, "tmp")
            tmp.mkdir()
            log = Path(folder, "log")
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "-S", "-m", "awslambdaric", handler],
                    cwd=self.root,
                    env={**self.environ(name, handler, api.address, tmp), **stage},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            try:
                yield Function(api, process, tmp, log)
            finally:
                process.kill()
                process.wait()

    def environ(self, name: str, handler: str, api: str, tmp: Path) -> dict[str, str]:
        """What Lambda sets. TMPDIR stands for its /tmp, which here is everybody's."""
        return {
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_SESSION_TOKEN": "testing",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python3.{sys.version_info[1]}",
            "AWS_LAMBDA_FUNCTION_NAME": f"leaderboard-api-dev-{name}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/leaderboard-api-dev-{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/26/[$LATEST]0123456789abcdef",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_RUNTIME_API": api,
            "AWS_EC2_METADATA_DISABLED": "true",
            "LAMBDA_TASK_ROOT": str(self.root),
            "LAMBDA_RUNTIME_DIR": str(self.runtime),
            "_HANDLER": handler,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": str(self.runtime),
            "TMPDIR": str(tmp),
        }

    def python(self, code: str, tmp: Path) -> "subprocess.CompletedProcess[str]":
        """Run code with the package on the path, and nothing beside the standard library."""
        start = f"import sys; sys.path.insert(0, {str(self.root)!r})\n"
        return subprocess.run(
            [sys.executable, "-I", "-S", "-W", "error", "-c", start + code],
            cwd=tmp,
            env={"TMPDIR": str(tmp), "PATH": os.defpath},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
