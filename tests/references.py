"""What prose refers to, and whether it is there: sections of the contract, files, modules, names.

Modules are read, not imported: a name is there if the text of its module binds it.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
SECTIONS: Final = frozenset(
    re.findall(
        r"^## (\d+)\. ", (ROOT / "docs" / "contract.md").read_text(encoding="utf-8"), re.MULTILINE
    )
)

# "contract, section 4", "contract, 7 and 8", "contract (sections 3 and 4)", "the contract's order
# (section 8)".
_CONTRACT: Final = re.compile(
    r"\bcontract(?:(?:,? \(?)(?:sections? )?|[^.;:()]{0,24}\(sections? )(\d+(?:(?:, | and )\d+)*)"
)
# A file or folder, from the root on. What is not of this repository is in none of these folders.
_PATH: Final = re.compile(
    r"(?<![\w./…-])(?:\.\./)*"
    r"(?:chalicelib|tests|tools|docs|infra|examples|benchmarks|facts|shared)/[\w./-]*\w"
)
_MODULE: Final = re.compile(r"(?<![\w./…-])(?:chalicelib|tests|tools|benchmarks)(?:\.\w+)+")
_PYTHON_FILE: Final = re.compile(r"(?<![\w./…-])\w+\.py\b")  # by its name alone
_IN_A_COMMENT: Final = re.compile(r"#.*?(?:contract|\w/\w|chalicelib|tests|tools|\.py)")


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a module, each in one line of text, with where it starts."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(ast.Constant(str(text))):
                yield node.lineno, " ".join(text.split())
    # To take a module into tokens is slow, and most have no comment that refers to anything.
    if _IN_A_COMMENT.search(source):
        yield from _comments(source)


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Comments on lines that follow each other are one text."""
    start, block = 0, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        text = token.string.lstrip("# ").rstrip()
        if block and line == start + block.count("\n") + 1:
            block += f"\n{text}"
            continue
        if block:
            yield start, block.replace("\n", " ")
        start, block = line, text
    if block:
        yield start, block.replace("\n", " ")


def dangling(text: str) -> Iterator[str]:
    """Every reference of a text that leads nowhere."""
    for found in _CONTRACT.finditer(text):
        yield from (
            f"contract, section {number}"
            for number in re.findall(r"\d+", found[1])
            if number not in SECTIONS
        )
    yield from (path for path in _PATH.findall(text) if not _is_a_path(path))
    yield from (name for name in _MODULE.findall(text) if not _is_a_name(name))
    yield from (name for name in _PYTHON_FILE.findall(text) if name not in _python_files())


def modules(folders: Iterable[str]) -> list[Path]:
    """Every module in some folders, and app.py."""
    return [
        ROOT / "app.py",
        *(path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))),
    ]


@cache
def _python_files() -> frozenset[str]:
    folders = ("chalicelib", "tests", "tools", "examples", "benchmarks")
    return frozenset(path.name for path in modules(folders)) | {"handler.py", "setup.py"}


def _is_a_path(path: str) -> bool:
    """A file or folder; a decision may be cited by its number alone."""
    path = path.replace("../", "")  # a page's own way to the root
    return (ROOT / path).exists() or any(
        (ROOT / path).parent.glob(f"{Path(path).name}-*") if path.startswith("docs/adr/") else ()
    )


def _is_a_name(dotted: str) -> bool:
    """A module, or a name (or a name within a class) that a module binds."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        folder = ROOT.joinpath(*parts[:end])
        file = folder.with_suffix(".py")
        if not file.exists():
            file = folder / "__init__.py"
        if file.exists():
            return _binds(file, tuple(parts[end:]))
    return False


def _binds(file: Path, names: tuple[str, ...]) -> bool:
    body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf-8")).body
    for name in names:
        node = next((node for node in body if name in _bound(node)), None)
        if node is None:
            return False
        body = node.body if isinstance(node, ast.ClassDef) else []
    return True


def _bound(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from ((alias.asname or alias.name) for alias in node.names)
        case ast.Assign() | ast.AnnAssign():
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))
        case ast.If():
            yield from (name for inner in (*node.body, *node.orelse) for name in _bound(inner))
