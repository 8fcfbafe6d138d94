"""The texts that a workbook's cells share, in little memory; and what escapes in texts mean."""

import re
from array import array
from typing import Final

from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.package import Package
from chalicelib.scans.xlsx.problems import too_large_inside
from chalicelib.scans.xlsx.xml_part import Attributes, XmlHandler, read_part

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_LONE: Final = re.compile("[\ud800-\udfff]")
# A whole kingdom's names are below 1 MiB; every cell as a text is below 32 MiB.
_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_TEXTS: Final = 2_000_000


class Texts:
    """Texts by number, from 0, as one run of bytes: objects would take five times as much."""

    __slots__ = ("_bytes", "_ends")

    def __init__(self) -> None:
        """Start with none."""
        self._bytes = bytearray()
        self._ends = array("I", [0])

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ends) - 1

    def add(self, text: str) -> None:
        """Add a text.

        Raises:
            UnreadableError: they are too long together.
        """
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))
        if len(self._bytes) > _MAX_BYTES or len(self._ends) > _MAX_TEXTS:
            raise too_large_inside("The workbook has far more text than any list of players.")

    def __getitem__(self, index: int) -> str:
        """The text of this number, which is below their count."""
        ends = self._ends
        return self._bytes[ends[index] : ends[index + 1]].decode("utf-8", "surrogatepass")


def unescaped(text: str) -> str:
    """A text without the escapes that spreadsheets write: `_x000D_` is a carriage return."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if _LONE.search(text):  # a character may be written as the two halves of a UTF-16 pair
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def writable(text: str) -> str:
    """A text that a file can have: half of a pair becomes U+FFFD, and so does NUL."""
    return _LONE.sub("\ufffd", text).replace("\0", "\ufffd")


def has_lone_half(text: str) -> bool:
    """Whether a text has half of a UTF-16 pair, which no file can have."""
    return _LONE.search(text) is not None


class _Handler(XmlHandler):
    """Takes the texts of the part `sharedStrings.xml`: runs joined, phonetic guides left out."""

    __slots__ = ("_parent", "_runs", "texts")

    def __init__(self) -> None:
        super().__init__()
        self.texts = Texts()
        self._runs: list[str] = []
        self._parent = ""

    def enter(self, depth: int, name: str, attributes: Attributes) -> None:
        if depth == 2:
            self._runs = []
        elif depth == 3:
            self._parent = name
            self._text = "" if name == "t" else None
        elif depth == 4 and name == "t" and self._parent == "r":
            self._text = ""

    def leave(self, depth: int, name: str) -> None:
        if name == "t" and self._text is not None:
            self._runs.append(self._text)
            self._text = None
        elif depth == 2 and name == "si":
            # Each run has escapes of its own.
            self.texts.add("".join(map(unescaped, self._runs)))


def read_strings(package: Package, name: str | None, budget: Budget) -> Texts:
    """The texts that cells share.

    Args:
        package: the workbook.
        name: of their part; None where there is none.
        budget: what may be unpacked.
    """
    handler = _Handler()
    if name is not None:
        with package.open(name, budget) as part:
            read_part(part, handler, budget)
    return handler.texts
