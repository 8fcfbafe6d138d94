"""docs/findings.md is what the code says, and has all that the code can say."""

from pathlib import Path
from typing import Any, get_args

import pytest

from chalicelib.scans.findings import ErrorCode, WarningCode
from tests.findings.catalogue import NO_MESSAGES, NOT_SHOWN, SECTIONS
from tests.findings.example import Example, findings
from tests.findings.templates import Template, templates, texts_of, unseen
from tools.findings_doc import DOC, page

pytestmark = pytest.mark.slow
EXAMPLES = [example for section in SECTIONS for example in section.examples]


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    return [one for example in EXAMPLES for one in findings(example)]


def test_the_page_is_up_to_date() -> None:
    assert DOC.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_code_has_an_example(told: list[dict[str, Any]]) -> None:
    assert {one["code"] for one in told} == {*get_args(ErrorCode), *get_args(WarningCode)}


def test_every_message_in_the_code_has_an_example(told: list[dict[str, Any]]) -> None:
    said = [text for one in told for text in (one["message"], one["hint"])]
    lacking = {one.shown: one.place for one in unseen(said)}
    left_out = {*NOT_SHOWN, *NO_MESSAGES}
    assert {text: place for text, place in lacking.items() if text not in left_out} == {}
    assert left_out - lacking.keys() == set(), "is shown, or is no longer in the code"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.title)
def test_every_example_is_told_in_sentences_with_something_to_do(example: Example) -> None:
    found = findings(example)
    assert found
    for one in found:
        for text in (one["message"], one["hint"]):
            assert text[:1].isupper() or text[:1] in "'\"0123456789-", text
            assert text.endswith("."), text
            assert "Traceback" not in text
            assert "Error" not in text.replace("Error -", ""), text
        assert len(one["message"]) < 500, one["message"]
        assert len(one["hint"]) < 1500, one["hint"]


def test_titles_are_told_apart() -> None:
    for section in SECTIONS:
        titles = [example.title for example in section.examples]
        assert len(titles) == len(set(titles))


def test_a_new_message_is_found_wherever_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text(
        '"""A docstring of many words."""\n'
        "def f(x):\n"
        '    """Another docstring with words."""\n'
        '    assert x, "a text for whoever reads the code"\n'
        "    if x > 1:\n"
        '        raise ValueError("a mistake in the code itself")\n'
        '    return {"k": f"The cell {x} has {x:,} bytes in it."}, '
        '"Give it the name {name}, please."\n'
    )
    found = [Template("", text) for _, text in texts_of(path)]
    name, cell = sorted(found, key=lambda one: one.shown)
    assert (name.shown, cell.shown) == (
        "Give it the name …, please.",
        "The cell … has … bytes in it.",
    )
    assert cell.is_in("the cell A1 has 1,000 bytes in it.")
    assert not cell.is_in("The cell A1 has no bytes.")
    assert len(templates()) > 100
