"""Write docs/findings.md: each message of a report, with a file that gives it."""

import html
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from chalicelib.scans.findings import ErrorCode, WarningCode
from tests.findings.catalogue import NOT_SHOWN, SECTIONS
from tests.findings.example import Example, findings

DOC: Final = Path(__file__).parent.parent / "docs" / "findings.md"
_MOST_SHOWN: Final = 6
_INTRO: Final = """\
# What a report can say

Each upload has a report, and each thing that it finds is told with a message and with the one
thing to do. This page has all of them, each with a small file that gives it, in the order in which
somebody meets them. An error refuses the file: nothing of it is published until it is mended and
uploaded again. A warning does not.

The codes are explained in [format](format.md#the-report). The files here were really checked: the
page is written by `make docs` from `tests/findings`, and a test fails if the code can say something
that is not here.
"""


def page() -> str:
    """The whole page."""
    told = {
        section.title: [(example, findings(example)) for example in section.examples]
        for section in SECTIONS
    }
    lines = [_INTRO, *_codes(told)]
    for section in SECTIONS:
        lines += [f"\n## {section.title}\n", f"{section.text}\n"]
        for example, found in told[section.title]:
            lines += [f"\n### {example.title}\n", *_file(example), *_findings(found)]
    return "\n".join([*lines, *_not_shown()]) + "\n"


def _codes(told: Mapping[str, list[tuple[Example, list[dict[str, Any]]]]]) -> Iterator[str]:
    """For each code, where it is met."""
    sections: dict[str, dict[str, None]] = {}
    for title, examples in told.items():
        for _, found in examples:
            for one in found:
                sections.setdefault(one["code"], {})[title] = None
    yield "| code | where it is met |\n|---|---|"
    for code in dict.fromkeys((*get_args(ErrorCode), *get_args(WarningCode))):
        links = ", ".join(f"[{title}](#{_anchor(title)})" for title in sections.get(code, {}))
        yield f"| `{code}` | {links} |"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(",", "")


def _file(example: Example) -> Iterator[str]:
    if example.key is not None:
        yield f"```text\n{_shortened(example.key)}\n```\n"
        return
    text = example.data.decode() if example.shown is None else example.shown
    name = "" if len(example.name) > len("players.jsonl.gz") else f"`{example.name}`\n"
    yield f"{name}\n```text\n{text.rstrip()}\n```\n"


def _shortened(key: str) -> str:
    key = key.replace("\n", "<line break>")
    return key if len(key) <= 120 else f"{key[:100]}… ({len(key)} characters)"


def _findings(found: list[dict[str, Any]]) -> Iterator[str]:
    for one in found[:_MOST_SHOWN]:
        where = [f"line {one['line']}"] if one["line"] else []
        where += [f"column {_plain(one['column'])}"] if one["column"] else []
        place = ", ".join([f"`{one['code']}`", *where])
        yield f"* {place}: **{_plain(one['message'])}** {_plain(one['hint'])}"
    if len(found) > _MOST_SHOWN:
        yield f"* … and {len(found) - _MOST_SHOWN} more"


def _plain(text: str) -> str:
    """A text as it is, in Markdown."""
    shown = html.escape(" ".join(text.split()), quote=False)
    for character in "\\`*_[]|~":
        shown = shown.replace(character, f"\\{character}")
    return shown


def _not_shown() -> Iterator[str]:
    yield "\n## Without an example\n\n| message | what gives it |\n|---|---|"
    for message, why in NOT_SHOWN.items():
        yield f"| {_plain(message)} | {why} |"


if __name__ == "__main__":
    DOC.write_text(page(), encoding="utf-8")
