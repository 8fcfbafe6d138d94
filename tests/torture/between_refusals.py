"""Judges what is refused between snapshots: 400, 404, 409, and 503 without a fault."""

from collections.abc import Collection, Iterable

from tests.torture import between
from tests.torture.between_requests import ACROSS, CHANGES, GAINS, HISTORY, PLAYERS
from tests.torture.catalogs import version_of
from tests.torture.events import Events
from tests.torture.floors import Floor
from tests.torture.requests import Request
from tests.torture.uploads import Partition
from tests.torture.watched import Watched


class Refusals:
    """Judges refusals by what must be there."""

    def __init__(self, witness: Watched, events: Events) -> None:
        """The witness knows of all uploads, the events of what was withdrawn."""
        self._runs = witness.runs
        self._states = witness.states
        self._events = events

    def certain(self, kingdom: str, floor: Floor) -> list[str]:
        """The dates of a kingdom that must be there, oldest first."""
        return sorted(
            day
            for (number, day) in floor.catalogs
            if str(number) == kingdom
            if self._events.missing_for((number, day), floor.catalogs) is None
        )

    def judge_missing(self, request: Request, floor: Floor) -> Iterable[str]:
        """Nothing is missing that must be there."""
        if request.path == ACROSS:
            asked = request.query.get("kingdoms", "").split(",")
            if all(self.certain(kingdom, floor) for kingdom in asked):
                yield f"404 though all of {asked} are there"
            return
        kingdom = request.parameters["kingdom"]
        days = self.certain(kingdom, floor)
        if request.path == HISTORY:
            player = int(request.parameters["player"])
            states = self._states.rosters(int(kingdom), floor.moment)
            found = days and all(player in known for known in states)
        elif request.path == PLAYERS:
            found = bool(days)
        else:
            found = bool(days and self._has_pair(request, days))
        if found:
            yield f"404 though there are {days}"

    def _has_pair(self, request: Request, days: Collection[str]) -> bool:
        """Whether the two snapshots that are asked for must be there."""
        older, newer = asked_days(request)
        if newer is not None and newer not in days:
            return False
        before = [day for day in days if newer is None or day < newer]
        if request.path in (CHANGES, GAINS):
            if older is None:
                return bool(before) and (newer is not None or len(days) > 1)
            return older in before and (newer is not None or older < max(days))
        return older is None or older in before

    def judge_conflict(self, request: Request, floor: Floor) -> Iterable[str]:
        """A version is refused only when another one is there, or may be."""
        if request.query.keys().isdisjoint(("version", "from_version")):
            yield "409 though no version was asked for"
            return
        older, newer = asked_days(request)
        if request.path == ACROSS or not (older and newer):
            return
        kingdom = int(request.parameters["kingdom"])
        for day, name in ((older, "from_version"), (newer, "version")):
            if name in request.query and self._may_differ(
                (kingdom, day), request.query[name], floor
            ):
                return
        yield "409 though just these versions are published, and none is newer"

    def _may_differ(self, partition: Partition, version: str, floor: Floor) -> bool:
        newest = self._events.newest(partition)
        return floor.boards.get(partition) != newest.order or version_of(newest) != version

    def judge_refused(self, request: Request, floor: Floor) -> Iterable[str]:
        """Only what cannot be compared is refused, and a span that ends where it begins."""
        kingdom = request.parameters.get("kingdom")
        uploads = [
            one
            for one in self._runs.values()
            if one.accepted and one.partition and str(one.partition[0]) == kingdom
        ]
        older, newer = asked_days(request)
        if request.path == GAINS and between.may_be_refused(
            request.query, request.parameters["metric"], uploads
        ):
            return
        if (
            older is None
            or newer is not None
            or self._has_pair(request, self.certain(kingdom or "", floor))
        ):
            yield "400 though nothing is wrong with it"


def asked_days(request: Request) -> tuple[str | None, str | None]:
    """The older and the newer date that a request names."""
    query = request.query
    older = query.get("from", query.get("since"))
    return None if older == "previous" else older, query.get("to", query.get("date"))
