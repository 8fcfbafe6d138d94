"""What the page's files are without what only their authors read."""

import re
from pathlib import Path

import pytest

from chalicelib.api.web.files import FOLDER
from chalicelib.api.web.lean import NotLeanError, lean_script, lean_style

SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
TEXT = re.compile(r'"[^"\n]*"|`[^`\n]*`')


def test_a_script_is_sent_without_comments_indentation_and_spaces_beside_signs() -> None:
    text = (
        "// Of a module.\n\n/**\n * Of a function.\n */\nfunction f(a, b) {\n\t// Why.\n"
        '\treturn "// no  comment" + a;\n}\n/* Of a rule. */\nconst url = `a / ${1 + 2}`; // gone\n'
    )
    assert lean_script(text) == (
        'function f(a,b){return"// no  comment"+a}\nlet url=`a / ${1 + 2}`;'
    )


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a + +b - -c - --d", "a+ +b- -c- --d"),
        ("x = a / b / c; // d", "x=a / b / c;"),
        ('x = /[/ ] , \\/ "/u.test(y) ? 1 : 2', 'x=/[/ ] , \\/ "/u.test(y)?1:2'),
        ('f( /^a  b/, "c , d" )', 'f(/^a  b/,"c , d")'),
        ("a = b\n( c )", "a=b\n(c)"),
        ('import { a } from "./b.js";', 'import{a}from"./b.js";'),
        ('x = "a \\" , b" , \'c " , d\'', 'x="a \\" , b",\'c " , d\''),
    ],
)
def test_what_a_space_or_a_slash_is_part_of_stays(text: str, sent: str) -> None:
    assert lean_script(text) == sent


def test_a_style_sheet_is_sent_without_spaces_for_the_eye() -> None:
    text = (
        '/* a */\n.a :is(b, c) > d::after {\n\tcontent: "x ; y;}"; width: calc(1px - 2 * 3px);\n}\n'
        "@media (max-width: 5rem) {\n\t.b .c { margin: 0 auto; }\n}\n"
    )
    assert lean_style(text) == (
        '.a :is(b,c)>d::after{content:"x ; y;}";width:calc(1px - 2 * 3px)}'
        "@media (max-width:5rem){.b .c{margin:0 auto}}\n"
    )


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("f([1, 2,], { a, },)", "f([1,2],{a})"),
        ("f(\n\ta,\n\tb,\n);", "f(a,b);"),
        ("a = b\n\t? c\n\t: d", "a=b?c:d"),
        ("a =>\n\ta", "a=>a"),
        ("if (a) { b(); }\nc()", "if(a){b()}\nc()"),
        ("f = (a) => (b) => async (c) => g((d) => d)", "f=a=>b=>async(c)=>g(d=>d)"),
        ("f = (a, b) => a", "f=(a,b)=>a"),
        ('x = "a;} , (b) => const "', 'x="a;} , (b) => const "'),
    ],
)
def test_signs_that_say_nothing_are_gone_and_others_stay(text: str, sent: str) -> None:
    assert lean_script(text) == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("const a = 1;\nconst { b } = c;\nconst [d] = e;", "let a=1,{b}=c,[d]=e;"),
        ("export const a = 1;\nexport const b = 2;", "export let a=1,b=2;"),
        ("export const a = 1;\nconst b = 2;", "export let a=1;let b=2;"),
        ("let a = 1;\nf();\nlet b;", "let a=1;f();let b;"),
        ("const f = () => { g(); };\nconst h = 1;", "let f=()=>{g()},h=1;"),
        ("const f = () => { g(); const a = 1; };\nconst b = 2;", "let f=()=>{g();let a=1},b=2;"),
        ("for (let i = 0; i < 3;) f();\nconst a = 1;", "for(let i=0;i<3;)f();let a=1;"),
        ("const a = 1;\nfor (const b of c) f();", "let a=1;for(let b of c)f();"),
        ("if (a) { const b = 1; }\nconst c = 2;", "if(a){let b=1}\nlet c=2;"),
    ],
)
def test_declarations_in_a_row_are_one(text: str, sent: str) -> None:
    assert lean_script(text) == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("x = { const: a.const, let: a.let };", "x={const:a.const,let:a.let};"),
        ("const $const = const$, letter = 1;", "let $const=const$,letter=1;"),
        ("class A { static const = 1; let = 2; }", "class A{static const=1;let=2}"),
        ("x = [1, , ] + [, ];", "x=[1,,]+[,];"),
        ("x = 1\n.toString();", "x=1\n.toString();"),
        ("f = a => /b , c/.test(a);", "f=a=>/b , c/.test(a);"),
        ("do { a(); } while (b);\nfor (;;) c();", "do{a()}while(b);for(;;)c();"),
    ],
)
def test_what_only_looks_as_if_it_said_nothing_stays(text: str, sent: str) -> None:
    assert lean_script(text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "return /[)]/.test(a);",
        'if (a) /"/.test(b);',
        "/ab , c/.test(a);",
        "x = a + /b , c/;",
        "throw / b/;",
        'x = "//" + /\\/\\//.source;',
        'x = `a ${b ? `c , d` : ""} e`;',
        "x = `a\n\tb`;",
        'x = "a\\\n\tb";',
        "x = `a;",
        "function f() { if (a); }",
        "{ while (a(b));\n}",
        "for (;;);",
        "if (a) b(); else;",
        "f = () => { label: ; };",
        "f(a;",
        "f)",
    ],
)
def test_what_it_cannot_treat_is_refused(text: str) -> None:
    """What goes wrong is a test here, and no page of somebody."""
    with pytest.raises(NotLeanError):
        lean_script(text)


def _said(text: str) -> list[str]:
    """The words, numbers, texts and signs of a script, without those that may come and go."""
    said = re.findall(rf"{TEXT.pattern}|\w+|\S", text)
    return [one for one in said if one not in (";", ",", "(", ")", "const", "let", "export")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_name_and_text_of_a_script_is_sent_in_its_place(path: Path) -> None:
    text = path.read_text("utf-8")
    bare = re.sub(r"""(?m)/\*.*?\*/|(?<![:"'`])//[^\n]*""", "", text, flags=re.DOTALL)
    sent = lean_script(text)
    assert _said(sent) == _said(bare)
    assert TEXT.findall(sent) == TEXT.findall(bare)
    assert lean_script(sent) == sent


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_statement_of_a_script_is_empty(path: Path) -> None:
    """Else the `;` that is one would be taken from a block's end."""
    text = TEXT.sub("0", path.read_text("utf-8")).replace("};", "")
    assert not re.search(r"[;{}]\s*;|\b(?:else|do)\s*;|=>\s*;", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_of_a_script_goes_over_several_lines_or_has_a_template_in_it(path: Path) -> None:
    """Else spaces would be taken that are part of it."""
    for line in lean_script(path.read_text("utf-8")).splitlines():
        assert line.count("`") % 2 == 0, line
        for template in re.findall(r"`[^`]*`", line):
            assert template.count("{") == template.count("}"), line
