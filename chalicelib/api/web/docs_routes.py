"""The API's routes for people: parameters, a request to try, an answer, errors."""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from chalicelib.api.http import JSON_TYPE
from chalicelib.api.web.docs_schemas import component, keys, kind, limits
from chalicelib.api.web.html import Html, join, prose, table, tag

_ASKED: Final = {
    "getLeaderboard": "?limit=3&with=power,kills&since=previous",
    "getGains": "?limit=3&with=kills",
    "listPlayers": "?search=a&limit=3",
    "getPlayer": "?limit=2",
    "listAlliances": "?since=previous",
    "getLeaderboardAcross": "?kingdoms={kingdom}&limit=3",
}
"""What the request to try asks for, by the operation's name."""


class Sample(NamedTuple):
    """What the requests to try are of.

    Attributes:
        kingdom: a kingdom's number.
        player: the id of a player in it.
    """

    kingdom: int
    player: int


class Route(NamedTuple):
    """A route in the document.

    Attributes:
        path: its path.
        operation: what is said of it.
        has_csv: whether there is a second path, by which it is CSV.
    """

    path: str
    operation: Mapping[str, Any]
    has_csv: bool

    @property
    def name(self) -> str:
        """The operation's name, which its section has as its id."""
        return str(self.operation["operationId"])

    @property
    def schema(self) -> str:
        """The name of the component that its answer is."""
        content = self.operation["responses"]["200"]["content"]
        return component(content[JSON_TYPE]["schema"])


def routes(document: Mapping[str, Any]) -> list[Route]:
    """The document's routes, those of CSV with the others."""
    paths = document["paths"]
    return [
        Route(path, methods["get"], f"{path}.csv" in paths)
        for path, methods in paths.items()
        if not path.endswith(".csv")
    ]


def section(route: Route, document: Mapping[str, Any], sample: Sample) -> Html:
    """All about a route.

    Args:
        route: the route.
        document: what its answer's schema stands in.
        sample: what the request to try is of.
    """
    schema = document["components"]["schemas"][route.schema]
    return tag(
        "section",
        tag("h2", route.operation["summary"], id=route.name),
        tag("p", tag("code", f"GET {route.path}"), class_="path"),
        tag("p", prose(route.operation["description"])),
        _parameters(route),
        _request(route, sample),
        tag("details", tag("summary", "An answer"), _example(schema)),
        *([tag("div", keys(schema), id=route.schema)] if "properties" in schema else []),
        _errors(route),
    )


def _parameters(route: Route) -> Html:
    told = [one for one in route.operation["parameters"] if one["in"] != "header"]
    if not told:
        return Html("")
    return table(
        "Parameters",
        ("Parameter", "Is", "Meaning"),
        ((tag("code", one["name"]), _value(one), prose(one["description"])) for one in told),
    )


def _value(parameter: Mapping[str, Any]) -> Html:
    schema = parameter["schema"]
    parts = [join([kind(schema)])]
    if allowed := limits(schema):
        parts.append(join([allowed]))
    if parameter["in"] == "path":
        parts.append(join(["in the path"]))
    if "default" in schema:
        parts.append(join([tag("code", str(schema["default"])), " if not given"]))
    if schema.get("type") == "string" and "anyOf" not in schema:
        parts.append(join(["such as ", tag("code", parameter["example"])]))
    return join(parts, "; ")


def _request(route: Route, sample: Sample) -> Html:
    path = route.path.format(**sample._asdict(), metric="dkp").removeprefix("/")
    query = _ASKED.get(route.name, "").format(**sample._asdict())
    links = [tag("a", f"{path}{query}", href=f"{path}{query}")]
    if route.has_csv:
        links.append(tag("a", "as CSV", href=f"{path}.csv{query}"))
    return tag("p", "Try it: ", join(links, ", or "), class_="try")


def _example(schema: Mapping[str, Any]) -> Html:
    text = json.dumps(schema["examples"][-1], ensure_ascii=False, indent=1)
    return tag("pre", tag("code", text))


def _errors(route: Route) -> Html:
    statuses = [one for one in route.operation["responses"] if one not in ("200", "304")]
    links = join((tag("a", one, href=f"#status-{one}") for one in statuses), ", ")
    return tag("p", "Errors: ", links, ".")
