"""Judges the answers between snapshots while all kinds of things happen.

An answer names the runs that it is of. So whatever it says must be what the scans of just these
runs say. What it does not name is any state that there was while it was made: the snapshot before
(of which a suspect's `fault` follows), and the roster (of which it follows who returned).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from chalicelib.players.schema import COUNTERS
from tests.torture import between, between_lists
from tests.torture.between import Document, difference
from tests.torture.between_end import answer_of_pair
from tests.torture.between_refusals import Refusals, asked_days
from tests.torture.between_requests import ACROSS, ALLIANCES, CHANGES, GAINS, HISTORY, PLAYERS
from tests.torture.events import Events
from tests.torture.floors import ANY, Floor
from tests.torture.requests import Request
from tests.torture.states import seen_before
from tests.torture.uploads import Order, Upload
from tests.torture.watched import Watched


class BetweenReader:
    """Judges answers by the uploads there are, and by the rosters there were."""

    def __init__(self, witness: Watched, events: Events) -> None:
        """The witness knows of all uploads, the events of what was withdrawn."""
        self._runs = witness.runs
        self._states = witness.states
        self._events = events
        self._refusals = Refusals(witness, events)

    def judge(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> Iterable[str]:
        """What is wrong with an answer.

        Args:
            request: what was asked.
            answer: any but a 503; the copy, if that was confirmed.
            floor: what may still be shown, and the moment when it was asked.
        """
        status, document = answer["statusCode"], json.loads(answer["body"])
        if status == 404:
            yield from self._refusals.judge_missing(request, floor)
        elif status == 409:
            yield from self._refusals.judge_conflict(request, floor)
        elif status == 400:
            yield from self._refusals.judge_refused(request, floor)
        elif status != 200:
            yield f"status {status}: {document}"
        elif request.path == PLAYERS:
            yield from self._judge_players(request, document, floor)
        elif request.path == HISTORY:
            yield from self._judge_history(request, document, floor)
        elif request.path == ACROSS:
            yield from self._judge_across(request, document, floor)
        else:
            is_listed = answer["headers"]["Cache-Control"] != "no-store"
            yield from self._judge_pair(request, document, floor, is_listed=is_listed)

    def _judge_players(self, request: Request, document: Document, floor: Floor) -> Iterable[str]:
        kingdom = int(request.parameters["kingdom"])
        states = self._states.rosters(kingdom, floor.moment)
        made = (between_lists.players(request.query, kingdom, known) for known in states)
        yield from _judge_one(document, made)

    def _judge_history(self, request: Request, document: Document, floor: Floor) -> Iterable[str]:
        kingdom, player = int(request.parameters["kingdom"]), int(request.parameters["player"])
        found = {name: value for name, value in document.items() if name not in _OF_ROWS}
        states = self._states.rosters(kingdom, floor.moment)
        made = (between_lists.person(kingdom, known[player]) for known in states if player in known)
        yield from _judge_one(found, made)
        days = [row["snapshot_date"] for row in document["snapshots"]]
        before = request.query.get("before", "9999")
        if days != sorted({*days}, reverse=True) or any(day >= before for day in days):
            yield f"dates out of order, or not before {before}: {days}"
        for row in document["snapshots"]:
            upload = self._runs.get(row["run_id"])
            if upload is None or row != between_lists.appearance(upload, player, COUNTERS):
                yield f"{row} is not what {row['run_id']} says of {player}"
            elif upload.partition != (kingdom, row["snapshot_date"]):
                yield f"{row['run_id']} is no run of {row['snapshot_date']}"

    def _judge_across(self, request: Request, document: Document, floor: Floor) -> Iterable[str]:
        uploads = []
        for head in document["kingdoms"]:
            upload = self._runs.get(head["run_id"])
            if upload is None or not upload.accepted:
                yield f"{head['run_id']} is no run"
                return
            yield from self._judge_order(upload, floor)
            uploads.append(upload)
            newer = [
                day
                for day in self._refusals.certain(str(head["kingdom"]), floor)
                if day > head["snapshot_date"]
            ]
            if newer:
                yield f"{head} is shown, and {newer} are there"
        found = {name: value for name, value in document.items() if name != "version"}
        made = between_lists.across(request.parameters["metric"], request.query, uploads)
        yield from _judge_one(found, [made], version=document["version"])

    def _judge_pair(
        self, request: Request, document: Document, floor: Floor, *, is_listed: bool
    ) -> Iterable[str]:
        """Judge an answer of two snapshots, or of one that has none before it.

        What may be cached is all of one state of the catalog (`is_listed`): a tag confirms it
        later.
        """
        heads = _heads(document)
        uploads: list[Upload] = []
        for head in heads:
            upload = self._runs.get(head["run_id"])
            partition = (int(request.parameters["kingdom"]), head["snapshot_date"])
            if upload is None or not upload.accepted or upload.partition != partition:
                yield f"{head['run_id']} is no run of {partition}"
                return
            yield from self._judge_order(upload, floor)
            uploads.append(upload)
        yield from self._judge_dates(request, [between.day_of(one) for one in uploads], floor)
        for head, name in zip(heads, ("version", "from_version"), strict=False):
            if request.query.get(name) not in (None, head["version"]):
                yield f"{name} {head['version']} is not the one that was asked for"
        newer, older = uploads[0], uploads[1] if len(uploads) > 1 else None
        found = {name: value for name, value in document.items() if name != "latest"}
        made = self._listed(request, floor) if is_listed else None
        yield from _judge_one(found, made or self._made(request, older, newer, floor))

    def _listed(self, request: Request, floor: Floor) -> Iterator[Document]:
        """What an answer may say by the states of the catalog that there were."""
        kingdom = int(request.parameters["kingdom"])
        for dated in self._states.catalogs(kingdom, floor.moment):
            _, document = answer_of_pair(request, dated)
            if document is not None:
                yield {name: value for name, value in document.items() if name != "latest"}

    def _judge_order(self, upload: Upload, floor: Floor) -> Iterable[str]:
        """Nothing that the catalog has shown, or that was announced, is gone back on."""
        assert upload.partition is not None
        shown: Order = floor.catalogs.get(upload.partition, ANY)
        if upload.order < shown and not self._events.is_stale(upload.partition):
            yield f"{upload.partition} went back to {upload.run_id}, behind {shown}"

    def _judge_dates(self, request: Request, shown: list[str], floor: Floor) -> Iterable[str]:
        """The dates are those that were asked for, and none is left out that must be there."""
        older, newer = asked_days(request)
        days = self._refusals.certain(request.parameters["kingdom"], floor)
        if newer not in (None, shown[0]) or (len(shown) > 1 and older not in (None, shown[1])):
            yield f"{shown} are not the dates that were asked for"
        if newer is None and any(day > shown[0] for day in days):
            yield f"latest is {shown[0]}, and there are {days}"
        first = shown[1] if len(shown) > 1 else ""
        if older is None and any(first < day < shown[0] for day in days):
            yield f"from {first} to {shown[0]}, and there are {days}"

    def _made(
        self, request: Request, older: Upload | None, newer: Upload, floor: Floor
    ) -> Iterator[Document]:
        """What an answer may say, of these two."""
        if request.path == ALLIANCES:
            yield between_lists.alliances(older, newer, since="since" in request.query)
            return
        make = _makers(request)
        for before in self._before(older):
            if request.path != CHANGES:
                yield make(older, newer, before)
                continue
            assert older is not None
            day = date.fromisoformat(between.day_of(older))
            kingdom = int(request.parameters["kingdom"])
            for known in self._states.rosters(kingdom, floor.moment):
                yield between.changes(older, newer, before, seen_before(known, day))

    def _before(self, older: Upload | None) -> Iterator[Upload | None]:
        """What may be the snapshot before."""
        yield None
        for one in self._runs.values():
            if older is None or not one.accepted or not one.partition or not older.partition:
                continue
            if one.partition[0] == older.partition[0] and one.partition < older.partition:
                yield one


_OF_ROWS: Final = ("snapshots", "next")


def run_ids(document: Mapping[str, Any]) -> list[str]:
    """The runs that an answer of any route names."""
    heads: list[Any] = [document, *(document.get(name) for name in ("from", "to", "since"))]
    heads += [*document.get("kingdoms", ()), *document.get("snapshots", ())]
    return [head["run_id"] for head in heads if isinstance(head, dict) and "run_id" in head]


def _makers(request: Request) -> Callable[..., Document]:
    """What makes the document of a request of two uploads and the one before."""
    metric, query = request.parameters.get("metric", ""), request.query

    def make(older: Upload, newer: Upload, before: Upload | None) -> Document:
        made = between.gains if request.path == GAINS else between.board_since
        return made(metric, query, older, newer, before)

    return make


def _heads(document: Document) -> list[Document]:
    """The newer snapshot, and the older one if there is one."""
    if "to" in document:
        return [document["to"], document["from"]]
    return [document, *([document["since"]] if document.get("since") else [])]


def _judge_one(
    found: Document, made: Iterable[Document], version: str | None = None
) -> Iterable[str]:
    """Hold a document against all that it may be.

    Args:
        found: the answer's.
        made: what it may be.
        version: what `next` carries besides.
    """
    problem: str | None = f"there is no state of which {found} may be"
    for one in made:
        more = {} if version is None or not one["next"] else {"version": version}
        wanted = {**one, "next": {**one["next"], **more}} if more else one
        problem = difference(found, wanted)
        if problem is None:
            return
    yield f"{problem}"
