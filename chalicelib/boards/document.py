"""The boards object: `leaderboards.json`, JSON that can be read in part.

It holds the first 1,000 players of every metric, each player once with all metrics. It is one JSON
document, divided into lines so that a reader parses only what it needs:

    {"snapshot": {…}, "known": {"dkp":1241,…}, "columns": ["id","name","alliance","dkp",…],
    "sha256": "…", "check": "…",
    "boards": {
    "dkp": {"ties":[[700,301]],"order":[0,5,3,…]},
    …
    }, "players": [
    [38232075,"…","…",288650963,…],
    …
    ]}

The first line holds the snapshot's facts, for how many players each metric is known, and the
SHA-256 of all later lines, which detects damage; its `check` is the same for the line itself (in
objects of before there is none). `order` lists a board's players by their index in
`players`. A player's rank equals the position, except in `ties`: pairs of a position and the number
of players that share that rank from there on.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from chalicelib.boards.metrics import METRIC_NAMES
from chalicelib.boards.snapshot import Entry, Snapshot
from chalicelib.errors import StoreError

BOARD_SIZE: Final = 1000
"""How many players of each metric the object holds."""

HEAD_BYTES: Final = 4096
"""The maximum length of the first line: reading so many bytes gives the facts."""

PLAYER_COLUMNS: Final = ("id", "name", "alliance")
BOARDS_LINE: Final = b'"boards": {\n'
PLAYERS_LINE: Final = b'}, "players": [\n'
END: Final = b"]}\n"
"""The lines before the boards, between boards and players, and at the end."""

_NAME: Final = "the boards object"


_CHECK: Final = b', "check": "'
_CHECK_DIGITS: Final = 16


def with_check(line: bytes) -> bytes:
    """The first line, with its check and its end.

    Args:
        line: its text, up to the SHA-256 of the later lines.
    """
    return line + _CHECK + _check_of(line) + b'",\n'


def _check_of(line: bytes) -> bytes:
    return hashlib.sha256(line).hexdigest()[:_CHECK_DIGITS].encode()


def digest(rest: Iterable[bytes | memoryview]) -> str:
    """The SHA-256 of all lines after the first, given in pieces."""
    found = hashlib.sha256()
    for piece in rest:
        found.update(piece)
    return found.hexdigest()


class BoardsHead(NamedTuple):
    """The first line of a boards object.

    Attributes:
        snapshot: the facts.
        known: for how many players each metric is known.
    """

    snapshot: Snapshot
    known: Mapping[str, int]


class BoardsDocument:
    """A boards object that is being read.

    Its methods raise `StoreError` for a metric that is not in it, or for damaged lines.

    Attributes:
        snapshot: its facts.
    """

    def __init__(self, head: BoardsHead, columns: Sequence[str], lines: list[bytes]) -> None:
        """Take the first line, the names of a player's values, and all other lines."""
        self.snapshot = head.snapshot
        self._known = head.known
        self._columns = columns
        self._lines = lines
        self._boards: dict[str, Any] = {}

    def total(self, metric: str) -> int:
        """How many players are ranked by the metric."""
        if metric not in self._known:
            raise self._damaged(f"its board of {metric}")
        return self._known[metric]

    def holds(self, metric: str, limit: int, offset: int) -> bool:
        """Whether the object has all entries of a page."""
        total = self.total(metric)
        return offset + limit <= BOARD_SIZE or total <= BOARD_SIZE or offset >= total

    def entries(
        self, metric: str, limit: int, offset: int, values: Sequence[str] = ()
    ) -> list[Entry]:
        """A page's entries; only their lines are parsed.

        Args:
            metric: the board's.
            limit: at most so many.
            offset: so many are left out.
            values: metrics that each entry carries too.
        """
        with self._told_as_damage(metric):
            board = self._board(metric)
            page = board["order"][offset : offset + limit]
            value = self._columns.index(metric)
            others = [(name, self._columns.index(name)) for name in values]
            ranks = _ranks(board["ties"], offset + 1, len(page))
            players = self._players(page)
            entries: list[Entry] = [
                {
                    "rank": rank,
                    "position": position,
                    "id": player[0],
                    "name": player[1],
                    "alliance": player[2],
                    "value": player[value],
                }
                for position, (rank, player) in enumerate(
                    zip(ranks, players, strict=True), start=offset + 1
                )
            ]
            if others:
                for entry, player in zip(entries, players, strict=True):
                    entry["values"] = {name: player[at] for name, at in others}
            return entries

    @property
    def has_everybody(self) -> bool:
        """Whether the object has every player of the snapshot."""
        return len(self._indices) == self.snapshot.players

    def has(self, player: int) -> bool:
        """Whether the object has a player, ranked or not."""
        return b"%d" % player in self._indices

    def tells(self, metric: str, player: int) -> bool:
        """Whether the object tells if, and where, a player is ranked."""
        if self.total(metric) <= BOARD_SIZE or self.place(metric, player) is not None:
            return True
        with self._told_as_damage(metric):
            index = self._indices.get(b"%d" % player)
            # A player who is among the first of another metric.
            return index is not None and self._values(metric, [index]) == [None]

    def place(self, metric: str, player: int) -> int | None:
        """How many entries are before a player's, if that is among those that the object has."""
        with self._told_as_damage(metric):
            index = self._indices.get(b"%d" % player)
            order = self._board(metric)["order"]
            return order.index(index) if index in order else None

    def ranked(self, metric: str, ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """Rank and value of these players; who is not on the object's board is left out."""
        with self._told_as_damage(metric):
            board = self._board(metric)
            order = board["order"]
            rank_of = dict(zip(order, _ranks(board["ties"], 1, len(order)), strict=True))
            indices = {player: self._indices.get(b"%d" % player) for player in ids}
            found = {
                player: index
                for player, index in indices.items()
                if index is not None and index in rank_of
            }
            values = self._values(metric, [*found.values()])
            return {
                player: (rank_of[index], value)
                for (player, index), value in zip(found.items(), values, strict=True)
            }

    @cached_property
    def _indices(self) -> Mapping[bytes, int]:
        """The index of each player that the object has, by the digits of the id."""
        with self._told_as_damage(None):
            lines = self._lines[self._first_player() : -2]
            return {line[1 : line.find(b",")]: at for at, line in enumerate(lines)}

    def _board(self, metric: str) -> Any:
        """One metric's line, of those between the first line and the players."""
        if metric not in self._boards:
            title = f'"{metric}": '.encode()
            boards = self._lines[1 : 2 + len(METRIC_NAMES)]
            line = next(line for line in boards if line.startswith(title))
            self._boards[metric] = json.loads(line[len(title) :].removesuffix(b","))
        return self._boards[metric]

    def _first_player(self) -> int:
        return 1 + self._lines.index(PLAYERS_LINE.rstrip())

    def _values(self, metric: str, indices: Sequence[int]) -> list[Any]:
        at = self._columns.index(metric)
        return [player[at] for player in self._players(indices)]

    def _players(self, indices: Sequence[int]) -> Any:
        first = self._first_player()
        if not all(0 <= index < len(self._lines) - first for index in indices):
            raise IndexError
        lines = (self._lines[first + index].removesuffix(b",") for index in indices)
        return json.loads(b"[" + b",".join(lines) + b"]")

    @contextmanager
    def _told_as_damage(self, metric: str | None) -> Iterator[None]:
        """Lines that do not fit are damage."""
        try:
            yield
        except (ValueError, TypeError, KeyError, IndexError, StopIteration):
            what = "its players" if metric is None else f"its board of {metric}"
            raise self._damaged(what) from None

    def _damaged(self, what: str) -> StoreError:
        return _damaged(self.snapshot.kingdom, self.snapshot.snapshot_date, what)


def _ranks(ties: Sequence[Sequence[int]], first: int, count: int) -> list[int]:
    """The ranks of `count` positions from `first` on."""
    ranks = list(range(first, first + count))
    for rank, length in ties:
        for position in range(max(rank, first), min(rank + length, first + count)):
            ranks[position - first] = rank
    return ranks


def decode(body: bytes, kingdom: int, day: date) -> BoardsDocument:
    """Read a whole boards object; the kingdom and the date are those of its key.

    Raises:
        StoreError: the bytes are not a boards object, are cut short, or differ from their digest.
    """
    line = body[: body.find(b"\n")]
    rest = memoryview(body)[len(line) + 1 :]
    given = _parse_head(line, kingdom, day)
    head = _head(given, kingdom, day)
    if not body.endswith(END):
        raise _damaged(kingdom, day, "it is cut short")
    if given["sha256"] != digest([rest]):
        raise _damaged(kingdom, day, "its bytes are not those that its digest was made of")
    return BoardsDocument(head, given["columns"], bytes(rest).split(b"\n"))


def decode_head(start: bytes, kingdom: int, day: date) -> BoardsHead:
    """The first line alone, from the object's first `HEAD_BYTES` bytes.

    Raises:
        StoreError: the bytes are not the start of a boards object.
    """
    line, end, _ = start.partition(b"\n")
    if not end:
        raise _damaged(kingdom, day, "its first line has no end")
    return _head(_parse_head(line, kingdom, day), kingdom, day)


def _head(given: Mapping[str, Any], kingdom: int, day: date) -> BoardsHead:
    known = given["known"]
    if not isinstance(known, dict) or any(type(one) is not int for one in known.values()):
        raise _damaged(kingdom, day, "its first line")
    return BoardsHead(Snapshot.from_json(given["snapshot"], kingdom, day, _NAME), known)


def _parse_head(line: bytes, kingdom: int, day: date) -> dict[str, Any]:
    text, found, check = line.removesuffix(b",").rpartition(_CHECK)
    if found and check != _check_of(text) + b'"':
        raise _damaged(kingdom, day, "its first line")
    try:
        head = json.loads((text if found else check) + b"}")
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.keys() != {"snapshot", "known", "columns", "sha256"}:
        raise _damaged(kingdom, day, "its first line")
    return head


def _damaged(kingdom: int, day: date, what: str) -> StoreError:
    return StoreError(f"kingdom {kingdom}, {day}: {_NAME} is damaged: {what}")
