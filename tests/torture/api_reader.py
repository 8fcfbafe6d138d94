"""A reader of the API, who believes nothing: every answer is held against the uploads.

What a reader is promised (contract, section 8): whole snapshots of one run each, never an older
one than was seen or announced before; with `version=` that version or 409; nothing to be cached
that the catalog has never named; the same tag for the same bytes only; and no other error than 503.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from tests.torture.catalogs import version_of
from tests.torture.floors import ANY, Floor, Order
from tests.torture.requests import ENGINES, Exchange, Request
from tests.torture.uploads import METRICS, Partition, Upload

NO_CATALOG: Final = "boards that no catalog lists"
"""What the error says that is no fault: boards are there, and their catalog is about to come."""


class ApiReader:
    """Judges answers by the uploads there are, and by what was to be seen before."""

    def __init__(self, runs: Mapping[str, Upload], listed: Collection[str]) -> None:
        """Nothing is seen yet.

        Args:
            runs: every upload so far, by run id, as it goes on.
            listed: the runs that a catalog has ever named, as it goes on.
        """
        self._runs = runs
        self._listed = listed
        self._floors: dict[str, Floor] = {engine: Floor() for engine in ENGINES}
        self._copies: dict[str, Mapping[str, Any]] = {}
        self._bodies: dict[str, str] = {}

    def floor(self, engine: str) -> Floor:
        """What a request that starts now may not fall behind."""
        return self._floors[engine].copy()

    def announce(self, upload: Upload) -> None:
        """Note that an upload was told to be published: from now on it must be seen."""
        for engine in ENGINES:
            self._floors[engine].announced(upload)

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
            elif number and status == 404:
                yield f"{request}: 404 for what was shown before"
            if status == 304:
                # By the catalog, of which a board that was `no-store` may have been ahead.
                yield from self._judge(request, pages[-1], floor.of_catalog())
            else:
                yield from self._judge(request, answer, floor)
        yield from _judge_pages([json.loads(page["body"]) for page in pages])

    def is_excused(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> bool:
        """Whether a 503 may be without a fault: nothing of what is asked was announced."""
        asked = request.parameters.get("kingdom")
        known = _days(floor.catalogs, asked) if asked else floor.latest
        return NO_CATALOG in answer["body"] and not known

    def _judge_copy(self, request: Request, answer: Mapping[str, Any]) -> Iterable[str]:
        tag, body = answer["headers"]["ETag"], answer["body"]
        if self._bodies.setdefault(tag, body) != body:
            yield f"one tag for two answers: {self._bodies[tag]} and {body}"
        if answer["headers"]["Cache-Control"] != "no-store":
            self._copies[request.url] = answer
            run_id = json.loads(body).get("run_id")
            if run_id is not None and run_id not in self._listed:
                yield f"{run_id} may be cached, and no catalog has named it yet"

    def _judge(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> Iterable[str]:
        status = answer["statusCode"]
        if status == 503:
            return
        document = json.loads(answer["body"])
        if status == 404:
            yield from _judge_missing(request, document, floor)
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
        uploads = [
            one for one in self._runs.values() if one.accepted and one.partition == partition
        ]
        newest = max(uploads, key=lambda upload: upload.order)
        if floor.boards.get(partition) == newest.order and version_of(newest) == version:
            yield f"409 though {newest.run_id} is published, and none is newer"

    def _judge_kingdoms(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        shown = {row["kingdom"]: row["latest"] for row in document["kingdoms"]}
        for kingdom, day in floor.latest.items():
            if shown.get(kingdom, "") < day:
                yield f"kingdom {kingdom} shows {shown.get(kingdom)}, after {day} was published"
        dates = {upload.partition for upload in self._runs.values() if upload.accepted}
        for place in set(shown.items()) - dates:
            yield f"{place} was never uploaded"
        for kingdom, day in shown.items():
            self._floors[request.engine].listed_kingdom(kingdom, day)

    def _judge_snapshots(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        shown = [row["snapshot_date"] for row in document["snapshots"]]
        if shown != sorted(set(shown), reverse=True):
            yield f"dates out of order: {shown}"
        for row in document["snapshots"]:
            yield from self._judge_facts(request, row, floor.catalogs)
            upload = self._runs.get(row["run_id"])
            if upload is not None and upload.scan.players is not None:
                self._floors[request.engine].listed(upload)
                known = {metric: len(upload.ranking(metric)) for metric in METRICS}
                if (row["players"], row["known"]) != (len(upload.scan.players), known):
                    yield f"{row} does not count the players of {upload.run_id}"
        lost = set(_days(floor.catalogs, str(document["kingdom"]))) - set(shown)
        if lost:
            yield f"published, and not shown: {lost}"

    def _judge_board(
        self,
        request: Request,
        answer: Mapping[str, Any],
        document: Mapping[str, Any],
        floor: Floor,
    ) -> Iterable[str]:
        upload = self._runs.get(document["run_id"])
        yield from self._judge_facts(request, document, floor.boards)
        if upload is None or not upload.accepted:
            return
        mine = self._floors[request.engine]
        (mine.shown if answer["headers"]["Cache-Control"] == "no-store" else mine.listed)(upload)
        if request.query.get("version") not in (None, document["version"]):
            yield f"version {document['version']} is not the one that was asked for"
        offset = int(request.query.get("offset", 0))
        ranking = upload.ranking(request.parameters["metric"])
        if document["entries"] != ranking[offset : offset + int(request.query["limit"])]:
            yield f"entries that are not those of {upload.run_id}: {document['entries']}"
        if document["total"] != len(ranking):
            yield f"total {document['total']} is not that of {upload.run_id}"
        if "date" not in request.query:
            newest = max(_days(floor.catalogs, str(document["kingdom"])), default="")
            if document["snapshot_date"] < newest:
                yield f"latest is {document['snapshot_date']}, after {newest} was published"

    def _judge_facts(
        self, request: Request, facts: Mapping[str, Any], floor: Mapping[Partition, Order]
    ) -> Iterable[str]:
        """Judge whose run it is, and whether it may still be shown."""
        upload = self._runs.get(facts["run_id"])
        partition = (int(request.parameters["kingdom"]), facts["snapshot_date"])
        if upload is None or not upload.accepted or upload.partition != partition:
            yield f"{facts['run_id']} is no run of {partition}"
            return
        if facts["ingested_at"] != upload.ingested_at:
            yield f"{facts['ingested_at']} is not when {upload.run_id} was uploaded"
        if facts["version"] != version_of(upload):
            yield f"{facts['version']} is not the version of {upload.run_id}"
        if upload.order < floor.get(partition, ANY):
            yield f"{partition} went back to {upload.run_id}, behind {floor[partition]}"


def _judge_missing(request: Request, document: Mapping[str, Any], floor: Floor) -> Iterable[str]:
    known = _days(floor.catalogs, request.parameters.get("kingdom", ""))
    if "date" in request.query:
        known = [day for day in known if day == request.query["date"]]
    if known:
        yield f"404 though {max(known)} was published: {document['Message']}"


def _days(floor: Mapping[Partition, Order], kingdom: str) -> list[str]:
    """The dates that must be there of a kingdom."""
    return [day for number, day in floor if str(number) == kingdom]


def _judge_pages(pages: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """Whoever follows `next` reads one run to its end."""
    states = [(page["run_id"], page["version"]) for page in pages if len(pages) > 1]
    if len(set(states)) > 1:
        yield f"`next` leads from one state to another: {states}"
