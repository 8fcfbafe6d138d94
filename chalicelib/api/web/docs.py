"""The API explained for a person, made from its OpenAPI document; no script is needed."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from chalicelib.api.http import JSON_TYPE
from chalicelib.api.openapi import document
from chalicelib.api.parameters.declared import KINGDOM, PLAYER
from chalicelib.api.parameters.integers import IntegerParameter
from chalicelib.api.routes import all_operations
from chalicelib.api.web.docs_routes import Route, Sample, routes, section
from chalicelib.api.web.docs_schemas import objects
from chalicelib.api.web.files import HTML_TYPE, File, make_file, site
from chalicelib.api.web.html import Html, prose, table, tag
from chalicelib.errors import BadParameterError

EXAMPLE: Final = Sample(51, 16031643)
"""Of the example scans; a reader may take others."""
_OF_CLIENTS: Final = frozenset({"OpenApi"})


def page(query: Mapping[str, Sequence[str]]) -> File:
    """The page at `/docs`.

    Args:
        query: `kingdom` and `player` say what the requests to try are of, if they are well-formed.
    """
    kingdom = _number(KINGDOM, query, EXAMPLE.kingdom)
    return _page(Sample(kingdom, _number(PLAYER, query, EXAMPLE.player)))


def _number(parameter: IntegerParameter, query: Mapping[str, Sequence[str]], default: int) -> int:
    try:
        return parameter.parse(query[parameter.name][-1])
    except (KeyError, IndexError, BadParameterError):
        return default


@lru_cache(maxsize=8)
def _page(sample: Sample) -> File:
    made = document(all_operations())
    found = routes(made)
    told = frozenset({*_OF_CLIENTS, *(route.schema for route in found)})
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#main", class_="skip"),
        _header(made["info"]),
        _contents(found),
        tag(
            "main",
            _about(made["info"]["description"]),
            _form(sample),
            *(section(route, made, sample) for route in found),
            _errors(found, made["components"]["responses"]),
            tag(
                "section",
                tag("h2", "Objects in answers", id="objects"),
                *objects(made["components"]["schemas"], told),
            ),
            id="main",
            tabindex="-1",
        ),
    )
    html = tag("html", _head(), "\n", body, lang="en")
    return make_file(HTML_TYPE, site().versioned(f"<!doctype html>\n{html}\n"))


def _head() -> Html:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", "The API of the leaderboards"),
        tag("link", rel="icon", href="static/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="static/docs.css"),
    )


def _header(info: Mapping[str, Any]) -> Html:
    return tag(
        "header",
        tag("h1", "The API"),
        tag("p", f"{info['summary']}, version {info['version']}."),
        tag(
            "p",
            tag("a", "The page", href="./"),
            " for people, and ",
            tag("a", "openapi.json", href="openapi.json"),
            " for programs that make clients.",
        ),
    )


def _contents(found: Sequence[Route]) -> Html:
    lines = [
        tag("li", tag("a", route.operation["summary"], href=f"#{route.name}"), " ", _path(route))
        for route in found
    ]
    rest = [("Errors", "errors"), ("Objects in answers", "objects")]
    lines += [tag("li", tag("a", name, href=f"#{where}")) for name, where in rest]
    return tag("nav", tag("ul", *lines), aria_label="Contents")


def _path(route: Route) -> Html:
    return tag("code", route.path)


def _about(description: str) -> Html:
    paragraphs = [" ".join(part.split()) for part in description.split("\n\n")]
    heading = tag("h2", "How it works", id="about")
    return tag("section", heading, *(tag("p", prose(text)) for text in paragraphs))


def _form(sample: Sample) -> Html:
    """Lets a reader try the requests on their own kingdom."""

    def field(label: str, name: str, value: int) -> Html:
        box = tag("input", name=name, value=str(value), inputmode="numeric", size="12")
        return tag("label", label, " ", box)

    return tag(
        "form",
        tag("p", "The requests to try are of these; take your own:"),
        field("Kingdom", "kingdom", sample.kingdom),
        " ",
        field("Player’s id", "player", sample.player),
        " ",
        tag("button", "Show", type="submit"),
        action="docs",
    )


def _errors(found: Sequence[Route], responses: Mapping[str, Any]) -> Html:
    names = {
        status: told["$ref"].rpartition("/")[2]
        for route in found
        for status, told in route.operation["responses"].items()
        if "$ref" in told and status != "304"
    }
    rows = [
        (
            tag("span", status, id=f"status-{status}"),
            prose(responses[name]["description"]),
            tag("code", json.dumps(_example(responses[name]), ensure_ascii=False)),
        )
        for status, name in sorted(names.items())
    ]
    heading = tag("h2", "Errors", id="errors")
    return tag("section", heading, table("By status", ("Status", "When", "For example"), rows))


def _example(response: Mapping[str, Any]) -> Any:
    return response["content"][JSON_TYPE]["example"]
