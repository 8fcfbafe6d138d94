"""Runs the commands of a page of docs/, as they stand there, against a fake AWS."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3

from tests.infra.support import ROOT

_STEP: Final = re.compile(r"^(\d)\. ", re.MULTILINE)
_BLOCK: Final = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_ASSIGNED: Final = re.compile(r"([A-Z]+)=\$\((.*)\)")


@dataclass(frozen=True)
class Done:
    """What a command did.

    Attributes:
        command: as it stands in the docs.
        code: its exit code.
        output: of `python`, what it wrote; of `aws`, the answer.
    """

    command: str
    code: int
    output: Any


def steps(page: str, section: str) -> dict[int, list[str]]:
    """The commands of a section by the number of their step; those before the first have 0."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    text = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    parts = ["0", *_STEP.split(text)]
    return {
        int(number): [
            line.strip() for block in _BLOCK.findall(words) for line in block.strip().splitlines()
        ]
        for number, words in zip(parts[::2], parts[1::2], strict=True)
    }


class Shell:
    """A shell that knows `export`, `NAME=$(aws …)`, `aws` and `python`.

    Attributes:
        variables: what was exported or assigned.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        """Start with variables that the page leaves to its reader."""
        self.variables = dict(variables)

    def run(self, line: str) -> Done:
        """Run a line.

        Raises:
            AssertionError: it is no command that this knows.
        """
        if assigned := _ASSIGNED.fullmatch(line):
            done = self.run(assigned[2])
            self.variables[assigned[1]] = str(done.output)
            return done
        words = shlex.split(self._filled(line))
        match words:
            case ["export", *pairs]:
                for pair in pairs:
                    name, _, value = pair.partition("=")
                    self.variables.setdefault(name, value)
                return Done(line, 0, None)
            case [".", ".venv/bin/activate"]:
                return Done(line, 0, None)
            case ["aws", service, command, *options]:
                return Done(line, 0, _aws(service, command.replace("-", "_"), options))
            case ["python", *arguments]:
                return self._python(line, arguments)
        raise AssertionError(f"no command that is known: {line}")

    def _filled(self, line: str) -> str:
        # What stands in single quotes is for the command itself.
        parts = re.split(r"('[^']*')", line)
        parts[::2] = [
            re.sub(r"\$([A-Z_]+)", lambda found: self.variables[found[1]], part)
            for part in parts[::2]
        ]
        return "".join(parts)

    def _python(self, line: str, arguments: list[str]) -> Done:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Done(line, done.returncode, done.stdout + done.stderr)


def _aws(service: str, command: str, options: list[str]) -> Any:
    """A command of the AWS command line, by boto3, which knows its options' names and types."""
    client: Any = boto3.client(service)  # type: ignore[call-overload]
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[command])
    names = {_dashed(name): (name, shape) for name, shape in model.input_shape.members.items()}
    request: dict[str, Any] = {}
    shown: dict[str, str] = {}
    for option, value in zip(options[::2], options[1::2], strict=True):
        if option in ("--query", "--output"):
            shown[option] = value
            continue
        name, shape = names[option]
        request[name] = int(value) if shape.type_name in ("integer", "long") else value
    answer = getattr(client, command)(**request)
    answer.pop("ResponseMetadata", None)
    json.dumps(answer, default=str)
    return answer[shown["--query"]] if "--query" in shown else answer


def _dashed(name: str) -> str:
    return "--" + re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
