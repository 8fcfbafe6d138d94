"""Go through a part's XML with expat, piece by piece, within limits; DOCTYPEs are refused."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.parsers import expat

from chalicelib.scans.unreadable import UnreadableError
from chalicelib.scans.xlsx.budget import Budget
from chalicelib.scans.xlsx.package import Part
from chalicelib.scans.xlsx.problems import damaged_part

PIECE: Final = 64 * 1024
MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of a spreadsheet's elements: transitional, and strict (ISO 29500)."""

# Characters. A cell has 32,767 at most, each of which may be written as `_x000D_`.
_MAX_TEXT: Final = 300_000
# Of a tag, a comment or an instruction, which expat keeps whole.
_LONGEST_TAG: Final = 1024 * 1024
_MAX_DEPTH: Final = 100

Attributes = Mapping[str, str]


class XmlHandler:
    """Takes the elements of a part; names have their namespace and a space before them.

    Attributes:
        depth: of the element that was started last and is not ended.
        elements: how many were started.
    """

    __slots__ = ("_text", "depth", "elements")

    def __init__(self) -> None:
        """Start before the root."""
        self.depth = 0
        self.elements = 0
        self._text: str | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """An element starts."""
        self.depth += 1
        self.elements += 1
        self.enter(self.depth, name.rpartition(" ")[2], attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        self.leave(self.depth, name.rpartition(" ")[2])
        self.depth -= 1

    def enter(self, depth: int, name: str, attributes: Attributes) -> None:
        """An element of this name, without its namespace, starts; the root has depth 1."""

    def leave(self, depth: int, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """A piece of text; kept while a text is wanted."""
        text = self._text
        if text is not None:
            # Nearly every text arrives in one piece, and none in many: no list is worth its time.
            self._text = text + data if text else data
            if len(text) > _MAX_TEXT:
                raise TextTooLongError

    def after_piece(self) -> None:
        """Called after each piece of XML."""


class TextTooLongError(Exception):
    """Raised within a text that is longer than a cell's can be."""


class _DoctypeError(Exception):
    """Raised at a DOCTYPE: entities hide what a text is, and multiply it."""


def go_through(part: Part, handler: XmlHandler, budget: Budget) -> Iterator[None]:
    """Give a part's elements to a handler; stops after each piece, so that they can be taken.

    Raises:
        UnreadableError: it is no sound XML, or too large.
    """
    parser = _parser(handler)
    fed = elements = 0
    while True:
        data = part.read(PIECE)
        try:
            parser.Parse(data, not data)
        except TextTooLongError:
            raise damaged_part(part.name, "has a text that is longer than any cell") from None
        except _DoctypeError:
            raise damaged_part(part.name, "has a DOCTYPE, which no workbook has") from None
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise damaged_part(part.name, f"is no sound XML ({str(error)[:80]})") from None
        fed += len(data)
        budget.take_elements(handler.elements - elements)
        elements = handler.elements
        if fed - parser.CurrentByteIndex > _LONGEST_TAG + PIECE and data:
            raise damaged_part(part.name, "has a tag or a comment without an end")
        if handler.depth > _MAX_DEPTH:
            raise damaged_part(part.name, "is nested too deeply")
        handler.after_piece()
        yield
        if not data:
            return


def _parser(handler: XmlHandler) -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise _DoctypeError


def read_part(part: Part, handler: XmlHandler, budget: Budget) -> None:
    """Give all of a part's elements to a handler."""
    for _ in go_through(part, handler, budget):
        pass


def wrong_root(part: Part, name: str) -> UnreadableError:
    """The error of a part that is not what its relationship says."""
    return damaged_part(part.name, f"is no {name}")
