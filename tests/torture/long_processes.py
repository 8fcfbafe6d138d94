"""Real processes, killed and racing, at length: in a directory and at a moto server."""

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.lake.open import open_store
from tests.ingest.races import atomic_moto
from tests.torture.processes import kill_and_sweep, lay, race


@contextmanager
def directories() -> Iterator[Iterator[str]]:
    """Makes lakes in directories."""
    with tempfile.TemporaryDirectory() as root:
        yield (f"file:{root}/{number}" for number in range(10**6))


@contextmanager
def buckets() -> Iterator[Iterator[str]]:
    """Makes lakes at a moto server of this process."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request
    host, port = server.get_host_and_port()
    os.environ |= {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }

    def make() -> Iterator[str]:
        for number in range(10**6):
            boto3.client("s3").create_bucket(Bucket=f"lake-{number}")
            yield f"s3://lake-{number}"

    try:
        with atomic_moto():
            yield make()
    finally:
        server.stop()


def main() -> int:
    """Torture both stores; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.torture.long_processes", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=20, help="times three processes are killed")
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--processes", type=int, default=8, help="how many race")
    asked = parser.parse_args()
    problems = []
    for kind, lakes in (("directory", directories), ("moto", buckets)):
        with lakes() as uris:
            for what in ("killed", "racing"):
                started = time.monotonic()
                uri = next(uris)
                uploads = lay(open_store(uri), asked.uploads, asked.rounds)
                found = (
                    kill_and_sweep(uri, uploads, asked.rounds, asked.rounds)
                    if what == "killed"
                    else race(uri, uploads, asked.processes)
                )
                seconds = time.monotonic() - started
                print(f"{kind}, {what}: {len(found)} problems in {seconds:.0f} s", flush=True)
                problems += [f"{kind}, {what}: {problem}" for problem in found]
    print("\n".join(problems) or "nothing lost, nothing published twice")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
