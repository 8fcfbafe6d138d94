"""The app as a client sees it: `app.py` behind Chalice's own local gateway."""

import re
from pathlib import Path
from typing import Any, Final

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalGateway
from chalice.test import Client, HTTPResponse

import app as app_module

# `Any`: app.py makes it by decorators that have no types.
APP: Chalice = app_module.app

FOR_BROWSERS: Final = {"/", "/docs", "/static/{name}"}
"""The routes that are for people, not for clients of the API: tests/api/web has their tests."""

DAY_LONG: Final = "public, max-age=86400"
SHORT: Final = "public, max-age=60, stale-while-revalidate=10, stale-if-error=600"

_NEXT = re.compile(
    r"\?(date=[0-9-]{10}|from=[0-9-]{10}&to=[0-9-]{10})&limit=[0-9]+&offset=[0-9]+"
    r"(&(with|since|alliance|weights|me)=[^&#]+)*"
    r"&version=[0-9a-f]{16}(&from_version=[0-9a-f]{16})?"
)


def address(path: str, **query: str) -> str:
    """The URL of a route's path with values for its parts, and whatever else it must be given.

    Args:
        path: as app.py declares it.
        query: parameters of the query string.
    """
    for name, value in {"kingdom": "51", "metric": "dkp", "player": "1"}.items():
        path = path.replace(f"{{{name}}}", query.pop(name, value))
    if path.removesuffix(".csv").endswith("/players") and "idle_since" not in query:
        query.setdefault("search", "1")
    since = "/leaderboards/" in path or "/alliances" in path
    if "from_version" in query and since:
        query.setdefault("since", "previous")
    return path + ("?" + "&".join(f"{one}={query[one]}" for one in query) if query else "")


class Api:
    """Requests to the app, without the settings of `.chalice/config.json`."""

    def __init__(self, folder: Path) -> None:
        self._client = Client(APP, project_dir=str(folder))

    def get(self, path: str, **headers: str) -> HTTPResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.http.get(path, headers=named)

    def json(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.body
        return response.json_body

    def request(self, method: str, path: str) -> HTTPResponse:
        return self._client.http.request(method, path)

    def preflight(self, path: str) -> dict[str, Any]:
        gateway = LocalGateway(APP, Config.create())
        return gateway.handle_request("OPTIONS", path, {}, b"")

    def pages(self, path: str) -> list[Any]:
        """The answers from `path` on, following `next` to the last page."""
        answers = [self.json(path)]
        while (following := answers[-1]["next"]) is not None:
            assert _NEXT.fullmatch(following)
            answers.append(self.json(path.partition("?")[0] + following))
        return answers
