"""The name of an uploaded file (contract, section 3): what it says, and what is refused."""

import os
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

from chalicelib.errors import LeaderboardError

if TYPE_CHECKING:
    from pathlib import Path

FileFormat = Literal["csv", "tsv", "json", "jsonl"]
KeyRefusalCode = Literal["bad_key", "future_date", "unsupported_format"]

EXAMPLE_INBOX_KEY: Final = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
EXTENSIONS: Final = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
MAX_FILE_NAME_BYTES: Final = 240
"""Longest name of an upload: `~`, 8 hex digits and `.json` must still fit into a disk's 255."""

_USE_A_KEY: Final = (
    f"Use a key like {EXAMPLE_INBOX_KEY}, ending in "
    f"{', '.join(EXTENSIONS[:-1])} or {EXTENSIONS[-1]}, each also with .gz after it."
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXTENSION = re.compile(r"\.(csv|tsv|jsonl|ndjson|json)(\.gz)?\Z", re.ASCII | re.IGNORECASE)


class KeyRefusedError(LeaderboardError):
    """Raised when an inbox key or a file's name does not fit the pattern.

    Attributes:
        code: the report's error code (contract, section 5).
        message: what is wrong, and in which part of the key.
        hint: what to do; unless said otherwise, how a key looks that is accepted.
    """

    def __init__(self, code: KeyRefusalCode, message: str, hint: str = _USE_A_KEY) -> None:
        """Refuse a key for one reason."""
        super().__init__(message)
        self.code: KeyRefusalCode = code
        self.message = message
        self.hint = hint


class FileName(NamedTuple):
    """An upload's own name, taken apart.

    Attributes:
        name: the whole name, as the person wrote it; `stem` and `extension` together.
        stem: what stands before the extension.
        extension: with its dot, `.gz` and its own case: `.csv`, `.JSON.gz`.
        format: how the content is to be read.
        gzipped: whether the content is gzip around that format.
    """

    name: str
    stem: str
    extension: str
    format: FileFormat
    gzipped: bool


def name_on_disk(path: "Path") -> str:
    """The name that a file of this machine has as an upload; no bytes of it are lost.

    They are UTF-8 on any disk of today, whatever this process's locale makes of them; those that
    are not are shown as escapes.
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def parse_file_name(name: str) -> FileName:
    """Take an upload's name apart; extensions are matched without regard to case.

    Raises:
        KeyRefusedError: `unsupported_format` when the extension is none that we read, `bad_key`
            when the name cannot be kept (empty, too long, control characters).
    """
    # The pattern would take ten times as long to make with the halves of pairs in it.
    if _CONTROL.search(name) or any("\ud800" <= character <= "\udfff" for character in name):
        raise KeyRefusedError("bad_key", f"the file name {quote(name)} has control characters")
    size = len(name.encode())
    if size > MAX_FILE_NAME_BYTES:
        raise KeyRefusedError(
            "bad_key",
            f"the file name {quote(name)} is {size} bytes long; "
            f"at most {MAX_FILE_NAME_BYTES} are allowed",
        )
    match = _EXTENSION.search(name)
    if match is None:
        raise KeyRefusedError("unsupported_format", _unsupported(name))
    if match.start() == 0:
        raise KeyRefusedError("bad_key", f"the file name {quote(name)} is only an extension")
    kind = match[1].lower()
    return FileName(
        name=name,
        stem=name[: match.start()],
        extension=match[0],
        format=cast(FileFormat, "jsonl" if kind == "ndjson" else kind),
        gzipped=match[2] is not None,
    )


def with_hash(file: str, sha256: str) -> str:
    """The name (or whole key) of a file whose name is taken by other bytes.

    `players.csv.gz` becomes `players~1a2b3c4d.csv.gz`: the first 8 hex digits of the bytes'
    sha256, before the whole extension.
    """
    folder, slash, name = file.rpartition("/")
    known = _EXTENSION.search(name)
    at = known.start() if known else name.rfind(".")
    at = at if at >= 0 else len(name)
    return f"{folder}{slash}{name[:at]}~{sha256[:8]}{name[at:]}"


def without_hash(file: str, sha256: str) -> str | None:
    """The name that `with_hash` was given for these bytes, or None when it made no such name.

    A person may also have uploaded a file under a name like that, so a caller that sees only
    `raw/` takes the answer for true only if something else holds that name there.
    """
    found = file.rfind(f"~{sha256[:8]}")
    original = file[: max(found, 0)] + file[found + 9 :]
    return original if found >= 0 and with_hash(original, sha256) == file else None


def _unsupported(name: str) -> str:
    _, dot, extension = name.rpartition(".")
    if not dot:
        return f"the file name {quote(name)} has no extension, so its format is not known"
    if extension.lower() == "gz":
        return f"the file name {quote(name)} does not say what the .gz holds"
    return f"files of the kind {quote(dot + extension)} are not read"


def quote(text: str, limit: int = 80) -> str:
    """A part of a key as a message shows it: quoted, printable, and not too long."""
    shown = text if len(text) <= limit else f"{text[:limit]}…"
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown) + '"'
