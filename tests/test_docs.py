"""What is not documented fails here."""

import re
from pathlib import Path
from typing import get_args

import pytest

from chalicelib.api.operation import Operation
from chalicelib.api.routes import all_operations
from chalicelib.cli.arguments.parser import build_parser
from chalicelib.scans.findings import ErrorCode, WarningCode
from tests.references import dangling, modules, prose_of
from tools.format_doc import DOC, with_table

ROOT = Path(__file__).parent.parent
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}


def test_the_table_of_columns_is_the_schema() -> None:
    text = DOC.read_text(encoding="utf-8")
    assert with_table(text) == text, "run `make docs`"


@pytest.mark.parametrize("code", [*get_args(ErrorCode), *get_args(WarningCode)])
def test_every_code_of_a_report_is_documented(code: str) -> None:
    assert f"| `{code}` |" in PAGES["format.md"]


def test_every_setting_is_documented() -> None:
    source = (ROOT / "chalicelib" / "config.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'\(env, "([A-Z_]+)"', source))
    assert settings >= {"LAKE_URI", "QUERY_ENGINE", "DKP_WEIGHTS", "MAX_UPLOAD_BYTES"}
    assert settings >= {"ATHENA_DATABASE", "ATHENA_TABLE", "ATHENA_WORKGROUP"}
    for name in settings:
        assert f"| `{name}` |" in PAGES["operations.md"]


@pytest.mark.parametrize("operation", all_operations(), ids=lambda operation: operation.name)
def test_every_route_and_parameter_is_documented(operation: Operation) -> None:
    assert f"| `{operation.path}` |" in PAGES["api.md"]
    for parameter in operation.parameters:
        if parameter.where == "query":
            assert f"| `{parameter.name}` |" in PAGES["api.md"]


@pytest.mark.parametrize("page", [*PAGES, "../README.md", "../CONTRIBUTING.md"])
def test_every_link_leads_to_a_file(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)", text):
        folder = (ROOT / "docs" / page).parent
        assert (folder / target).exists(), target


def test_every_command_is_documented() -> None:
    usage = build_parser().format_help()
    commands = re.findall(r"^    ([a-z]+) ", usage, re.MULTILINE)
    assert {"check", "upload", "sweep", "rebuild", "board", "ddl"} <= set(commands)
    for command in commands:
        assert f"| `{command}" in PAGES["operations.md"]


def test_every_make_target_is_listed_by_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())
    assert set(re.findall(r"^([a-z-]+):.*##", text, re.MULTILINE)) == targets


MODULES = modules(["chalicelib", "tools", "tests"])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_reference_in_a_docstring_or_comment_leads_somewhere(path: Path) -> None:
    """To a section of the contract, a file, a module, or a name in a module."""
    name = path.relative_to(ROOT).as_posix()
    lost = [f"{name}:{line}: {what}" for line, text in prose_of(path) for what in dangling(text)]
    assert not lost


@pytest.mark.parametrize(
    "text",
    [
        "the rules (contract, section 12)",
        "the rules (contract, sections 3 and 12)",
        "the rules (contract, 12)",
        "keys stand in the contract's order (section 12)",
        "see docs/nowhere.md",
        "see docs/adr/9999",
        "see facts/inputs.md",
        "`chalicelib.nowhere`",
        "`chalicelib.lake.keys.nothing`",
        "`chalicelib.lake.store.Store.nothing`",
        "`tests/nowhere/test_it.py` holds it",
        "(nowhere.py)",
    ],
)
def test_a_reference_that_leads_nowhere_is_found(text: str) -> None:
    assert len(list(dangling(text))) == 1


def test_references_that_lead_somewhere_are_fine() -> None:
    text = (
        "(contract, sections 3 and 4); (contract, 7 and 8); docs/deploy.md, docs/adr/0012 and "
        "docs/adr; `chalicelib.lake.keys`, `chalicelib.lake.store.Store.head`, "
        "`chalicelib.lake.keys.SOURCE`; `tests/infra`, `infra/app.yaml`; (engine.py)"
    )
    assert not list(dangling(text))
