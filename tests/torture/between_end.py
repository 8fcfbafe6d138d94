"""What the API must answer between snapshots in the end, when the lake is what the model says."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from chalicelib.players.schema import COUNTERS
from tests.torture import between, between_lists
from tests.torture.between import Document
from tests.torture.between_refusals import asked_days
from tests.torture.between_requests import ACROSS, ALLIANCES, CHANGES, GAINS, HISTORY, PLAYERS
from tests.torture.requests import Request
from tests.torture.states import Dated, known_of, seen_before
from tests.torture.uploads import Upload

Answer = tuple[int, Document | None]
"""A status, and the document of a 200."""


class End:
    """A lake at rest."""

    def __init__(self, events: Iterable[Upload]) -> None:
        """Take the event that each date's views are made of."""
        self.kingdoms: dict[int, dict[str, Upload]] = {}
        for event in events:
            assert event.partition is not None
            kingdom, day = event.partition
            of_kingdom = self.kingdoms.setdefault(kingdom, {})
            if event.accepted:
                of_kingdom[day] = event

    def wrong(self, request: Request, answer: Mapping[str, Any], document: Document) -> str | None:
        """What is wrong with an answer, in words."""
        status, wanted = self._answer(request)
        if answer["statusCode"] != status:
            return f"status {answer['statusCode']}, not {status}: {document}"
        if wanted is None:
            return None
        return between.difference(_without_version(request, document), wanted)

    def _answer(self, request: Request) -> Answer:
        if request.path == ACROSS:
            return self._across(request)
        kingdom = int(request.parameters["kingdom"])
        dated = self.kingdoms.get(kingdom, {})
        if not dated:
            return 404, None
        if request.path == PLAYERS:
            known = known_of({date.fromisoformat(day): dated[day] for day in dated})
            return 200, between_lists.players(request.query, kingdom, known)
        if request.path == HISTORY:
            return _history(request, dated)
        return answer_of_pair(request, dated)

    def _across(self, request: Request) -> Answer:
        shown = [dated[max(dated)] for _, dated in sorted(self.kingdoms.items()) if dated]
        metric = request.parameters["metric"]
        return 200, between_lists.across(metric, request.query, shown)


def _history(request: Request, dated: Dated) -> Answer:
    kingdom, player = int(request.parameters["kingdom"]), int(request.parameters["player"])
    known = known_of({date.fromisoformat(day): dated[day] for day in dated})
    if player not in known:
        return 404, None
    rows = [between_lists.appearance(dated[day], player, COUNTERS) for day in sorted(dated)]
    shown = [row for row in reversed(rows) if row is not None]
    person = between_lists.person(kingdom, known[player])
    return 200, {**person, "next": None, "snapshots": shown}


def answer_of_pair(request: Request, dated: Dated) -> Answer:
    """An answer of two snapshots: those that are asked for, or the newest and the one before.

    Args:
        request: of changes, gains, alliances or a board with `since`.
        dated: the kingdom's snapshots.
    """
    older_day, newer_day = asked_days(request)
    newer_day = newer_day or max(dated, default="")
    older_day = older_day or max((day for day in dated if day < newer_day), default=None)
    if newer_day not in dated or older_day not in (None, *dated):
        return 404, None
    newer, older = dated[newer_day], dated[older_day] if older_day else None
    if request.path == ALLIANCES:
        return 200, between_lists.alliances(older, newer, since=True)
    if request.path in (CHANGES, GAINS):
        return (404, None) if older is None else _of_two(request, dated, older, newer)
    metric = request.parameters["metric"]
    board = between.board_since(metric, request.query, older, newer, _before(dated, older))
    return 200, {**board, "latest": newer_day == max(dated)}


def _of_two(request: Request, dated: Dated, older: Upload, newer: Upload) -> Answer:
    before = _before(dated, older)
    if request.path == CHANGES:
        known = known_of({date.fromisoformat(day): dated[day] for day in dated})
        seen = seen_before(known, date.fromisoformat(between.day_of(older)))
        return 200, between.changes(older, newer, before, seen)
    try:
        metric = request.parameters["metric"]
        return 200, between.gains(metric, request.query, older, newer, before)
    except between.RefusedError:
        return 400, None


def _before(dated: Dated, older: Upload | None) -> Upload | None:
    """The snapshot right before one."""
    if older is None:
        return None
    earlier = [day for day in dated if day < between.day_of(older)]
    return dated[max(earlier)] if earlier else None


def _without_version(request: Request, document: Document) -> Document:
    """An answer across kingdoms without the version, which is its own."""
    if request.path != ACROSS:
        return document
    return {name: value for name, value in document.items() if name != "version"}
