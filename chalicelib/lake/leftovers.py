"""What lies in an inbox and is no upload (contract, section 3): it is ignored, without a report."""

from typing import Final

from chalicelib.lake import keys

_PREFIXES: Final = (".", "~$")
# Compared in lower case: Windows, whose files they are, keeps whatever case a program wrote.
_NAMES: Final = ("desktop.ini", "thumbs.db")


def is_ignored(key: str, size: int) -> bool:
    """Whether an object of the inbox is a console folder or a leftover.

    Args:
        key: its key.
        size: bytes.
    """
    return keys.is_console_folder(key, size) or is_leftover(key)


def is_leftover(key: str) -> bool:
    """Whether systems, editors or copying programs leave objects of such a key behind.

    Names that start with `.` or `~$`, `desktop.ini` and `Thumbs.db`; and what lies in a folder with
    such a name (`.rsync-partial/players.csv`).
    """
    return any(map(_is_leftover_name, key.removeprefix(keys.INBOX).split("/")))


def _is_leftover_name(name: str) -> bool:
    # `.` and `..` are no names: a key with them is refused with a report.
    if name in (".", ".."):
        return False
    return name.startswith(_PREFIXES) or name.lower() in _NAMES
