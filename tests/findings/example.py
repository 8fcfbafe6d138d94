"""An example of a finding: a small file as somebody uploads it, and what its report says."""

from typing import Any, Final, NamedTuple

from chalicelib.ingest.report import refused_key
from chalicelib.lake.file_names import KeyRefusedError
from chalicelib.lake.refused.key import RefusedKeyError
from chalicelib.lake.run import parse_inbox_key
from tests.ingest.support import FOLDER, MOMENT, SETTINGS, read

_KINGDOM: Final = 51


class Example(NamedTuple):
    """A file, or a file at a wrong place.

    Attributes:
        title: what somebody did, in a few words.
        data: the file.
        name: its name.
        key: its inbox key, if that is what is wrong.
        shown: what the page shows in place of the file, where that is no text.
        most_bytes: MAX_UPLOAD_BYTES.
    """

    title: str
    data: bytes
    name: str = "players.csv"
    key: str | None = None
    shown: str | None = None
    most_bytes: int = SETTINGS.max_upload_bytes


class Section(NamedTuple):
    """Examples of one subject.

    Attributes:
        title: the heading.
        text: what is to be known first.
        examples: in the order of the page.
    """

    title: str
    text: str
    examples: tuple[Example, ...]


def table(title: str, text: str, name: str = "players.csv", **more: Any) -> Example:
    """An example whose file is text."""
    return Example(title, f"{text}\n".encode(), name, **more)


def findings(example: Example) -> list[dict[str, Any]]:
    """The errors and warnings of the example's report."""
    stage = SETTINGS._replace(max_upload_bytes=example.most_bytes)
    try:
        if example.key is not None:
            parsed = parse_inbox_key(example.key, MOMENT)
            assert isinstance(parsed, RefusedKeyError)
            raise parsed
        report, _ = read(example.data, example.name, stage, _KINGDOM)
    except KeyRefusedError as refused:
        found = refused_key(refused, example.key or example.name)
        return [error.as_json() for error in found.errors.listed]
    return [*report["errors"], *report["warnings"]]


def of_key(title: str, key: str) -> Example:
    """An example of a wrong key; `…` stands for the folder of kingdom 51 and 26 January 2026."""
    return Example(title, b"ID,Name,Power\n10000001,Ada,5\n", key=key.replace("…", FOLDER))
