"""The errors of telling. No text of theirs has anything of a chat's address in it."""

from chalicelib.errors import LeaderboardError


class TellingError(LeaderboardError):
    """Raised when the topic or the parameter with the addresses cannot be reached or used."""


class NotToldError(LeaderboardError):
    """Raised after all were tried, when somebody was not told; Lambda tries the event again."""
