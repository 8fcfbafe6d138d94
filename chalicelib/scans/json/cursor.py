"""A cursor over JSON text that is read in pieces: one value at a time, in bounded memory.

Integers stay exact, other numbers stay text (`JsonNumber`), and repeated keys of an object are
recorded (`RepeatedKeys`), because Python's decoder would lose these silently.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from chalicelib.scans.batch import JsonNumber
from chalicelib.scans.text_stream import TextStream, UnreadableError, count_line_ends, unreadable
from chalicelib.scans.upload import CHUNK

# The longest value that is read, in characters; an object with 10,000 keys is shorter.
MAX_VALUE: Final = 1024 * 1024
# The deepest nesting that is read, far above any scan's. Python's own limit depends on its version
# and on the remaining stack, so that it may be unable to encode what it decoded.
MAX_DEPTH: Final = 100
# Longer integers stay text; Python's own limit on digits is far above any counter's.
_MAX_DIGITS: Final = 40
_TOO_DEEP: Final = "it is nested too deeply"
_WHITESPACE: Final = re.compile(r"[ \t\n\r]+")


_SYNTAX_HINT: Final = (
    "Export the scan again, or run the file through a JSON checker and fix that place."
)
_SHAPES_HINT: Final = (
    'Write one list of players, like [{"id": 1, "name": "Ann", "power": 5}], or one object with '
    "such a list right in it, or one player a line."
)


class RepeatedKeys(dict[str, Any]):
    """An object with repeated keys; it has the last value of each."""

    repeated: tuple[str, ...] = ()


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(name for name, _ in pairs)
    result = RepeatedKeys(found)
    result.repeated = tuple(name for name in found if times[name] > 1)
    return result


def _integer(digits: str) -> int | JsonNumber:
    return int(digits) if len(digits) <= _MAX_DIGITS else JsonNumber(digits)


class _NoJsonError(Exception):
    """Raised for NaN and the infinities, which Python's decoder accepts."""


def _refuse(constant: str) -> None:
    raise _NoJsonError(f"{constant} is no JSON value")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=JsonNumber, parse_constant=_refuse
)
_LONG_INTEGER_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=JsonNumber,
    parse_constant=_refuse,
    parse_int=_integer,
)


class JsonSyntaxError(Exception):
    """Raised where the text is not JSON.

    Attributes:
        line: the physical line.
        reason: what is wrong there.
    """

    def __init__(self, line: int, reason: str) -> None:
        """Store the line and the reason."""
        super().__init__(reason)
        self.line = line
        self.reason = reason


class JsonShapeError(JsonSyntaxError):
    """Raised where the text is JSON, but none of a scan's three shapes."""


