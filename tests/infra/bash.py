"""Runs whole blocks of a page's commands by bash, with `aws` and `python` of these tests.

A line that is no more than a command of ours runs in this process, which spares its start.
"""

import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from string import Template
from typing import Final, NamedTuple

import pytest

from chalicelib.cli import main as cli
from tests.infra import aws_cli
from tests.infra.support import ROOT

_STEP: Final = re.compile(r"^(\d)\. ", re.MULTILINE)
_SIMPLE: Final = re.compile(r"(?:aws|python -m chalicelib) [^|;&<>`()#{}]*|aws s3api list[^|]*")
_BLOCK: Final = re.compile(r"^ *```sh\n(.*?)```", re.DOTALL | re.MULTILINE)


def blocks(page: str, section: str | None = None) -> dict[int, list[str]]:
    """The blocks of commands of a page, or of a section of it, by the number of their step.

    Those before the first step have 0.
    """
    text = (ROOT / "docs" / page).read_text("utf-8")
    if section is not None:
        text = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    parts = ["0", *_STEP.split(text)]
    return {
        int(number): _BLOCK.findall(words)
        for number, words in zip(parts[::2], parts[1::2], strict=True)
    }


class Done(NamedTuple):
    """What a block did.

    Attributes:
        code: its exit code.
        output: what it wrote.
    """

    code: int
    output: str


class Bash:
    """A bash that keeps its variables from block to block."""

    def __init__(self, folder: Path, **variables: str) -> None:
        """Start.

        Args:
            folder: where commands run; an empty one.
            variables: what the page leaves to its reader; `export` in the page does not change it.
        """
        self._folder = folder
        self._variables = variables
        programs = folder / ".programs"
        programs.mkdir(parents=True)
        for name, command in (("python", ""), ("aws", "-m tests.infra.aws_cli ")):
            program = programs / name
            # In the worktree, where a page's reader is, `python -m` finds the app.
            program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {command}"$@"\n')
            program.chmod(0o755)
        self._path = f"{programs}{os.pathsep}{os.environ['PATH']}"

    def set(self, **variables: str) -> None:
        """Set what the reader of the page reads from its last command."""
        self._variables |= variables

    def run(self, block: str) -> Done:
        """Run a block; the first command that fails ends it."""
        lines = [_as_here(line) for line in textwrap.dedent(block).splitlines()]
        if all(_SIMPLE.fullmatch(line) for line in lines):
            return self._run_here(lines)
        environment = self._folder / ".environment"
        ending = f"trap 'env -0 > {shlex.quote(str(environment))}' EXIT"
        done = subprocess.run(
            ["bash", "-aeuo", "pipefail", "-c", "\n".join((ending, *lines))],
            cwd=self._folder,
            env={**os.environ, **self._variables, "PATH": self._path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        for variable in environment.read_text("utf-8").split("\0"):
            name, _, value = variable.partition("=")
            if re.fullmatch("[A-Z_]+", name) and os.environ.get(name) != value:
                self._variables[name] = value
        return Done(done.returncode, done.stdout + done.stderr)

    def _run_here(self, lines: list[str]) -> Done:
        output = io.StringIO()
        code = 0
        with (
            pytest.MonkeyPatch.context() as patch,
            redirect_stdout(output),
            redirect_stderr(output),
        ):
            patch.chdir(self._folder)
            for name, value in self._variables.items():
                patch.setenv(name, value)
            for line in lines:
                words = [Template(word).substitute(self._variables) for word in shlex.split(line)]
                code = aws_cli.main(words[1:]) if words[0] == "aws" else cli.main(words[3:])
                if code:
                    break
        return Done(code, output.getvalue())


def _as_here(line: str) -> str:
    """A line as it runs here: there is no `.venv`, and what the reader has set stays."""
    if line == ". .venv/bin/activate":
        return ""
    if line.startswith("export "):
        return re.sub(r"([A-Z_]+)=(\S+)", r"\1=${\1:-\2}", line)
    return line
