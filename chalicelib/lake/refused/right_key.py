"""The key that would have been right, made of what the uploader typed."""

from datetime import date
from typing import Final

from chalicelib.lake.prefixes import INBOX

YOUR_KINGDOM: Final = "YOUR_KINGDOM"
THE_DAY: Final = "YYYY-MM-DD"
"""What stands where the uploader's own kingdom or date cannot be read: never another one's."""


def right_key(kingdom: int | None, day: date | None, name: str) -> str:
    """The inbox key of a file of this kingdom and date, as far as they are known."""
    kingdom_text = YOUR_KINGDOM if kingdom is None else str(kingdom)
    day_text = THE_DAY if day is None else day.isoformat()
    return f"{INBOX}source=rok_players/kingdom={kingdom_text}/dt={day_text}/{name}"


def belongs(kingdom: int | None, day: date | None, name: str) -> str:
    """A hint's sentence that says where the file belongs."""
    unknown = [
        text
        for text, value in (
            (f"the number of your kingdom for {YOUR_KINGDOM}", kingdom),
            (f"the day of the scan for {THE_DAY}", day),
        )
        if value is None
    ]
    with_what = f", with {' and '.join(unknown)}" if unknown else ""
    return f"The right key is {right_key(kingdom, day, name)}{with_what}."
