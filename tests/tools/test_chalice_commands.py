"""Which work stands for which of chalice's commands; tests/e2e types them."""

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from chalice.cli import cli

from tools import chalice_commands
from tools.chalice_commands import DEPLOY_OPTIONS, planned
from tools.hand_over import RefusedError, Work

ROOT = Path(__file__).resolve().parents[2]
ENVIRON = {"PATH": "/bin", "AWS_ACCESS_KEY_ID": "a key", "AWS_DEFAULT_PROFILE": "other"}


def plan(words: str, environ: dict[str, str] | None = None) -> Work | None:
    """The work for a command line, read by chalice's own parser."""
    name, *arguments = words.removeprefix("dev ").split()
    group: Any = cli.commands["dev"] if words.startswith("dev ") else cli
    command = group.commands[name]
    context = command.make_context(name, arguments)
    given = context.get_parameter_source("stage").name == "COMMANDLINE"
    return planned(name, context.params, ENVIRON | (environ or {}), given=given)


def arguments(words: str, environ: dict[str, str] | None = None) -> list[str]:
    work = plan(words, environ)
    assert work is not None
    assert work.program == "python"
    return work.arguments


def test_deploy_is_make_deploy_of_chalices_default_stage_or_the_one_that_is_named() -> None:
    assert arguments("deploy") == ["-m", "tools.deploy", "--", "dev"]
    assert arguments("deploy --stage prod --no-autogen-policy")[-1] == "prod"
    assert arguments("delete --stage prod") == ["-m", "tools.deploy", "--destroy", "--", "prod"]


def test_what_make_deploy_takes_from_the_environment_chalice_deploy_takes_too() -> None:
    recipe = re.search(r"^deploy:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)
    assert recipe is not None
    options = re.findall(r'(--[a-z-]+) "\$\((\w+)\)"', recipe[1])
    assert {name: option for option, name in options} == DEPLOY_OPTIONS
    assert set(re.findall(r"\$\((\w+)\)", recipe[1])) == {"PY", "STAGE", *DEPLOY_OPTIONS}

    told = arguments("deploy", {"BUCKET": "my lake", "ALARM_EMAIL": ""})
    assert told == ["-m", "tools.deploy", "--bucket=my lake", "--", "dev"]


@pytest.mark.parametrize("command", ["deploy", "delete"])
def test_a_profile_that_is_named_counts_more_than_keys_in_the_environment(command: str) -> None:
    work, plain = plan(f"{command} --profile mine"), plan(command)
    assert work is not None
    assert plain is not None
    assert work.environ == {"PATH": "/bin", "AWS_PROFILE": "mine"}
    assert plain.environ == ENVIRON


def test_package_writes_into_a_folder_as_chalice_does_or_the_one_file() -> None:
    start = ["-m", "tools.package", "--stage=dev"]
    assert arguments("package out") == [*start, "--to=out/deployment.zip"]
    assert arguments("package --single-file out.zip --profile x") == [*start, "--to=out.zip"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("deploy --autogen-policy", "what the functions may do stands in .chalice/policy"),
        ("deploy --api-gateway-stage v2", "set api_gateway_stage in .chalice/config.json"),
        ("package --pkg-format terraform out", "without the option the package alone is written"),
        ("package --merge-template more.json out", "no template is written"),
        ("package --template-format yaml out", "no template is written"),
        ("dev plan", "docs/deploy.md says what `chalice deploy` makes"),
    ],
)
def test_an_option_that_makes_no_sense_here_is_refused_in_one_sentence(
    words: str, reason: str
) -> None:
    with pytest.raises(RefusedError, match=re.escape(reason)) as refused:
        plan(words)
    assert "\n" not in str(refused.value)


def test_options_that_change_nothing_are_taken(capfd: pytest.CaptureFixture[str]) -> None:
    expected = arguments("deploy")
    assert capfd.readouterr().err == ""
    assert arguments("deploy --api-gateway-stage api --connection-timeout 90") == expected
    said = capfd.readouterr().err
    assert said.startswith("note: --connection-timeout has no effect here")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("words", ["dev appgraph", "generate-models"])
def test_what_makes_no_package_is_left_to_chalice(words: str) -> None:
    assert plan(words) is None


def test_an_old_python_is_told_rather_than_shown_an_import_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(RefusedError, match=r"Python 3\.10 cannot load the app"):
        plan("generate-models")
    assert plan("deploy") is not None


def test_local_goes_where_the_libraries_are_and_keeps_its_options(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chalice_commands, "LIBRARIES", ("pyarrow", "no_such_library"))
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    options = "--stage=dev --host=127.0.0.1 --port=9000 --no-autoreload"
    work = plan("local --port 9000 --stage dev --no-autoreload")
    assert work is not None
    assert (work.program, work.arguments) == ("chalice", ["local", *options.split()])
    work = plan("local")
    assert work is not None
    assert work.arguments[1] == "--stage=local"


@pytest.mark.parametrize(
    "name",
    [
        *("chalicelib/__init__.py", "chalicelib/memory.py", "chalicelib/packaging_guard.py"),
        *("tools/__init__.py", "tools/chalice_commands.py", "tools/hand_over.py"),
    ],
)
def test_what_runs_in_chalices_own_python_is_of_the_standard_library_and_read_by_python_3_9(
    name: str,
) -> None:
    tree: Any = ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        for module in names:
            top = module.split(".")[0]
            assert top in (*sys.stdlib_module_names, "chalicelib", "tools"), module
