"""Output of the commands: lines, tables and JSON to stdout, errors and progress to stderr.

rich draws tables and spinners on a terminal. It is a development dependency: without it, and if the
output is a file or a pipe, plain text is written.
"""

import io
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from chalicelib.cli.text import Align, columns, safe, safe_json

if TYPE_CHECKING:
    from rich.live import Live


def prepare() -> None:
    """Write UTF-8 in any locale, and lone surrogates as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


class _Notes(logging.Handler):
    """Writes what is logged to stderr, in one line."""

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler.emit`."""
        fields = getattr(record, "fields", {})
        note(f"{record.levelname.lower()}: {fields.get('message') or record.getMessage()}")


def show_logs() -> None:
    """Show what the app logs as a warning or an error, such as a damaged object."""
    ours = logging.getLogger("chalicelib")
    if not ours.handlers:
        ours.addHandler(_Notes(logging.WARNING))
        ours.propagate = False


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; it is None if the process was started without it."""
    return stream is not None and stream.isatty()


def say(line: str = "", *, flush: bool = False) -> None:
    """Write one line to stdout, with terminal control characters escaped."""
    # In one write, even if stdout is unbuffered: others may write to the same terminal.
    print(f"{safe(line)}\n", end="", flush=flush)


def complain(message: str) -> None:
    """Write an error to stderr, in one line."""
    note(f"error: {message}")


def note(message: str) -> None:
    """Write a note to stderr, in one line."""
    print(f"{safe(message)}\n", end="", file=sys.stderr, flush=True)


def say_json(value: Any, *, indent: int | None = 2) -> None:
    """Write a value as JSON to stdout, on one line if `indent` is None."""
    say_json_text(json.dumps(value, ensure_ascii=False, indent=indent))


def say_json_text(text: str) -> None:
    """Write JSON text; on a terminal, harmful characters are escaped, which JSON allows."""
    print(safe_json(text) if _is_terminal(sys.stdout) else text, flush=True)


def say_table(
    titles: Sequence[str], aligns: Sequence[Align], rows: Sequence[Sequence[str]]
) -> None:
    """Write a table to stdout: folded to the window on a terminal, else one line per row."""
    if not (_is_terminal(sys.stdout) and _say_rich_table(titles, aligns, rows)):
        for line in columns(titles, aligns, rows):
            print(line)


def _say_rich_table(
    titles: Sequence[str], aligns: Sequence[Align], rows: Sequence[Sequence[str]]
) -> bool:
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title, align in zip(titles, aligns, strict=True):
        table.add_column(title, justify=align, overflow="fold")
    for cells in rows:
        # Text, because a plain string is parsed as markup: a player may be called [red].
        table.add_row(*(Text(safe(cell)) for cell in cells))
    Console(highlight=False).print(table)
    return True


class Progress:
    """Shows the progress of long work on stderr, if that is a terminal."""

    def __init__(self, live: "Live | None") -> None:
        """Use this display; None shows nothing."""
        self._live = live

    def update(self, text: str) -> None:
        """Show the current state of the work."""
        if self._live is not None:
            self._live.update(_spinner(text))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hide the display, so that lines can be written to the same terminal."""
        if self._live is None:
            yield
            return
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()


@contextmanager
def progress(text: str) -> Iterator[Progress]:
    """Show a spinner with a text until the context ends."""
    live = _live(text) if _is_terminal(sys.stderr) else None
    if live is None:
        yield Progress(None)
        return
    with live:
        yield Progress(live)


def _live(text: str) -> "Live | None":
    try:
        from rich.console import Console
        from rich.live import Live
    except ImportError:
        return None
    # No redirection: stdout or stderr may be a file while the other is a terminal.
    return Live(
        _spinner(text),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _spinner(text: str) -> Any:
    from rich.spinner import Spinner
    from rich.text import Text

    return Spinner("dots", Text(safe(text)))
