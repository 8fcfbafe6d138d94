"""What the page's files are without what only their authors read."""

import re
from pathlib import Path

import pytest

from chalicelib.api.web.files import FOLDER
from chalicelib.api.web.lean import lean_script, lean_style

SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
TEXT = re.compile(r'"[^"\n]*"|`[^`\n]*`')


def test_a_script_is_sent_without_comments_indentation_and_spaces_beside_signs() -> None:
    text = (
        "// Of a module.\n\n/**\n * Of a function.\n */\nfunction f(a, b) {\n\t// Why.\n"
        '\treturn "// no  comment" + a;\n}\n/* Of a rule. */\nconst url = `a / ${1 + 2}`; // gone\n'
    )
    assert lean_script(text) == (
        'function f(a,b){return "// no  comment"+a;}\nconst url=`a / ${1 + 2}`;'
    )


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a + +b - -c - --d", "a+ +b- -c- --d"),
        ("x = a / b / c; // d", "x=a / b / c;"),
        ('x = /[/ ] , \\/ "/u.test(y) ? 1 : 2', 'x=/[/ ] , \\/ "/u.test(y)?1:2'),
        ('f( /^a  b/, "c , d" )', 'f(/^a  b/,"c , d")'),
        ("a = b\n( c )", "a=b\n(c)"),
        ('import { a } from "./b.js";', 'import{a}from "./b.js";'),
        ('x = "a \\" , b" , \'c " , d\'', 'x="a \\" , b",\'c " , d\''),
    ],
)
def test_what_a_space_or_a_slash_is_part_of_stays(text: str, sent: str) -> None:
    assert lean_script(text) == sent


def test_a_style_sheet_is_sent_without_spaces_for_the_eye() -> None:
    text = (
        '/* a */\n.a :is(b, c) > d::after {\n\tcontent: "x ; y"; width: calc(1px - 2 * 3px);\n}\n'
        "@media (max-width: 5rem) {\n\t.b .c { margin: 0 auto; }\n}\n"
    )
    assert lean_style(text) == (
        '.a :is(b,c)>d::after{content:"x ; y";width:calc(1px - 2 * 3px)}'
        "@media (max-width:5rem){.b .c{margin:0 auto}}\n"
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_only_spaces_and_comments_of_a_script_are_gone(path: Path) -> None:
    text = path.read_text("utf-8")
    bare = re.sub(r"""(?m)/\*.*?\*/|(?<![:"'`])//[^\n]*""", "", text, flags=re.DOTALL)
    sent = lean_script(text)
    assert re.sub(r"\s", "", sent) == re.sub(r"\s", "", bare)
    assert TEXT.findall(sent) == TEXT.findall(bare)
    assert lean_script(sent) == sent


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_of_a_script_goes_over_several_lines_or_has_a_template_in_it(path: Path) -> None:
    """Else spaces would be taken that are part of it."""
    for line in lean_script(path.read_text("utf-8")).splitlines():
        assert line.count("`") % 2 == 0, line
        for template in re.findall(r"`[^`]*`", line):
            assert template.count("{") == template.count("}"), line
