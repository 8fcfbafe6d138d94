"""Fixtures that every test may use: a fake AWS over HTTP, and a fresh lake of either kind."""

import atexit
import gc
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from chalicelib.lake.store import Store
from tests.aws import REGION, list_services_once, read_models_once

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from chalicelib.lake.directory.store import DirectoryStore
    from chalicelib.lake.s3.store import S3Store

# No test judges by the clock: the machines that run them are shared.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# Here and not where they are used: a server that they have is started once for all tests.
pytest_plugins = ["tests.athena.fixtures", "tests.dynamodb.fixtures"]

_bucket_numbers = itertools.count(1)

_IN_S3 = {"s3", "arrow-s3", "boards-s3", "athena-s3"}
"""The parameters of tests that run in a folder, and in S3 once more."""


# Whoever starts the suite in the background of a script (`nohup … &`) has interrupts ignored, and
# so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Find the tests without the garbage collector, and let it pass over them from then on.

    It would go through twelve thousand tests again and again: half of the time of finding them.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        # Some engines tell of each of their objects that is there when Python ends.
        atexit.register(gc.unfreeze)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the whole suite what Athena answers, and to the long one what runs in S3 once more.

    But for the stores' own tests, which are quick in S3 too. Files with slow tests come first, so
    that no process is alone with one of them in the end (`--no-loadscope-reorder` keeps that).
    """
    stores = str(Path(__file__).parent / "lake") + os.sep
    for item in items:
        callspec = getattr(item, "callspec", None)
        values = callspec.params.values() if callspec else ()
        in_s3 = any(isinstance(value, str) and value in _IN_S3 for value in values)
        athena = "athena" in getattr(item, "fixturenames", ())
        again = in_s3 and not str(item.path).startswith(stores)
        if athena or again:
            item.add_marker(pytest.mark.slow)
        if again:
            item.add_marker(pytest.mark.long)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def fake_aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test ever speaks to a real account, whatever the machine is set up for."""
    for name in ("", "_S3", "_DYNAMODB"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL{name}", raising=False)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "DYNAMODB_TABLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")


@pytest.fixture(scope="session", autouse=True)
def quick_clients() -> Iterator[None]:
    """Clients of AWS are made by the hundred, and each is made in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        read_models_once(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def sync() -> Iterator[Callable[[int], None]]:
    """`os.fsync` as it is; but for the tests of the lake itself nothing waits for a disk.

    Only a loss of power tells the difference, and a busy disk takes milliseconds each time.
    """
    real = os.fsync

    def check(file: int) -> None:
        os.fstat(file)  # refuses what is no open file, as it does

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", check)
        yield real


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """The URL of a moto server on a free port."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        list_services_once(patch)
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3_client(moto_endpoint: str) -> "S3Client":
    """A client of the moto server; one for all tests, since making one takes long."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=moto_endpoint,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.fixture
def s3_bucket(moto_endpoint: str, s3_client: "S3Client", monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a fresh, empty bucket; boto3 finds it, in this process and its children."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_endpoint)
    bucket = f"lake-{next(_bucket_numbers)}"
    s3_client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return bucket


@pytest.fixture
def s3_store(s3_bucket: str, s3_client: "S3Client") -> "S3Store":
    """An empty lake in S3."""
    from chalicelib.lake.s3.store import S3Store

    return S3Store(s3_bucket, client=s3_client)


@pytest.fixture
def directory_store(tmp_path: Path) -> "DirectoryStore":
    """An empty lake in the folder `lake` of `tmp_path`."""
    from chalicelib.lake.directory.store import DirectoryStore

    return DirectoryStore(str(tmp_path / "lake"))


@pytest.fixture(params=["directory", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty lake, once of each kind."""
    made: Store = request.getfixturevalue(f"{request.param}_store")
    return made
