"""The name of an uploaded file (contract, section 3): parse it, or refuse it."""

import os
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, cast

from chalicelib.errors import LeaderboardError

if TYPE_CHECKING:
    from pathlib import Path

FileFormat = Literal["csv", "tsv", "json", "jsonl", "xlsx"]
KeyRefusalCode = Literal["bad_key", "future_date", "unsupported_format"]

WITHDRAWAL_NAME: Final = "withdraw.txt"
"""The file that withdraws a date's uploads, whatever is in it (contract, section 3)."""
TEXT_EXTENSIONS: Final = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
"""Each may be followed by `.gz`."""
EXTENSIONS: Final = (*TEXT_EXTENSIONS, ".xlsx")
MAX_FILE_NAME_BYTES: Final = 240
"""Longest name of an upload: with `~`, 8 hex digits and `.json` it is within a disk's 255."""

_NAME_HINT: Final = "Give the file a short plain name, such as players{extension}."
_WITHDRAWAL_HINT: Final = (
    f"To withdraw the uploads of this date the file must be called just {WITHDRAWAL_NAME}; "
    "what is in it does not matter."
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXTENSION = re.compile(
    r"\.(?:(csv|tsv|jsonl|ndjson|json)(\.gz)?|(xlsx))\Z", re.ASCII | re.IGNORECASE
)


class KeyRefusedError(LeaderboardError):
    """Raised when an inbox key or a file's name does not match the pattern.

    Attributes:
        code: the report's error code (contract, section 5).
        message: what is wrong, and in which part of the key.
        hint: what to do about the file itself; empty if only its folders are wrong. That the
            right key is told too, see `chalicelib.lake.refused.key`.
        right_name: what the file is called when that is done; None if its name is not refused.
    """

    def __init__(
        self, code: KeyRefusalCode, message: str, hint: str = "", right_name: str | None = None
    ) -> None:
        """Refuse a key for one reason."""
        super().__init__(message)
        self.code: KeyRefusalCode = code
        self.message = message
        self.hint = hint
        self.right_name = right_name


class FileName(NamedTuple):
    """The parts of an upload's file name.

    Attributes:
        name: the whole name as uploaded; `stem` and `extension` together.
        stem: the part before the extension.
        extension: with its dot, `.gz` and its own case: `.csv`, `.JSON.gz`.
        format: the format of the content.
        gzipped: whether the content is compressed with gzip.
    """

    name: str
    stem: str
    extension: str
    format: FileFormat
    gzipped: bool


def name_on_disk(path: "Path") -> str:
    """The name of a local file as an upload, without loss of bytes.

    Names are decoded as UTF-8, independent of the process's locale; invalid bytes become escapes.
    """
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def parse_file_name(name: str) -> FileName:
    """Parse an upload's name; extensions are case-insensitive.

    Raises:
        KeyRefusedError: `unsupported_format` for an unknown extension, `bad_key` for a name that
            cannot be stored (empty, too long, control characters).
    """
    match = _EXTENSION.search(name)
    # Surrogates are checked apart: in the pattern they would make compiling it ten times slower.
    if _CONTROL.search(name) or any("\ud800" <= character <= "\udfff" for character in name):
        raise _bad_name(f"the file name {quote(name)} has control characters", match)
    size = len(name.encode())
    if size > MAX_FILE_NAME_BYTES:
        raise _bad_name(
            f"the file name {quote(name)} is {size} bytes long; "
            f"at most {MAX_FILE_NAME_BYTES} are allowed",
            match,
        )
    if match is None:
        raise _unsupported(name)
    if match.start() == 0:
        raise _bad_name(f"the file name {quote(name)} is only an extension", match)
    kind = (match[1] or match[3]).lower()
    return FileName(
        name=name,
        stem=name[: match.start()],
        extension=match[0],
        format=cast(FileFormat, "jsonl" if kind == "ndjson" else kind),
        gzipped=match[2] is not None,
    )


def with_hash(file: str, sha256: str) -> str:
    """The name (or whole key) for a file whose own name is taken by other bytes.

    `players.csv.gz` becomes `players~1a2b3c4d.csv.gz`: the first 8 hex digits of the bytes'
    sha256, before the whole extension.
    """
    folder, slash, name = file.rpartition("/")
    known = _EXTENSION.search(name)
    at = known.start() if known else name.rfind(".")
    at = at if at >= 0 else len(name)
    return f"{folder}{slash}{name[:at]}~{sha256[:8]}{name[at:]}"


def without_hash(file: str, sha256: str) -> str | None:
    """The inverse of `with_hash` for these bytes; None when the name has not their hash.

    A person may upload a file with such a name too. So a caller that sees only `raw/` uses the
    result only if another object there has that name.
    """
    found = file.rfind(f"~{sha256[:8]}")
    original = file[: max(found, 0)] + file[found + 9 :]
    return original if found >= 0 and with_hash(original, sha256) == file else None


def _bad_name(message: str, extension: re.Match[str] | None) -> KeyRefusedError:
    known = extension[0] if extension else ".csv"
    return KeyRefusedError(
        "bad_key", message, _NAME_HINT.format(extension=known), f"players{known}"
    )


def _unsupported(name: str) -> KeyRefusedError:
    """The error for a name whose extension says no format that is read."""
    # Imported here: a refusal is rare, and the patterns there take time to compile.
    from chalicelib.lake.refused.kinds import advice

    _, dot, extension = name.rpartition(".")
    if not dot:
        message = f"the file name {quote(name)} has no extension, so its format is not known"
    elif extension.lower() == "gz":
        message = f"the file name {quote(name)} does not say what the .gz holds"
    else:
        message = f"files of the kind {quote(dot + extension)} are not read"
    hint, right_name = advice(name)
    if name.lower().startswith("withdraw"):
        hint, right_name = _WITHDRAWAL_HINT, WITHDRAWAL_NAME
    if len(right_name.encode()) > MAX_FILE_NAME_BYTES:
        right_name = "players.csv"
    return KeyRefusedError("unsupported_format", message, hint, right_name)


def quote(text: str, limit: int = 80) -> str:
    """A part of a key for a message: quoted, printable, and cut to `limit`."""
    shown = text if len(text) <= limit else f"{text[:limit]}…"
    return '"' + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown) + '"'
