"""Deployments that are killed: `python -m tests.e2e.interrupted` kills one after each of its steps.

The suite runs a few of them (`tests/e2e/test_interrupted.py`).
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.e2e.aws_state import AwsState
from tests.e2e.clone import Clone
from tests.e2e.moto_for_chalice import MotoForChalice
from tests.e2e.stage_state import facts, is_gone, is_whole

BUCKET: Final = "my-kingdom-lake"
KILLED: Final = -9


class Interrupter:
    """Runs a clone's deployments, and kills them."""

    def __init__(self, clone: Clone, moto: MotoForChalice) -> None:
        self._clone = clone
        self._moto = moto

    def run(self, *arguments: str) -> None:
        """Run a command to its end, which must be a good one."""
        done = self._clone.call("dev", "--bucket", BUCKET, *arguments)
        assert done.returncode == 0, done.stderr

    def killed(self, after: int, *arguments: str) -> bool:
        """Run a command and kill it, and all that it started, after so many changes on AWS.

        Returns:
            Whether it came so far.
        """
        command = [sys.executable, "-m", "tools.deploy", "dev", "--bucket", BUCKET, *arguments]
        # It starts when it is told to, which is after the killer knows it.
        with subprocess.Popen(
            ["sh", "-c", 'read -r go && exec "$@"', "sh", *command],
            cwd=self._clone.folder,
            env=self._clone.environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            text=True,
        ) as process:
            self._moto.kill_after(after, process.pid)
            errors = process.communicate("go\n")[1]
        assert process.returncode in (0, KILLED), errors
        return process.returncode == KILLED

    def is_whole(self) -> bool:
        """Whether the stage is up, and all of it."""
        return is_whole(facts(AwsState.read(self._clone.aws), "dev"))

    def is_gone(self) -> bool:
        """Whether nothing is left but the lake."""
        aws = AwsState.read(self._clone.aws)
        notified = aws.buckets.get(BUCKET, {"Notifications": []})["Notifications"]
        return is_gone(facts(aws, "dev")) and not (aws.roles or aws.apis or notified)


def interrupter(folder: Path, moto: MotoForChalice) -> Interrupter:
    """A clone in a folder, for deployments that are killed."""
    clone = Clone(folder, moto.url)
    clone.lighten()
    return Interrupter(clone, moto)


def deploy_killed(of: Interrupter, after: int) -> bool:
    """Kill a deployment, finish it, and take it down; or take it down at once, in turns.

    Returns:
        Whether it came so far.
    """
    if not of.killed(after):
        assert of.is_whole()
        of.run("--destroy")
        return False
    if after % 2:
        of.run()
        assert of.is_whole(), f"a deployment that was killed after {after} changes"
    of.run("--destroy")
    assert of.is_gone(), f"a deployment that was killed after {after} changes"
    return True


def update_killed(of: Interrupter, after: int) -> bool:
    """Kill a deployment over one that is up, finish it, and take it down; or take it down at once.

    Returns:
        Whether it came so far.
    """
    of.run()
    return deploy_killed(of, after)


def destroy_killed(of: Interrupter, after: int) -> bool:
    """Kill the end of a stage, and end it; returns whether it came so far."""
    of.run()
    came = of.killed(after, "--destroy")
    of.run("--destroy")
    assert of.is_gone(), f"an end that was killed after {after} changes"
    return came


def main() -> int:
    """Kill after each change: of a first deployment, of a later one, and of an end."""
    with MotoForChalice() as moto, tempfile.TemporaryDirectory() as folder:
        of = interrupter(Path(folder), moto)
        for attempt in (deploy_killed, update_killed, destroy_killed):
            after = 1
            while attempt(of, after):
                print(f"{attempt.__name__}: {after}", flush=True)
                after += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
