"""The texts that a workbook's cells share, in little memory; and what escapes in texts mean."""

import re
from array import array
from collections.abc import Iterable
from itertools import accumulate, islice
from typing import Final

from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.package import Package, Part
from chalicelib.scans.xlsx.problems import damaged_part, too_large_inside
from chalicelib.scans.xlsx.xml_part import Attributes, XmlHandler, read_part

_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
_LONE: Final = re.compile("[\ud800-\udfff]")
# A whole kingdom's names are below 1 MiB; every cell as a text is below 32 MiB.
_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_TEXTS: Final = 2_000_000
# How deep the elements are: sst / si / t or r.
_ITEM, _TEXT = 2, 3


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
        self._check()

    def extend(self, texts: Iterable[str]) -> None:
        """Add texts.

        Raises:
            UnreadableError: they are too long together.
        """
        added = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = accumulate(map(len, added), initial=len(self._bytes))
        self._ends.extend(islice(ends, 1, None))
        self._bytes += b"".join(added)
        self._check()

    def _check(self) -> None:
        if len(self._bytes) > _MAX_BYTES or len(self._ends) > _MAX_TEXTS:
            raise too_large_inside("The workbook has far more text than any list of players.")

    def __getitem__(self, index: int) -> str:
        """The text of this number, which is not negative.

        Raises:
            IndexError: there are not so many.
        """
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
    """Takes the texts of the part `sharedStrings.xml`: runs joined, phonetic guides left out.

    They stand in sst / si / t, or in sst / si / r / t. A book whose cells are all texts has a
    million, so these elements are told apart without a call for each.
    """

    __slots__ = ("_found", "_in_run", "_part", "_r", "_runs", "_si", "_t", "texts")

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part
        self.texts = Texts()
        self._found: list[str] = []
        self._runs: list[str] = []
        self._in_run = False
        self._si = self._t = self._r = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """See `XmlHandler.start`."""
        self.depth = depth = self.depth + 1
        self.elements += 1
        if self._text is not None:
            raise damaged_part(self._part.name, "has elements in a text")
        if depth == _TEXT:
            if name == self._t:
                self._text = ""
            else:
                self._in_run = name == self._r
        elif depth == _TEXT + 1:
            if self._in_run and name == self._t:
                self._text = ""
        elif depth == 1:
            space = name.rpartition(" ")[0]
            self._si, self._t, self._r = (f"{space} {each}" for each in ("si", "t", "r"))

    def end(self, name: str) -> None:
        """See `XmlHandler.end`."""
        depth = self.depth
        self.depth = depth - 1
        if self._text is not None:
            # Each run has escapes of its own.
            self._runs.append(unescaped(self._text) if "_x" in self._text else self._text)
            self._text = None
        elif depth == _TEXT:
            self._in_run = False
        elif depth == _ITEM:
            if name == self._si:
                self._found.append("".join(self._runs))
            self._runs.clear()

    def after_piece(self) -> None:
        """See `XmlHandler.after_piece`."""
        self.texts.extend(self._found)
        self._found = []


def read_strings(package: Package, name: str | None, budget: Budget) -> Texts:
    """The texts that cells share.

    Args:
        package: the workbook.
        name: of their part; None where there is none.
        budget: what may be unpacked.
    """
    if name is None:
        return Texts()
    with package.open(name, budget) as part:
        handler = _Handler(part)
        read_part(part, handler, budget)
    return handler.texts
