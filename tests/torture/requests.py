"""What is asked of the API, and how it is sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import app as app_module
from tests.torture.uploads import METRICS, Partition

ENGINES: Final = ("arrow", "boards")
_PLAYERS: Final = ("5", "6", "1007", "1014", "1042", "9999")
_BESIDE: Final = ("power", "kills,dkp")
BOARD: Final = "/v1/kingdoms/{kingdom}/leaderboards/{metric}"


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the API.

    Attributes:
        engine: what answers it.
        path: the route, with its parameters in braces.
        parameters: of the path.
        query: of the query string.
        follows: whether whoever asks follows `next` to the end.
        has_copy: whether they send the tag of the copy that they have, if they have one.
    """

    engine: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    follows: bool = False
    has_copy: bool = False

    @property
    def url(self) -> str:
        """What a browser's cache knows it by."""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.path.format(**self.parameters)}?{query}"

    @property
    def partition(self) -> Partition | None:
        """The kingdom and date that it is about, if it names both."""
        day = self.query.get("date")
        return (int(self.parameters["kingdom"]), day) if day else None

    def __str__(self) -> str:
        """As a trace tells it."""
        return f"{self.engine} {self.url}"

    def send(self, tag: str | None = None) -> dict[str, Any]:
        """Let the app answer it, as API Gateway does.

        Args:
            tag: of a copy that is there already.
        """
        event = {
            "requestContext": {
                "resourcePath": self.path,
                "httpMethod": "GET",
                "path": self.path.format(**self.parameters),
            },
            "httpMethod": "GET",
            "path": self.path.format(**self.parameters),
            "headers": {"if-none-match": tag} if tag else {},
            "multiValueQueryStringParameters": {k: [v] for k, v in self.query.items()} or None,
            "pathParameters": dict(self.parameters),
            "stageVariables": None,
            "body": None,
            "isBase64Encoded": False,
        }
        answer: dict[str, Any] = app_module.app(event, None)
        return answer

    def following(self, answer: Mapping[str, Any]) -> "Request | None":
        """The request that an answer's `next` tells of, if it is to be followed."""
        if not self.follows or answer["statusCode"] != 200:
            return None
        behind = json.loads(answer["body"]).get("next")
        return replace(self, query=dict(parse_qsl(behind[1:])), has_copy=False) if behind else None


class Exchange(NamedTuple):
    """A request and its answer."""

    request: Request
    answer: Mapping[str, Any]


def random_request(
    random: Random,
    partition: Partition,
    versions: Sequence[str],
    engines: Sequence[str] = ENGINES,
) -> Request:
    """Something to ask of the API.

    Args:
        random: chooses.
        partition: what it is about.
        versions: of the uploads of that kingdom and date.
        engines: those that may be asked.
    """
    kingdom, day = partition
    engine = random.choice(engines)
    parameters = {"kingdom": str(kingdom)}
    has_copy = random.random() < 0.4
    kind = random.randrange(8)
    if kind == 0:
        return Request(engine, "/v1/kingdoms", has_copy=has_copy)
    if kind == 1:
        path = "/v1/kingdoms/{kingdom}/snapshots"
        return Request(engine, path, parameters, has_copy=has_copy)
    follows = kind >= 5
    query = {"limit": str(random.choice((1, 2) if follows else (1, 2, 100)))}
    query |= {} if kind == 2 else {"date": day}
    query |= {"offset": "1"} if random.random() < 0.2 else {}
    if len(engines) > len(ENGINES):
        query |= _random_place(random, query)
    if kind in (3, 4) and versions:
        query |= {"version": random.choice(versions)}
    parameters |= {"metric": random.choice(METRICS)}
    return Request(engine, BOARD, parameters, query, follows, has_copy)


def _random_place(random: Random, query: Mapping[str, str]) -> dict[str, str]:
    """Whose place on a board is asked for too, and what else of everybody."""
    asked: dict[str, str] = {}
    if "offset" not in query and random.random() < 0.2:
        asked["around"] = random.choice(_PLAYERS)
    if random.random() < 0.2:
        asked["me"] = random.choice(_PLAYERS)
    if random.random() < 0.2:
        asked["with"] = random.choice(_BESIDE)
    return asked
