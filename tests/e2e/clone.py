"""A copy of the project, from which stages are deployed as from somebody's machine."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.aws import REGION
from tests.e2e.aws_state import AwsState, Clients
from tests.infra.support import ROOT
from tools.deploy import orphans
from tools.deploy.account import Account
from tools.deploy.stage import Stage, read_config
from tools.package import passed, zips
from tools.package.build import build, libraries
from tools.package.target import Target

MOTO_ACCOUNT: Final = "123456789012"


@dataclass
class Step:
    """One command and what it left behind.

    Attributes:
        code: its exit code.
        said: what it printed.
        errors: what it printed to stderr.
        aws: what was on AWS after it.
        found: what `tools.deploy.orphans` finds of the stage by its names.
        remembered: what chalice remembers of it; None when it is nothing.
    """

    code: int
    said: str
    errors: str
    aws: AwsState
    found: list[dict[str, str]]
    remembered: dict[str, Any] | None


class Clone:
    """A copy of the project, from which stages are deployed.

    Attributes:
        folder: where it is.
        aws: clients of the server that they are deployed to.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self._url = url
        self.aws = Clients(url)
        for name in ("app.py", "requirements.txt", "chalicelib", ".chalice", "infra", "tools"):
            leave_out = shutil.ignore_patterns("__pycache__", "deployed", "deployments")
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=leave_out)
            else:
                shutil.copy(ROOT / name, folder / name)
        self._take_what_is_built()

    def _take_what_is_built(self) -> None:
        """The package and its libraries, so that no network and little time is needed."""
        target = Target.of_this_python("x86_64")
        for path in (build(target), libraries(target)):
            (self.folder / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, self.folder / path.relative_to(ROOT))

    def lighten(self) -> None:
        """Take a package of a few bytes, for tests of what stands around it: uploads take long."""
        target = Target.of_this_python("x86_64")
        path = self.folder / build(target).relative_to(ROOT)
        comment = zips.comment(path)
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("app.py", "")
            package.comment = (comment or "").encode()
        path.with_name(f"{path.name}.passed").write_text(passed._key(path, target), "utf-8")

    def environ(self, **more: str) -> dict[str, str]:
        """What a command of this clone has in its environment."""
        return {
            **{name: value for name, value in os.environ.items() if name[:4] != "AWS_"},
            "AWS_ENDPOINT_URL": self._url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent/config",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
            **more,
        }

    def call(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the tool that `make deploy` runs."""
        return self._run([sys.executable, "-m", "tools.deploy", *arguments], environ)

    def run(self, *arguments: str, **environ: str) -> Step:
        """Run the tool that `make deploy` runs, and see what it left behind."""
        return self.type([sys.executable, "-m", "tools.deploy", *arguments], **environ)

    def type(self, command: list[str], **environ: str) -> Step:
        """Run a command in the clone, and see what it left behind."""
        done = self._run(command, environ)
        return Step(
            done.returncode,
            done.stdout,
            done.stderr,
            AwsState.read(self.aws),
            self._found(),
            self._remembered(),
        )

    def _run(self, command: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            check=False,
        )

    def _found(self) -> list[dict[str, str]]:
        account = Account(self.aws.session, MOTO_ACCOUNT, "aws", REGION)
        stage = Stage.of(read_config(self.folder), "dev", account, "my-kingdom-lake")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", self._url)
            return orphans.find(stage)

    def _remembered(self) -> dict[str, Any] | None:
        path = self.folder / ".chalice" / "deployed" / "dev.json"
        record: dict[str, Any] | None = json.loads(path.read_text()) if path.exists() else None
        return record

    def forget(self) -> None:
        """Be like a fresh clone on another machine."""
        shutil.rmtree(self.folder / ".chalice" / "deployed")
        shutil.rmtree(self.folder / "build" / "deploy")

    def add_stage(self, name: str) -> None:
        """Another stage than `dev`, as docs/deploy.md says."""
        path = self.folder / ".chalice" / "config.json"
        config = json.loads(path.read_text("utf-8"))
        variables = {
            **config["stages"]["dev"]["environment_variables"],
            "LAKE_URI": f"s3://rok-leaderboards-{name}-ACCOUNT-REGION",
            "ATHENA_DATABASE": f"rok_{name}",
            "ATHENA_WORKGROUP": f"rok_{name}",
        }
        config["stages"][name] = {"environment_variables": variables}
        path.write_text(json.dumps(config), "utf-8")

    def set(self, **variables: str) -> None:
        """Other environment variables of the stage `dev`; without those that are empty."""
        path = self.folder / ".chalice" / "config.json"
        config = json.loads(path.read_text("utf-8"))
        stage = config["stages"]["dev"]
        given = {**stage["environment_variables"], **variables}
        stage["environment_variables"] = {name: value for name, value in given.items() if value}
        path.write_text(json.dumps(config), "utf-8")

    def change(self) -> None:
        """Another version of the app, with another memory size and a route more."""
        app = self.folder / "app.py"
        more = '\n\n@app.route("/v1/more", content_types=[])\ndef more():\n    return {}\n'
        app.write_text(app.read_text("utf-8") + more, "utf-8")
        path = self.folder / ".chalice" / "config.json"
        config = json.loads(path.read_text("utf-8"))
        config["lambda_functions"]["sweep_inbox"]["lambda_memory_size"] = 1536
        config["stages"]["dev"]["environment_variables"]["QUERY_ENGINE"] = "arrow"
        path.write_text(json.dumps(config), "utf-8")
