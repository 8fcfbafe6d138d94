"""Runs chalice on a stage's project, with the packager of `tools.package` in it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final, Literal

from tools.deploy.errors import DeployError, one_line
from tools.deploy.stage import Stage
from tools.package.build import build
from tools.package.passed import check_once
from tools.package.target import PackageError, Target

COMMAND: Final = (sys.executable, "-m", "tools.package.chalice_cli")


def build_package(root: Path, stage: Stage) -> None:
    """Make and check the zip before anything on AWS is touched.

    Raises:
        DeployError: there is no package that Lambda could run.
    """
    try:
        target = Target.of_this_python(architecture(stage))
        path = build(target, root)
        check_once(path, target)
    except PackageError as error:
        raise DeployError(one_line(str(error))) from error
    size = path.stat().st_size / 1024 / 1024
    print(f"Package {os.path.relpath(path, root)}: {size:.1f} MiB, checked", flush=True)


def architecture(stage: Stage) -> str:
    """What the stage's functions run on, as chalice reads it."""
    own = stage.config["stages"][stage.name].get("lambda_architecture")
    return str(own or stage.config.get("lambda_architecture") or "x86_64")


def run(root: Path, project: Path, command: Literal["deploy", "delete"], stage: Stage) -> None:
    """Run a chalice command; what it says goes on to the user.

    Args:
        root: the source tree.
        project: the chalice project, see `tools.deploy.project`.
        command: which.
        stage: the stage.

    Raises:
        DeployError: it failed; the text ends with chalice's reason.
    """
    log = project / f"chalice-{command}.log"
    with log.open("w", encoding="utf-8") as errors:
        done = subprocess.run(
            [*COMMAND, "--project-dir", str(project), command, "--stage", stage.name],
            cwd=root,
            env={**os.environ, "AWS_DEFAULT_REGION": stage.account.region},
            stderr=errors,
            check=False,
        )
    if done.returncode:
        why = reason(log.read_text("utf-8")) or f"exit code {done.returncode}"
        place = os.path.relpath(log, root)
        raise DeployError(f"chalice {command} failed: {why} (all that it said is in {place})")


def reason(said: str) -> str:
    """Why chalice failed, from what it wrote to stderr: its message, or a traceback's last line."""
    lines = [line for line in said.splitlines() if line.strip()]
    if any(line.startswith("Traceback ") for line in lines):
        return lines[-1].strip()
    return one_line(" ".join(lines))
