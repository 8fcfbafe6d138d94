"""Why a 503 may be without a fault: what is asked is about to come, or is being withdrawn."""

from collections.abc import Mapping
from typing import Any, Final

from tests.torture.between_requests import is_between
from tests.torture.events import Events
from tests.torture.floors import Floor, of_kingdom
from tests.torture.requests import Request
from tests.torture.watched import WatchedStates

NO_CATALOG: Final = "boards that no catalog lists"
"""What the error says that is no fault: boards are there, and their catalog is about to come."""
NO_ROSTER: Final = "has no list of its players yet"
"""Likewise: a catalog lists boards of a first upload, written by another event of its kingdom."""
WITHDRAWN: Final = "is being withdrawn"
"""Another one: the file has no players by now, and the catalog is about to follow."""


class Excuses:
    """Judges refusals by what was seen, or announced."""

    def __init__(self, events: Events, states: WatchedStates) -> None:
        """The events tell what is withdrawn, the states which rosters there are."""
        self._events = events
        self._states = states

    def of(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> str | None:
        """Why a 503 may be without a fault, if it may.

        Nothing of what is asked was announced, and is still there; or it is being withdrawn.
        """
        if NO_CATALOG in answer["body"]:
            missing = not all(self._is_there(kingdom, floor) for kingdom in asked_kingdoms(request))
            return "no catalog yet" if missing else None
        if NO_ROSTER in answer["body"]:
            kingdom = int(request.parameters["kingdom"])
            return None if self._states.has_roster(kingdom) else "no roster yet"
        asked = None if is_between(request) else request.partition
        if WITHDRAWN in answer["body"] and any(
            self._events.is_being_withdrawn(kingdom, asked, floor)
            for kingdom in asked_kingdoms(request)
        ):
            return "being withdrawn"
        return None

    def _is_there(self, kingdom: str | None, floor: Floor) -> bool:
        """Whether something of a kingdom, or of any, must be there."""
        orders = of_kingdom(floor.catalogs, kingdom) if kingdom else floor.kingdoms
        return any(self._events.missing_for(one, orders) is None for one in orders)


def asked_kingdoms(request: Request) -> list[str | None]:
    """The kingdoms that a request is about; None for all."""
    kingdom = request.parameters.get("kingdom")
    if kingdom is None and "kingdoms" in request.query:
        return [*request.query["kingdoms"].split(",")]
    return [kingdom]
