"""A reader of the engine `dynamodb`: what it answers of a kingdom is of one state of its item.

The item is read consistently. So the state is one that there was while the request was answered;
that none is older than what anybody saw before follows from it. Where there was no item (of a new
kingdom, or of a table that was dropped) the lake is asked, and there is no kingdom only if the lake
says so.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tests.torture.api_reader import ApiReader
from tests.torture.between import difference
from tests.torture.between_requests import ACROSS
from tests.torture.excuses import asked_kingdoms
from tests.torture.floors import Floor
from tests.torture.requests import Exchange, Request
from tests.torture.table_answers import is_of_one_item, wanted_of
from tests.torture.table_states import ItemState
from tests.torture.table_witness import TableWitness

ENGINE: Final = "dynamodb"
NOT_FILLED: Final = "not in the table yet"
"""What the error says while the lake has a kingdom, and the table does not yet."""


KINGDOMS: Final = "/v1/kingdoms"


class TableReader(ApiReader):
    """Judges the answers of the engine `dynamodb`."""

    def __init__(self, witness: TableWitness, bodies: dict[str, str]) -> None:
        """Nothing is seen yet.

        Args:
            witness: knows the states of the items.
            bodies: what each tag stood for so far, whichever engine it was of.
        """
        super().__init__(witness, (ENGINE,), bodies)
        self._items = witness

    def floor(self, engine: str) -> Floor:
        """See `ApiReader.floor`; and whether the table is whole."""
        drops = None if self._items.hollow else self._items.drops
        return replace(super().floor(engine), drops=drops, lake=self._items.lake.moment)

    def judge(
        self, exchanges: Sequence[Exchange], copy: Mapping[str, Any] | None, floor: Floor
    ) -> Iterable[str]:
        """See `ApiReader.judge`.

        While the table is not whole it may be refused to answer.
        """
        hollow = self._is_hollow(floor)
        seen_before = [one for one in exchanges if not (hollow and _may_be_behind(*one))]
        yield from super().judge(seen_before, copy, floor)
        for request, answer in exchanges:
            status = answer["statusCode"]
            if status in (304, 503) or (hollow and status == 500):
                continue
            if is_of_one_item(request):
                yield from self._judge_item(request, answer, floor)
            elif request.path == KINGDOMS:
                yield from self._judge_list(json.loads(answer["body"]), floor)

    def excuse(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> str | None:
        """See `Excuses.of`; and what is not in the table yet."""
        if self._is_hollow(floor):
            return "the table was dropped"
        if NOT_FILLED in answer["body"]:
            asked = {None if one is None else int(one) for one in asked_kingdoms(request)}
            if None in asked:
                asked |= self._items.lake.listed_kingdoms(floor.lake)
            lacked = any(self._items.states.lacked(one, floor.moment) for one in asked)
            return "not in the table yet" if lacked else None
        return super().excuse(request, answer, floor)

    def _is_hollow(self, floor: Floor) -> bool:
        """Whether the table was not whole at any time since."""
        return floor.drops is None or self._items.hollow or self._items.drops != floor.drops

    def _judge_item(
        self, request: Request, answer: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        status, problems = answer["statusCode"], []
        document, kingdom = json.loads(answer["body"]), int(request.parameters["kingdom"])
        for state in self._states_of(kingdom, floor):
            if state is None and not self._items.lake.listed_nothing(kingdom, floor.lake):
                problems.append("there was no item, and the lake has the kingdom")
                continue
            wanted = wanted_of(request, state)
            if status not in wanted.statuses:
                problems.append(f"status {status}, not {sorted(wanted.statuses)}: {document}")
                continue
            if wanted.document is None or status != 200:
                return
            problem = difference(document, wanted.document)
            if problem is None:
                if answer["headers"]["Cache-Control"] == "no-store":
                    yield "what is of one state may be kept"
                return
            problems.append(problem)
        yield f"of no state of the item: {problems}"

    def _states_of(self, kingdom: int, floor: Floor) -> Iterator[ItemState | None]:
        if self._items.states.lacked(kingdom, floor.moment):
            yield None
        yield from self._items.states.since(kingdom, floor.moment)

    def _judge_list(self, document: Mapping[str, Any], floor: Floor) -> Iterable[str]:
        shown = {row["kingdom"]: row["latest"] for row in document["kingdoms"]}
        for kingdom in {*shown, *self._items.states.kingdoms()}:
            latest: set[str | None] = set()
            for state in self._states_of(kingdom, floor):
                if state is None:
                    latest |= self._items.lake.listed(kingdom, floor.lake)
                else:
                    latest.add(max(state.dated, default=None))
            if shown.get(kingdom) not in latest:
                yield f"kingdom {kingdom} shows {shown.get(kingdom)}, and not one of {latest}"


def _may_be_behind(request: Request, answer: Mapping[str, Any]) -> bool:
    """Whether it may be behind what was seen before a table was dropped.

    The lake's list of kingdoms may be behind the table: whoever filled that has seen files whose
    own publish died before it came to the list.
    """
    is_of_all = request.path in (KINGDOMS, ACROSS) and "kingdoms" not in request.query
    return is_of_all or answer["statusCode"] in (500, 503)
