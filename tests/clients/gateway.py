"""API Gateway as clients meet it: the stage `/api` before the API, and answers of its own.

Those are the ones that a deployment sets (tools/deploy/guards/gateway.py), filled in.
"""

import http.client
import json
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from tests.api.support import APP
from tests.serving import OF_ONE_HOP, Handler, Serving
from tools.deploy.guards.gateway import MESSAGE, gateway_responses

STAGE: Final = "/api"
_HEADER: Final = "gatewayresponse.header."

Told = tuple[int, list[tuple[str, str]], bytes]


def own_answer(kind: str, status: int, message: str) -> Told:
    """An answer of API Gateway's own.

    Args:
        kind: its name for it, such as `THROTTLED`.
        status: the status, where the deployment leaves it as it is.
        message: what API Gateway says of the error.
    """
    made = gateway_responses(APP)[kind]
    headers = [
        (name.removeprefix(_HEADER), value.strip("'"))
        for name, value in made["responseParameters"].items()
    ]
    body = made["responseTemplates"]["application/json"].replace(MESSAGE, json.dumps(message))
    kept = [*headers, ("Content-Type", "application/json")]
    return int(made.get("statusCode", status)), kept, body.encode()


class _Handler(Handler):
    server: "Gateway"

    def answer(self, method: str) -> None:
        given = dict(self.headers.items())
        if method == "OPTIONS":
            self.send(*self.server.pass_on(method, self.path, given))
            return
        self.server.asked[self.path] += 1
        status, headers, body = self.server.answer(self.path, given)
        self.server.statuses.append(status)
        self.send(status, headers, body)


class Gateway(Serving):
    """The server, from the start of a context to its end.

    Attributes:
        url: the stage's, with a slash at its end.
        refuse: what it answers itself, by path below the stage: so many times.
        asked: how often each path and query was asked for.
        statuses: of its answers, in their order.
    """

    def __init__(self, origin: int) -> None:
        """Nothing is answered yet.

        Args:
            origin: the API's port on 127.0.0.1, or that of a cache before it.
        """
        super().__init__(_Handler)
        self.refuse: dict[str, tuple[int, Told]] = {}
        self.asked: Counter[str] = Counter()
        self.statuses: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}{STAGE}/"
        self._origin = origin

    def answer(self, path: str, headers: dict[str, str]) -> Told:
        """Its own answer or the API's, to a path with its query."""
        within = path.removeprefix(STAGE)
        times, told = self.refuse.get(urlsplit(within).path, (0, None))
        if told is not None and times:
            self.refuse[urlsplit(within).path] = (times - 1, told)
            return told
        if not path.startswith(f"{STAGE}/"):
            return own_answer("MISSING_AUTHENTICATION_TOKEN", 403, "")
        status, sent, body = self.pass_on("GET", path, headers)
        if status == 403:
            # `chalice local` knows nothing of the deployment's own answers.
            return own_answer("MISSING_AUTHENTICATION_TOKEN", 403, "")
        return status, sent, body

    def pass_on(self, method: str, path: str, headers: dict[str, str]) -> Told:
        """The API's answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._origin, timeout=60)
        try:
            sent = {one: value for one, value in headers.items() if one.lower() not in OF_ONE_HOP}
            connection.request(method, path.removeprefix(STAGE), headers=sent)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()
