"""The parts of an answer about gains."""

from typing import NamedTuple, NotRequired, TypedDict

from chalicelib.boards.snapshot import Above
from chalicelib.changes.findings import Findings
from chalicelib.changes.summary import Head

# `from` is a keyword, so the class statement cannot declare it.
Gain = TypedDict(
    "Gain",
    {
        "rank": int,
        "position": int,
        "id": int,
        "name": str | None,
        "alliance": str | None,
        "value": int,
        "from": int,
        "to": int,
        "values": NotRequired[dict[str, int | None]],
    },
)
"""One line of a board of gains; name and alliance are the newer snapshot's."""


class MyGain(TypedDict):
    """A player's own entry, as `chalicelib.boards.snapshot.Me`."""

    entry: Gain
    above: Above | None


class GainsPage(NamedTuple):
    """A page of a board of gains.

    Attributes:
        older: the head `from`, of the file that was read.
        newer: the head `to`, likewise.
        total: how many players are ranked (within the alliance, if asked).
        unknown: how many players of both snapshots are not known in one of them; before anything
            else is asked.
        offset: how many entries are before the first of these.
        entries: in order: gain descending, then id ascending.
        me: the entry of the player that the request asks for.
        findings: the suspects of the pair, of all columns.
    """

    older: Head
    newer: Head
    total: int
    unknown: int
    offset: int
    entries: list[Gain]
    me: MyGain | None
    findings: Findings
