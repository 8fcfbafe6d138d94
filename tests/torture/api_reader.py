"""A reader of the API, who believes nothing: every answer is held against the uploads.

What a reader is promised (contract, section 8): whole snapshots of one run each, never an older
one than was seen or announced before; with `version=` that version or 409; nothing to be cached
that the catalog has never named; the same tag for the same bytes only; and no other error than 503.
What was withdrawn is gone: a date that was there before may be missing, and a board of it refused,
only where a withdrawal is kept that comes after what was seen of it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.torture.between_reader import BetweenReader, run_ids
from tests.torture.between_requests import is_between
from tests.torture.catalogs import version_of
from tests.torture.events import Events
from tests.torture.excuses import WITHDRAWN, Excuses
from tests.torture.floors import ANY, Floor, of_kingdom
from tests.torture.requests import ENGINES, Exchange, Request
from tests.torture.uploads import METRICS, Order, Partition, Upload
from tests.torture.watched import Watched


class ApiReader:
    """Judges answers by the uploads there are, and by what was to be seen before.

    Attributes:
        bodies: what each tag stood for so far.
    """

    def __init__(
        self,
        witness: Watched,
        engines: Sequence[str] = ENGINES,
        bodies: dict[str, str] | None = None,
    ) -> None:
        """Nothing is seen yet.

        Args:
            witness: knows of all uploads, and what happened to them.
            engines: those whose answers are judged.
            bodies: what each tag stood for so far, if other readers judge that too.
        """
        self._events = Events(witness)
        self._between = BetweenReader(witness, self._events)
        self._states = witness.states
        self._excuses = Excuses(self._events, witness.states)
        self._runs = witness.runs
        self._listed = witness.listed
        self._floors: dict[str, Floor] = {engine: Floor() for engine in engines}
        self._copies: dict[str, Mapping[str, Any]] = {}
        self.bodies = {} if bodies is None else bodies

    def floor(self, engine: str) -> Floor:
        """What a request that starts now may not fall behind."""
        return self._floors[engine].copy(self._states.moment)

    def announce(self, event: Upload) -> None:
        """Note that an upload was told to be published, or a date to be withdrawn.

        From now on this must be seen.
        """
        for floor in self._floors.values():
            floor.announced(event)

    def excuse(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> str | None:
        """Why a 503 may be without a fault, if it may (see `Excuses`)."""
        return self._excuses.of(request, answer, floor)

    def copy(self, request: Request) -> Mapping[str, Any] | None:
        """The answer that this reader has kept of an earlier request, if they are to use it."""
        return self._copies.get(request.url) if request.has_copy else None

    def judge(
        self, exchanges: Sequence[Exchange], copy: Mapping[str, Any] | None, floor: Floor
    ) -> Iterable[str]:
        """What is wrong with the answers of one who asked.

        Args:
            exchanges: what was asked and answered, each request but the first by `next`.
            copy: what was kept of the first one before.
            floor: what it was when the first one began.
        """
        pages = []
        for number, (request, answer) in enumerate(exchanges):
            status = answer["statusCode"]
            if status == 304:
                if copy is None or answer["headers"]["ETag"] != copy["headers"]["ETag"]:
                    yield "304 for a copy that is not there"
                    continue
                pages.append(copy)
            elif status == 200:
                yield from self._judge_copy(request, answer)
                pages.append(answer)
            elif number and status == 404 and not self._was_withdrawn(pages[-1]):
                yield f"{request}: 404 for what was shown before"
            if status == 304:
                # By the catalog, of which a board that was `no-store` may have been ahead.
                yield from self._judge(request, pages[-1], floor.of_catalog())
            else:
                yield from self._judge(request, answer, floor)
        yield from _judge_pages([json.loads(page["body"]) for page in pages])

    def _was_withdrawn(self, page: Mapping[str, Any]) -> bool:
        """Whether what a page showed is withdrawn by now."""
        shown = [self._runs[one] for one in run_ids(json.loads(page["body"]))]
        return any(
            self._events.withdrawals(one.partition, one.order) for one in shown if one.partition
        )

    def _judge_copy(self, request: Request, answer: Mapping[str, Any]) -> Iterable[str]:
        tag, body = answer["headers"]["ETag"], answer["body"]
        if self.bodies.setdefault(tag, body) != body:
            yield f"one tag for two answers: {self.bodies[tag]} and {body}"
        if answer["headers"]["Cache-Control"] != "no-store":
            self._copies[request.url] = answer
            for run_id in run_ids(json.loads(body)):
                if run_id not in self._listed:
                    yield f"{run_id} may be cached, and no catalog has named it yet"

    def _judge(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> Iterable[str]:
        if answer["statusCode"] == 503:
            if "Retry-After" not in answer["headers"]:
                yield "503 without Retry-After"
            self._note_withdrawal(request, answer, floor)
        elif is_between(request):
            yield from self._between.judge(request, answer, floor)
        else:
            yield from self._judge_known(request, answer, floor)

    def _judge_known(
        self, request: Request, answer: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        """Judge what is asked of one snapshot, or of the catalogs."""
        status = answer["statusCode"]
        document = json.loads(answer["body"])
        if status == 404:
            yield from self._judge_missing(request, document, floor)
        elif status == 409:
            yield from self._judge_conflict(request, floor)
        elif status != 200:
            yield f"status {status}: {document}"
        elif "kingdoms" in document:
            yield from self._judge_kingdoms(request, document, floor)
        elif "snapshots" in document:
            yield from self._judge_snapshots(request, document, floor)
        else:
            yield from self._judge_board(request, answer, document, floor)

    def _judge_conflict(self, request: Request, floor: Floor) -> Iterable[str]:
        """A version is refused only when another one is there, or may be."""
        version, partition = request.query.get("version"), request.partition
        if version is None or partition is None:
            yield "409 though no version was asked for"
            return
        newest = self._events.newest(partition)
        if floor.boards.get(partition) == newest.order and version_of(newest) == version:
            yield f"409 though {newest.run_id} is published, and none is newer"

    def _judge_kingdoms(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        shown = {row["kingdom"]: row["latest"] for row in document["kingdoms"]}
        mine = self._floors[request.engine]
        for kingdom, day in floor.kingdoms:
            if shown.get(kingdom, "") < day:
                if self._events.is_stale((kingdom, day)):
                    continue
                withdrawal = self._events.missing_for((kingdom, day), floor.kingdoms)
                if withdrawal is None:
                    yield f"kingdom {kingdom} shows {shown.get(kingdom)}, after {day} was published"
                else:
                    mine.listed_kingdom((kingdom, day), withdrawal)
        for place in shown.items():
            if self._events.is_stale(place):
                continue
            named = self._events.named_for(place, floor.kingdoms)
            if named is None:
                yield f"{place} was never uploaded, or withdrawn: {floor.kingdoms.get(place)}"
            else:
                mine.listed_kingdom(place, named)

    def _judge_snapshots(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        shown = [row["snapshot_date"] for row in document["snapshots"]]
        if shown != sorted(set(shown), reverse=True):
            yield f"dates out of order: {shown}"
        for row in document["snapshots"]:
            yield from self._judge_facts(request, row, floor.catalogs, by_catalog=True)
            upload = self._runs.get(row["run_id"])
            if upload is not None and upload.partition is not None and upload.accepted:
                self._note_listed(request, upload)
                known = {metric: len(upload.ranking(metric)) for metric in METRICS}
                if (row["players"], row["known"]) != (len(upload.players), known):
                    yield f"{row} does not count the players of {upload.run_id}"
        known_days = of_kingdom(floor.catalogs, request.parameters["kingdom"])
        lost = {one for one in known_days if one[1] not in shown}
        yield from self._judge_lost(request, lost, floor, "published, and not shown")

    def _judge_lost(
        self, request: Request, lost: Iterable[Partition], floor: Floor, problem: str
    ) -> Iterable[str]:
        """Dates that are missing in a kingdom's catalog are withdrawn."""
        for partition in lost:
            withdrawal = self._events.missing_for(partition, floor.catalogs)
            if withdrawal is None:
                yield f"{problem}: {partition}"
            elif not self._events.is_stale(partition):
                self._floors[request.engine].listed(partition, withdrawal)

    def _note_listed(self, request: Request, upload: Upload) -> None:
        partition = upload.partition
        if partition is not None and not self._events.is_stale(partition):
            self._floors[request.engine].listed(partition, upload.order)

    def _note_board(
        self, request: Request, answer: Mapping[str, Any], floor: Floor, upload: Upload
    ) -> None:
        partition = upload.partition
        assert partition is not None
        if not floor.confirms:
            self._floors[request.engine].shown(partition, upload.order)
        if answer["headers"]["Cache-Control"] != "no-store":
            self._note_listed(request, upload)
            return
        # A file that is ahead of the catalog: its date is listed, of whichever run.
        named = self._events.named_for(partition, floor.catalogs)
        if named is not None and not self._events.is_stale(partition):
            self._floors[request.engine].listed(partition, named)

    def _note_withdrawal(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> None:
        """A date's file has no players: no board of what was withdrawn is shown again."""
        partition = request.partition
        if partition is not None and WITHDRAWN in answer["body"]:
            found = self._events.withdrawals(partition, floor.boards.get(partition, ANY))
            if found:
                self._floors[request.engine].shown(partition, min(found))

    def _judge_missing(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        if "around" in request.query and "is not ranked" in document["Message"]:
            return  # whoever asks of one state looks whether it is so
        known = of_kingdom(floor.catalogs, request.parameters.get("kingdom", ""))
        asked = [one for one in known if request.query.get("date") in (None, one[1])]
        yield from self._judge_lost(request, asked, floor, f"404, {document['Message']}")

    def _judge_board(
        self,
        request: Request,
        answer: Mapping[str, Any],
        document: Mapping[str, Any],
        floor: Floor,
    ) -> Iterable[str]:
        upload = self._runs.get(document["run_id"])
        yield from self._judge_facts(request, document, floor.boards, by_catalog=floor.confirms)
        if upload is None or not upload.accepted or upload.partition is None:
            return
        self._note_board(request, answer, floor, upload)
        if request.query.get("version") not in (None, document["version"]):
            yield f"version {document['version']} is not the one that was asked for"
        offset = int(request.query.get("offset", 0))
        ranking = upload.ranking(request.parameters["metric"])
        if request.query.keys() & {"around", "with"}:
            pass  # held against one state, whole
        elif document["entries"] != ranking[offset : offset + int(request.query["limit"])]:
            yield f"entries that are not those of {upload.run_id}: {document['entries']}"
        if document["total"] != len(ranking):
            yield f"total {document['total']} is not that of {upload.run_id}"
        if "date" not in request.query:
            day = document["snapshot_date"]
            known = of_kingdom(floor.catalogs, request.parameters["kingdom"])
            newer = [one for one in known if one[1] > day]
            yield from self._judge_lost(request, newer, floor, f"latest is {day}")

    def _judge_facts(
        self,
        request: Request,
        facts: Mapping[str, Any],
        floor: Mapping[Partition, Order],
        *,
        by_catalog: bool,
    ) -> Iterable[str]:
        """Judge whose run it is, and whether it may still be shown.

        `by_catalog` tells whether it was read from the kingdom's catalog, which may name again what
        was withdrawn until its writer has looked again.
        """
        upload = self._runs.get(facts["run_id"])
        partition = (int(request.parameters["kingdom"]), facts["snapshot_date"])
        if upload is None or not upload.accepted or upload.partition != partition:
            yield f"{facts['run_id']} is no run of {partition}"
            return
        if facts["ingested_at"] != upload.ingested_at:
            yield f"{facts['ingested_at']} is not when {upload.run_id} was uploaded"
        if facts["version"] != version_of(upload):
            yield f"{facts['version']} is not the version of {upload.run_id}"
        is_excused = by_catalog and self._events.is_stale(partition)
        if upload.order < floor.get(partition, ANY) and not is_excused:
            yield f"{partition} went back to {upload.run_id}, behind {floor[partition]}"


def _judge_pages(pages: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """Whoever follows `next` reads one run to its end."""
    states = [_state(page) for page in pages if len(pages) > 1]
    if len(set(states)) > 1:
        yield f"`next` leads from one state to another: {states}"


def _state(page: Mapping[str, Any]) -> tuple[object, ...]:
    """The versions that a page is of, if `next` carries any."""
    heads = [page, *(page.get(name) for name in ("from", "to", "since"))]
    return tuple(head.get("version") for head in heads if isinstance(head, dict))
