"""Chalice's commands typed by hand, with a chalice that is installed anywhere, against moto.

The story: deploy, and take down from another folder; then what `make deploy` makes of the same.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.e2e.artefact import NEEDS_312, NEEDS_LINUX, host_target
from tests.e2e.aws_state import AwsState
from tests.e2e.clone import Clone, Step
from tests.e2e.moto_for_chalice import MotoForChalice
from tests.e2e.own_chalice import link_venv, make_own_chalice
from tests.infra.support import ROOT
from tests.tools.runner import PATIENCE, free_port
from tools.package.build import build

pytestmark = [NEEDS_312, NEEDS_LINUX, pytest.mark.slow, pytest.mark.long]

BOARD = "/v1/kingdoms/51/leaderboards/dkp?limit=1"
SCAN = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"


@pytest.fixture(scope="module")
def chalice(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return make_own_chalice(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoForChalice]:
    with MotoForChalice() as server:
        yield server


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, moto: MotoForChalice) -> Clone:
    made = Clone(tmp_path_factory.mktemp("clone"), moto.url)
    shutil.copy(ROOT / "requirements-dev.txt", made.folder)
    link_venv(made.folder)
    return made


@pytest.fixture(scope="module")
def story(clone: Clone, chalice: list[str]) -> dict[str, Step]:
    """Every step of the story, by name."""
    elsewhere = ["sh", "-c", 'cd / && exec "$@"', "sh", *chalice]
    return {
        "deploy": clone.type([*chalice, "deploy", "--stage", "dev"]),
        "url": clone.type([*chalice, "url"]),
        "delete": clone.type([*elsewhere, "--project-dir", str(clone.folder), "delete"]),
        "make deploy": clone.run("dev"),
    }


def without_what_changes(state: AwsState) -> dict[str, Any]:
    """A state without the moments and identifiers that a second deployment has others of."""
    (api,) = state.apis.values()
    kept = ("CodeSha256", "Runtime", "Handler", "MemorySize", "Timeout", "Environment")

    def known(role: str) -> str:
        """A role without what AWS has made up of its name."""
        return re.sub(r"-[A-Z0-9]+$", "", role)

    return {
        "functions": {
            name: {
                **{key: function[key] for key in kept},
                "Reserved": function["Reserved"],
                "Role": known(function["Role"]),
            }
            for name, function in state.functions.items()
        },
        "roles": {known(name): of for name, of in state.roles.items()},
        "rules": state.rules,
        "paths": api["paths"],
        "stacks": state.stacks,
        "buckets": state.buckets.keys(),
        "queues": state.queues,
        "logs": state.logs,
    }


class TestOnAws:
    def test_chalice_deploy_makes_what_make_deploy_makes(self, story: dict[str, Step]) -> None:
        by_hand, by_make = story["deploy"], story["make deploy"]
        assert by_hand.code == by_make.code == 0, by_hand.errors
        wanted = {**without_what_changes(by_make.aws), "stacks": by_hand.aws.stacks}
        assert without_what_changes(by_hand.aws) == wanted
        assert by_hand.aws.stacks.keys() == by_make.aws.stacks.keys()
        assert by_hand.found

    def test_it_says_what_make_deploy_says(self, story: dict[str, Step]) -> None:
        def words(step: Step) -> list[str]:
            known = re.sub(r"https://\w+\.execute-api", "https://ID.execute-api", step.said)
            return [line for line in known.splitlines() if not line.startswith("Stack ")]

        assert words(story["deploy"]) == words(story["make deploy"])

    def test_chalice_url_knows_the_stage_then(self, story: dict[str, Step]) -> None:
        (api,) = story["deploy"].aws.apis
        assert story["url"].said.startswith(f"https://{api}.execute-api.")

    def test_chalice_delete_takes_the_stage_down_and_leaves_the_data(
        self, story: dict[str, Step]
    ) -> None:
        step = story["delete"]
        assert step.code == 0, step.errors
        assert not any((step.aws.functions, step.aws.roles, step.aws.apis, step.found))
        assert "leaderboard-api-dev" not in step.aws.stacks
        assert step.aws.buckets
        assert "its data is not: the bucket" in step.said

    @pytest.mark.parametrize(
        ("words", "environ", "sentence"),
        [
            ("deploy", {"AWS_ACCESS_KEY_ID": ""}, "no AWS credentials are found; set AWS_PROFILE"),
            ("deploy", {"AWS_REGION": ""}, "no AWS region is set; set AWS_REGION"),
            ("deploy --profile nobody", {}, "AWS: The config profile (nobody) could not be found"),
            ("deploy", {"AWS_ENDPOINT_URL": "http://127.0.0.1:no"}, "ValueError: "),
            ("deploy", {"PYTHON": "/nowhere"}, "PYTHON=/nowhere does not run; it takes the path"),
            (
                "delete",
                {"AWS_REGION": "eu-west-1"},
                "there is no stage dev in eu-west-1 to destroy",
            ),
            ("dev plan", {}, "`chalice dev plan` is not supported: it would plan with chalice's"),
            ("package --stage prod out", {}, "no stage 'prod' is in .chalice/config.json"),
            ("package app.py", {}, "[Errno"),
        ],
    )
    def test_what_cannot_be_done_is_one_sentence(
        self, clone: Clone, chalice: list[str], words: str, environ: dict[str, str], sentence: str
    ) -> None:
        step = clone.type([*chalice, *words.split()], **environ)
        assert step.code == 1
        assert step.errors.startswith(f"error: {sentence}")
        assert len(step.errors.splitlines()) == 1

    def test_python_3_11_alone_is_refused_before_anything_is_made(
        self, clone: Clone, chalice: list[str], tmp_path: Path
    ) -> None:
        python = tmp_path / "python3.11"
        python.write_text(f'#!/bin/sh\n[ "$1" = -I ] && echo "ok 1 {python}" || echo 3 11\n')
        python.chmod(0o755)
        for words in (["deploy"], ["package", str(tmp_path / "out")]):
            step = clone.type([*chalice, *words], PYTHON=str(python))
            assert (step.code, step.said) == (1, "")
            assert re.fullmatch(r"error: a package takes Python 3\.12[^\n]*\n", step.errors)
            assert "Python 3.11 is what there is" in step.errors
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("number", "sentence"),
        [
            (signal.SIGINT, "error: stopped; the same command goes on where this one ended\n"),
            (signal.SIGTERM, ""),
        ],
    )
    def test_a_signal_ends_all_of_it_without_a_traceback(
        self, clone: Clone, chalice: list[str], number: int, sentence: str
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            process = subprocess.Popen(
                [*chalice, "deploy"],
                cwd=clone.folder,
                env=clone.environ(AWS_ENDPOINT_URL=url),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            silent.settimeout(PATIENCE)
            connection, _ = silent.accept()
            with connection:
                os.kill(process.pid, number)
                said, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, said, errors) == (128 + number, "", sentence)
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)


class TestPackage:
    @pytest.mark.parametrize(
        ("words", "place"),
        [("{out}", "deployment.zip"), ("--stage local --single-file {out}/our.zip", "our.zip")],
    )
    def test_it_is_the_package_that_make_package_makes(
        self, clone: Clone, chalice: list[str], tmp_path: Path, words: str, place: str
    ) -> None:
        out = tmp_path / "new" / "folder"
        temporary = tmp_path / "tmp"
        temporary.mkdir()
        typed = [*chalice, "package", *words.format(out=out).split()]
        step = clone.type(typed, AWS_REGION="", AWS_ACCESS_KEY_ID="", TMPDIR=str(temporary))
        assert (step.code, step.errors) == (0, "")
        path, size, digest = step.said.splitlines()[-1].split(" ")
        assert path == str(out / place)
        assert [item.name for item in out.iterdir()] == [place]
        made = build(host_target()).read_bytes()
        assert Path(path).read_bytes() == made
        assert int(size) == len(made)
        assert re.fullmatch("[0-9a-f]{64}", digest)
        with zipfile.ZipFile(path) as archive:
            assert not [name for name in archive.namelist() if name.startswith("tools")]
        assert [*temporary.iterdir()] == []


class TestLocal:
    """`chalice local` serves the stage `local`, and runs where the libraries are."""

    @pytest.fixture
    def lake(self, clone: Clone) -> Iterator[None]:
        """A lake with a kingdom."""
        inbox = clone.folder / ".lake" / SCAN
        shutil.copytree(ROOT / "examples" / SCAN, inbox)
        environ = {**os.environ, "LAKE_URI": "file:.lake"}
        sweep = [sys.executable, "-m", "chalicelib", "sweep"]
        subprocess.run(sweep, cwd=clone.folder, env=environ, check=True, capture_output=True)
        yield
        shutil.rmtree(clone.folder / ".lake")

    @pytest.fixture
    def serve(self, clone: Clone) -> Iterator[Any]:
        """Starts a server; gives a function that asks it."""
        started: list[subprocess.Popen[bytes]] = []

        def start(command: list[str]) -> Any:
            port = free_port()
            process = subprocess.Popen(
                [*command, f"--port={port}"],
                cwd=clone.folder,
                env=clone.environ(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            started.append(process)
            return lambda path: answer(process, f"http://127.0.0.1:{port}{path}")

        yield start
        for process in started:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(PATIENCE)

    def test_it_serves_the_lake_by_a_chalice_that_has_no_libraries_beside_it(
        self, lake: None, serve: Any, chalice: list[str]
    ) -> None:
        ask = serve([*chalice, "local"])
        assert ask("/v1/health")["engine"] == "arrow"
        assert ask(BOARD)["entries"][0]["rank"] == 1

    @pytest.mark.parametrize(
        ("options", "engine"),
        [
            (["--no-autoreload"], "arrow"),
            (["--stage", "local"], "arrow"),
            (["--stage", "dev", "--no-autoreload"], "athena"),
        ],
    )
    def test_it_serves_the_stage_that_is_named_and_else_local_by_a_chalice_that_has_them(
        self, serve: Any, tmp_path: Path, options: list[str], engine: str
    ) -> None:
        script = tmp_path / "chalice"
        run = "import sys\nfrom chalice.cli import main\nsys.exit(main())\n"
        script.write_text(f"#!{sys.executable}\n{run}")
        script.chmod(0o755)
        assert serve([str(script), "local", *options])("/v1/health")["engine"] == engine

    def test_a_wrong_setting_stops_it_with_one_line(self, clone: Clone, chalice: list[str]) -> None:
        path = clone.folder / ".chalice" / "config.json"
        right = path.read_text("utf-8")
        path.write_text(right.replace('"arrow"', '"excel"'), "utf-8")
        try:
            step = clone.type([*chalice, "local", f"--port={free_port()}"])
        finally:
            path.write_text(right, "utf-8")
        assert step.said == ""
        assert re.fullmatch(r"leaderboard-api: QUERY_ENGINE must be [^\n]*\n", step.errors)


def answer(process: "subprocess.Popen[bytes]", url: str) -> Any:
    """What a server that was just started answers."""
    opener = build_opener(ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            with opener.open(url, timeout=PATIENCE) as response:
                return json.load(response)
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.05)
    raise AssertionError(f"no server at {url}")
