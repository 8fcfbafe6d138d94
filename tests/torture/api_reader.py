"""A reader of the API, who believes nothing: every answer is held against the uploads.

What a reader is promised (contract, section 8): whole snapshots of one run each, never an older
one than was seen or announced before, and no other error than 503.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import app as app_module
from tests.torture.uploads import METRICS, Partition, Upload

ENGINES: Final = ("arrow", "boards")

Floor = dict[Partition, tuple[str, str]]
"""The oldest run that a reader may still be shown of each date."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the API.

    Attributes:
        engine: what answers it.
        path: the route, with its parameters in braces.
        parameters: of the path.
        query: of the query string.
    """

    engine: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As a trace tells it."""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.engine} {self.path.format(**self.parameters)}?{query}"

    def send(self) -> dict[str, Any]:
        """Let the app answer it, as API Gateway does."""
        event = {
            "requestContext": {
                "resourcePath": self.path,
                "httpMethod": "GET",
                "path": self.path.format(**self.parameters),
            },
            "httpMethod": "GET",
            "path": self.path.format(**self.parameters),
            "headers": {},
            "multiValueQueryStringParameters": {k: [v] for k, v in self.query.items()} or None,
            "pathParameters": dict(self.parameters),
            "stageVariables": None,
            "body": None,
            "isBase64Encoded": False,
        }
        answer: dict[str, Any] = app_module.app(event, None)
        return answer


def random_request(random: Random, partition: Partition) -> Request:
    """Something to ask of the API."""
    kingdom, day = partition
    engine = random.choice(ENGINES)
    parameters = {"kingdom": str(kingdom)}
    kind = random.randrange(5)
    if kind == 0:
        return Request(engine, "/v1/kingdoms")
    if kind == 1:
        return Request(engine, "/v1/kingdoms/{kingdom}/snapshots", parameters)
    query = {"limit": str(random.choice((1, 2, 100)))}
    query |= {} if kind == 2 else {"date": day}
    query |= {"offset": "1"} if random.random() < 0.2 else {}
    path = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"
    return Request(engine, path, parameters | {"metric": random.choice(METRICS)}, query)


class ApiReader:
    """Judges answers by the uploads there are, and by what was to be seen before.

    Attributes:
        runs: every upload so far, by run id.
    """

    def __init__(self, runs: Mapping[str, Upload]) -> None:
        """Nothing is seen yet; `runs` is to know every upload."""
        self.runs = runs
        self._floors: dict[str, Floor] = {engine: {} for engine in ENGINES}

    def floor(self, engine: str) -> Floor:
        """What a request that starts now may not fall behind."""
        return dict(self._floors[engine])

    def announce(self, upload: Upload) -> None:
        """Note that an upload was told to be published: from now on it must be seen."""
        for engine in ENGINES:
            self._raise_floor(engine, upload)

    def judge(self, request: Request, answer: Mapping[str, Any], floor: Floor) -> Iterable[str]:
        """What is wrong with an answer to a request that began when `floor` was the floor."""
        status = answer["statusCode"]
        if status == 503:
            return
        document = json.loads(answer["body"])
        known = [day for kingdom, day in floor if str(kingdom) == request.parameters.get("kingdom")]
        if "date" in request.query:
            known = [day for day in known if day == request.query["date"]]
        if status == 404:
            if known:
                yield f"404 though {max(known)} was published: {document['Message']}"
        elif status != 200:
            yield f"status {status}: {document}"
        elif "kingdoms" in document:
            yield from self._judge_kingdoms(document, floor)
        elif "snapshots" in document:
            yield from self._judge_snapshots(request, document, floor)
        else:
            yield from self._judge_board(request, document, floor)

    def _judge_kingdoms(self, document: Mapping[str, Any], floor: Floor) -> Iterable[str]:
        shown = {row["kingdom"]: row["latest"] for row in document["kingdoms"]}
        for kingdom, day in floor:
            if shown.get(kingdom, "") < day:
                yield f"kingdom {kingdom} shows {shown.get(kingdom)}, after {day} was published"
        dates = {upload.partition for upload in self.runs.values() if upload.accepted}
        for place in set(shown.items()) - dates:
            yield f"{place} was never uploaded"

    def _judge_snapshots(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        shown = [row["snapshot_date"] for row in document["snapshots"]]
        if shown != sorted(set(shown), reverse=True):
            yield f"dates out of order: {shown}"
        for row in document["snapshots"]:
            yield from self._judge_facts(request, row, row, floor)
        kingdom = document["kingdom"]
        lost = {day for number, day in floor if number == kingdom} - set(shown)
        if lost:
            yield f"published, and not shown: {lost}"

    def _judge_board(
        self, request: Request, document: Mapping[str, Any], floor: Floor
    ) -> Iterable[str]:
        upload = self.runs.get(document["run_id"])
        yield from self._judge_facts(request, document, None, floor)
        if upload is None:
            return
        offset = int(request.query.get("offset", 0))
        ranking = upload.ranking(request.parameters["metric"])
        if document["entries"] != ranking[offset : offset + int(request.query["limit"])]:
            yield f"entries that are not those of {upload.run_id}: {document['entries']}"
        if document["total"] != len(ranking):
            yield f"total {document['total']} is not that of {upload.run_id}"
        if "date" not in request.query:
            newest = max((day for k, day in floor if k == document["kingdom"]), default="")
            if document["snapshot_date"] < newest:
                yield f"latest is {document['snapshot_date']}, after {newest} was published"

    def _judge_facts(
        self,
        request: Request,
        facts: Mapping[str, Any],
        row: Mapping[str, Any] | None,
        floor: Floor,
    ) -> Iterable[str]:
        """Judge whose run it is, and whether it may still be shown."""
        upload = self.runs.get(facts["run_id"])
        partition = (int(request.parameters["kingdom"]), facts["snapshot_date"])
        if upload is None or not upload.accepted or upload.partition != partition:
            yield f"{facts['run_id']} is no run of {partition}"
            return
        if facts["ingested_at"] != upload.ingested_at:
            yield f"{facts['ingested_at']} is not when {upload.run_id} was uploaded"
        if row is not None and row["players"] != len(upload.scan.players or ()):
            yield f"{row['players']} players are not those of {upload.run_id}"
        if upload.order < floor.get(partition, ("", "")):
            yield f"{partition} went back to {upload.run_id}, behind {floor[partition]}"
        self._raise_floor(request.engine, upload)

    def _raise_floor(self, engine: str, upload: Upload) -> None:
        floor = self._floors[engine]
        assert upload.partition is not None
        floor[upload.partition] = max(floor.get(upload.partition, ("", "")), upload.order)
