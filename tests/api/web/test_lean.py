"""What the page's files are without comments and indentation."""

from pathlib import Path

import pytest

from chalicelib.api.web.files import FOLDER
from chalicelib.api.web.lean import lean

SCRIPTS = sorted((FOLDER / "static").glob("*.js"))


def test_comments_on_lines_of_their_own_and_indentation_are_left_out() -> None:
    text = (
        "// Of a module.\n\n/**\n * Of a function.\n */\nfunction f() {\n\t// Why.\n"
        '\treturn "// no comment";\n}\n/* Of a rule. */\nconst url = 1; // stays\n'
    )
    assert lean(text) == ('function f() {\nreturn "// no comment";\n}\nconst url = 1; // stays\n')


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_of_a_script_goes_over_several_lines(path: Path) -> None:
    """Else its indentation would be part of it."""
    lines = (FOLDER / "static" / path.name).read_text("utf-8").splitlines()
    assert [line for line in lines if line.count("`") % 2] == []