class JsonText:
    """JSON text from a stream, with a position.

    Attributes:
        value_start: where the last value that was returned starts, counted as `passed` is.
    """

    def __init__(self, stream: TextStream, read: bytes = b"", line: int = 1) -> None:
        """Start at the stream's position.

        Args:
            stream: the text.
            read: bytes that were read from the stream already; they come first.
            line: the physical line where these start.
        """
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text = self._decoder.decode(read)
        self._position = 0
        self._dropped = 0
        self._counted = 0
        self._line = line
        self._ended = False
        self.value_start = 0

    @property
    def line(self) -> int:
        """The physical line of the position; LF, CRLF and a lone CR each end one."""
        passed = self._text[self._counted : self._position]
        self._line += passed.count("\n")
        if "\r" in passed:
            self._line += passed.count("\r") - passed.count("\r\n")
            # A CRLF that the position splits is counted once, with its LF.
            self._line -= passed.endswith("\r") and self._text.startswith("\n", self._position)
        self._counted = self._position
        return self._line

    @property
    def passed(self) -> int:
        """How many characters the position has passed so far."""
        return self._dropped + self._position

    def peek(self) -> str:
        """The next character that is not white space, which becomes the position; "" at the end.

        Raises:
            UnreadableError: the stream cannot be read on.
        """
        while True:
            space = _WHITESPACE.match(self._text, self._position)
            self._position = space.end() if space else self._position
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._fill():
                return ""

    def take(self, characters: str) -> str:
        """Pass the next character, which must be one of these.

        Raises:
            JsonSyntaxError: it is another one.
        """
        found = self.peek()
        if not found or found not in characters:
            expected = " or ".join(f"'{character}'" for character in characters)
            here = f"'{found}'" if found else "the end of the file"
            raise JsonSyntaxError(self.line, f"{expected} is expected, {here} is there")
        self._position += 1
        return found

    def value(self) -> Any:
        """Pass the next value and return it.

        Raises:
            JsonSyntaxError: there is none, or it is too long.
        """
        self.peek()
        self.value_start = self.passed
        while True:
            try:
                value, end = self._decode()
            except json.JSONDecodeError as error:
                # Relative to the value's start, because `_fill` moves the text.
                at = max(error.pos - self._position, 0)
                if self._fill_up():
                    continue
                raise self._syntax_error(error.msg, at) from None
            if self._is_deep(value, end):
                raise JsonSyntaxError(self.line, _TOO_DEEP)
            # A number at the end of the buffer may continue in the next piece: `1`, `1.`, `1e+`.
            if end + 2 >= len(self._text) and not self._ended:
                self._fill()
                continue
            self._position = end
            return value

    def unread(self) -> bytes:
        """The bytes that were read from the stream and are after the position."""
        cut, _ = self._decoder.getstate()
        return self._text[self._position :].encode("utf-8") + cut

    def skip_line(self) -> None:
        """Move to the end of this line."""
        while True:
            ends = [found for end in "\r\n" if (found := self._text.find(end, self._position)) >= 0]
            if ends:
                self._position = min(ends)
                return
            self._position = len(self._text)
            if not self._fill():
                return

    def _decode(self) -> tuple[Any, int]:
        try:
            try:
                return _DECODER.raw_decode(self._text, self._position)
            except json.JSONDecodeError:
                raise
            except ValueError:
                return _LONG_INTEGER_DECODER.raw_decode(self._text, self._position)
        except _NoJsonError as error:
            raise JsonSyntaxError(self.line, str(error)) from None
        except RecursionError:
            raise JsonSyntaxError(self.line, _TOO_DEEP) from None

    def _is_deep(self, value: Any, end: int) -> bool:
        """Whether the value, which ends at `end`, is nested deeper than `MAX_DEPTH`."""
        text, start = self._text, self._position
        if text.count("[", start, end) + text.count("{", start, end) <= MAX_DEPTH:
            return False
        level = [value] if isinstance(value, dict | list) else []
        for _ in range(MAX_DEPTH):
            values = (one.values() if isinstance(one, dict) else one for one in level)
            level = [one for inner in values for one in inner if isinstance(one, dict | list)]
        return bool(level)

    def _fill(self) -> bool:
        """Read the next piece of the stream; False at its end."""
        if self._ended:
            return False
        data = self._stream.read(CHUNK)
        self._ended = not data
        _ = self.line
        split = self._position == len(self._text) and self._text.endswith("\r")
        self._text = self._text[self._position :] + self._decoder.decode(data, self._ended)
        self._dropped += self._position
        self._position = self._counted = 0
        self._line -= split and self._text.startswith("\n")
        return bool(data)

    def _fill_up(self) -> bool:
        """Read the next piece, unless the buffer is longer than any value may be."""
        if len(self._text) - self._position > MAX_VALUE:
            return False
        return self._fill()

    def _syntax_error(self, reason: str, at: int) -> JsonSyntaxError:
        """The error at `at` characters after the value's start."""
        rest = len(self._text) - self._position
        if rest > MAX_VALUE and (reason.startswith("Unterminated string") or at > MAX_VALUE):
            return JsonSyntaxError(self.line, f"one value is longer than {MAX_VALUE:,} characters")
        passed = self._text[self._position : self._position + at]
        line = self.line + count_line_ends(passed.encode("utf-8"))
        if at >= rest:
            return JsonSyntaxError(line, "the file ends in the middle of a value")
        reason = reason[:1].lower() + reason[1:]
        return JsonSyntaxError(line, reason.removesuffix(" at").removesuffix(" starting"))


def bad_json(error: JsonSyntaxError, row: int | None = None) -> UnreadableError:
    """The error, with its finding, for text that is not JSON or has none of the three shapes."""
    if isinstance(error, JsonShapeError):
        message, hint = f"Line {error.line} is not a scan's JSON: {error.reason}.", _SHAPES_HINT
    else:
        message, hint = f"Line {error.line} is not JSON: {error.reason}.", _SYNTAX_HINT
    return unreadable("bad_json", message, hint, line=error.line, row=row)
