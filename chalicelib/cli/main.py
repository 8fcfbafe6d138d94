"""Run a command; every failure gives one line on stderr and an exit code."""

import importlib
import os
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

from chalicelib.cli import terminal
from chalicelib.cli.arguments.parser import build_parser
from chalicelib.errors import BadParameterError, ConfigError, LeaderboardError

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
# The shells' convention for a program that a signal ended: 128 plus the signal's number.
EXIT_INTERRUPTED: Final = 128 + signal.SIGINT
EXIT_PIPE: Final = 128 + signal.SIGPIPE
EXIT_TERMINATED: Final = 128 + signal.SIGTERM

_WRONG_USAGE = (ConfigError, BadParameterError)
_ROOT = Path(__file__).resolve().parents[2]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: the arguments; those of the process when None.

    Returns:
        The exit code: 0 done, 1 refused or failed, 2 wrong usage.
    """
    terminal.prepare()
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else EXIT_USAGE
    return guarded(lambda: _command(arguments.command)(arguments))


def guarded(work: Callable[[], int]) -> int:
    """Run `work`; print any error in one line and return an exit code."""
    try:
        code = work()
        print(end="", flush=True)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()
        return EXIT_PIPE
    except Exception as error:
        if isinstance(error, OSError):
            _discard_stdout()
        terminal.complain(_in_one_line(error))
        return EXIT_USAGE if isinstance(error, _WRONG_USAGE) else EXIT_FAILED
    return code


def run_process() -> NoReturn:
    """Run the command line as a whole process; `main` may also be called within others.

    The process exits without the interpreter's cleanup, because pyarrow's threads may still run:
    one run in some thousands was aborted after a complete report ("terminate called without an
    active exception").
    """
    handle_signals()
    terminal.show_logs()
    try:
        code = main()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else EXIT_FAILED
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def handle_signals() -> None:
    """Let Ctrl-C and SIGTERM raise exceptions; only for a process that runs only our program."""

    def leave(_signal: int, _frame: object) -> NoReturn:
        sys.exit(EXIT_TERMINATED)

    # The stack unwinds, so that temporary files are removed and the cursor is restored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, leave)
    # Errors in destructors during this are of no use to the user.
    sys.unraisablehook = lambda _unraisable: None


def _command(name: str) -> Callable[[Namespace], int]:
    """The function of a command, in the module of its name.

    Imported late, because each needs other heavy libraries.
    """
    found: Callable[[Namespace], int] = importlib.import_module(
        f"chalicelib.cli.commands.{name}"
    ).run
    return found


def _discard_stdout() -> None:
    """Discard unwritten output, so that the interpreter does not fail at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_one_line(error: Exception) -> str:
    if isinstance(error, LeaderboardError | OSError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    # One line with the source location, for developers.
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _ROOT in Path(frame.filename).parents] or frames
    location = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "an unknown place"
    return f"this is a bug, please report it: {type(error).__name__} at {location}: {error}"
