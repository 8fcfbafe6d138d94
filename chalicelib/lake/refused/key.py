"""A refused inbox key: where its upload belongs all the same, and which key would be right."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from chalicelib.lake.file_names import WITHDRAWAL_NAME, KeyRefusedError, parse_file_name
from chalicelib.lake.keys import Partition
from chalicelib.lake.prefixes import INBOX

_ON_A_DISK: Final = (
    "If the date is right and the leaderboard runs on your own computer, save the file again: its "
    "upload counts there from its last change."
)


class RefusedKeyError(KeyRefusedError):
    """Raised when an inbox key is refused, with what can be read from it.

    Attributes:
        partition: its kingdom and date, where both are beyond doubt; else None.
    """

    def __init__(self, error: KeyRefusedError, hint: str, partition: Partition | None) -> None:
        """Refuse a key for the reason of `error`."""
        super().__init__(error.code, error.message, hint, error.right_name)
        self.partition = partition

    def without_place(self) -> "RefusedKeyError":
        """The same of an upload that belongs to no kingdom and date, as rules 2 had it."""
        return RefusedKeyError(self, self.hint, None)


def refused_key(key: str, accepted: datetime, error: KeyRefusedError) -> RefusedKeyError:
    """The refusal of a key, with the key that would be right.

    Args:
        key: the inbox key.
        accepted: when the store accepted the upload, aware.
        error: why it is refused.
    """
    from chalicelib.lake.refused.readable import read_folders
    from chalicelib.lake.refused.right_key import belongs, right_key

    *folders, name = key.removeprefix(INBOX).split("/")
    kingdom, day = read_folders(folders)
    partition = None if kingdom is None or day is None else Partition(kingdom, day)
    of_file = _name_refusal(name)
    right_name = (of_file.right_name if of_file else name) or "players.csv"
    today = accepted.astimezone(UTC).date()
    if error.code == "future_date":
        example = right_key(kingdom, today, right_name)
        hint = f"Take the day of the scan; for one of the day of its upload: {example}."
        return RefusedKeyError(error, f"{hint} {_ON_A_DISK}", partition)
    right_day = None if day is None or _is_future(day, today) else day
    parts = [of_file.hint if of_file else "", belongs(kingdom, right_day, right_name)]
    return RefusedKeyError(error, " ".join(filter(None, parts)), partition)


def _name_refusal(name: str) -> KeyRefusedError | None:
    """Why a file's name is refused; None if it is not, or there is none."""
    if name in ("", WITHDRAWAL_NAME):
        return None
    try:
        parse_file_name(name)
    except KeyRefusedError as error:
        return error
    return None


def _is_future(day: date, today: date) -> bool:
    return day - today > timedelta(days=1)
