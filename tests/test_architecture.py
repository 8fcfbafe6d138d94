"""The house's one rule, and what keeps it easy to see (docs/adr)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "chalicelib"
TESTS = ROOT / "tests"
MODULES = sorted(PACKAGE.rglob("*.py"))

# From the ground up; a module imports from its own layer or from below.
LAYERS = (
    {"errors", "limits", "memory", "packaging_guard", ""},
    {"byte_scan", "chats", "config", "events", "kernels", "logs", "threads"},
    {"lake"},
    {"players"},
    {"scans"},
    {"validation"},
    {"boards"},
    {"changes"},
    {"roster"},
    {"catalog", "items"},
    {"engines"},
    {"views"},
    {"ingest"},
    {"api"},
    {"telling"},
    {"cli", "warm", "__main__"},
)
MODULES_IN_A_FOLDER = 16
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def layer(module: str) -> str:
    """`lake` of `chalicelib.lake.keys`, and the empty name of `chalicelib` itself."""
    return [*module.split("."), ""][1]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_downward_only(path: Path) -> None:
    own = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
    own = "" if own == "__init__" else own
    for module in imports(path):
        if module.split(".")[0] != "chalicelib":
            continue
        other = layer(module)
        if other not in RANK:
            continue  # a name from chalicelib/__init__.py
        assert RANK[other] <= RANK[own], f"{path.name} imports {module}"
        assert {own, other} != {"ingest", "api"}, f"{path.name} imports {module}"


def test_imports_run_in_no_circle() -> None:
    """Late imports count too: what a function imports its module depends on."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}
    waits = {name: {*imports(path)} & names.keys() - {name} for name, path in names.items()}
    while ready := {name for name, needs in waits.items() if not needs}:
        waits = {name: needs - ready for name, needs in waits.items() if name not in ready}
    assert not waits


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=str)
def test_a_folder_has_few_modules(folder: Path) -> None:
    assert len([*folder.glob("*.py")]) <= MODULES_IN_A_FOLDER + 1, "and its __init__"


def test_one_module_reads_the_environment() -> None:
    readers = [
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        # To set a default is not to read: chalicelib/memory.py does, for Arrow.
        if re.search(r"os\.environ(?!\.setdefault\()|getenv", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["config.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_has_one_subject_and_about_300_lines_at_most(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_records_are_named_tuples_or_plain_classes(path: Path) -> None:
    """`dataclasses` and each class of its kind cost a cold start more than all else that we do."""
    assert "dataclasses" not in imports(path)


def test_every_folder_of_tests_is_described() -> None:
    """In the tables of tests/README.md, which know of no other."""
    files = (path for path in TESTS.rglob("*.*") if "__pycache__" not in path.parts)
    folders = {path.parent.relative_to(ROOT).as_posix() for path in files} - {"tests"}
    text = (TESTS / "README.md").read_text(encoding="utf-8")
    described = re.findall(r"^\|[^|]*\| `(tests/[^`]*)` \|", text, re.MULTILINE)
    assert sorted(described) == sorted(folders)


def test_app_only_declares() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 260
