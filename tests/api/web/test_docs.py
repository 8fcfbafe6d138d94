"""The API explained for people: whole, true, and harmless whatever is asked."""

import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chalicelib.api.openapi import document
from chalicelib.api.routes import all_operations
from chalicelib.api.web.docs import page
from chalicelib.api.web.docs_schemas import kind, limits
from chalicelib.api.web.html import Html, join, prose, table, tag
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from tests.api.support import Api
from tests.ingest.support import SETTINGS

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "inbox"
EMPTY = {"meta", "link", "input"}
DOCUMENT = document(all_operations())


class Read(HTMLParser):
    """A page, held to be well-formed.

    Attributes:
        ids: how often each id is there.
        links: where its links lead.
        tags: how often each element is there.
        text: what is read.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs)
        assert not [name for name in given if name == "style" or name.startswith("on")]
        self.tags[tag] += 1
        if tag not in EMPTY:
            self._open.append(tag)
        if given.get("id"):
            self.ids[given["id"] or ""] += 1
        if tag == "a":
            self.links.append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def read() -> Read:
    return Read(page({}).body)


def test_the_page_is_well_formed_and_needs_no_script(read: Read) -> None:
    assert read.ids
    assert set(read.ids.values()) == {1}
    assert (read.tags["h1"], read.tags["main"], read.tags["script"]) == (1, 1, 0)
    assert page({}).body.startswith("<!doctype html>\n<html lang=")


def test_every_link_within_the_page_leads_somewhere(read: Read) -> None:
    within = [link for link in read.links if link.startswith("#")]
    assert len(within) > 100
    assert {link.removeprefix("#") for link in within} <= read.ids.keys()


def test_every_route_parameter_key_and_error_is_there(read: Read) -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert read.ids.keys() >= {*schemas} - {"OpenApi"}
    words = {*re.findall(r"[\w{}/.-]+", read.text)}
    for path, methods in DOCUMENT["paths"].items():
        told = methods["get"]
        if not path.endswith(".csv"):
            assert path in words
            assert told["operationId"] in read.ids
            assert {one["name"] for one in told["parameters"] if one["in"] != "header"} <= words
            errors = {f"status-{status}" for status in told["responses"]} & read.ids.keys()
            assert errors >= {"status-400", "status-403", "status-429", "status-5XX"}
    for schema in schemas.values():
        assert {*schema.get("properties", {})} <= words


@pytest.mark.slow
def test_every_request_to_try_is_answered_from_the_examples(
    api: Api, tmp_path: Path, read: Read
) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(EXAMPLES, lake / "inbox")
    store = DirectoryStore(str(lake))
    for scan in sorted(store.list_objects("inbox/"), key=lambda info: info.key):
        ingest_key(store, scan.key, SETTINGS)
    leave = [link for link in read.links if not link.startswith("#")]
    assert len(leave) > 20
    for link in leave:
        response = api.get(f"/{link.removeprefix('./')}")
        assert response.status_code == 200, link
        assert response.body.count(b"\n") > 1 or len(response.body) > 40, link
    assert api.get("/docs?kingdom=77&player=1").status_code == 200


def test_the_requests_to_try_are_of_the_readers_own_kingdom() -> None:
    read = Read(page({"kingdom": ["77"], "player": ["5"]}).body)
    assert "v1/kingdoms/77/players/5?limit=2" in read.links
    assert not [link for link in read.links if "kingdoms/51" in link or "=51" in link]


@pytest.mark.parametrize(
    "value", ['"><script>alert(1)</script>', "0", "051", "", "5 1", "٥١", "1" * 5000]
)
def test_no_request_puts_anything_else_onto_the_page(value: str) -> None:
    assert page({"kingdom": [value], "player": [value], "x": [value]}) == page({})


def test_a_page_of_other_numbers_is_another_one_to_a_cache(api: Api) -> None:
    tags = {api.get(path).headers["ETag"] for path in ("/docs", "/docs?kingdom=77")}
    assert len(tags) == 2


def test_what_is_not_html_is_escaped_once() -> None:
    made = tag("p", "<b> & `", tag("i", '"'), prose("a `<x>` & b"), class_='"<', data_x=None)
    assert made == (
        '<p class="&quot;&lt;">&lt;b&gt; &amp; `<i>&quot;</i>a <code>&lt;x&gt;</code> &amp; b</p>'
    )
    assert join([join(["<"]), Html("<br>")]) == "&lt;<br>"
    assert '<th scope="row">&lt;</th><td>b</td>' in table("c", "ab", [("<", "b")])


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": ["integer", "null"]}, "whole number or null"),
        ({"type": "string", "format": "date"}, "date"),
        ({"anyOf": [{"$ref": "#/components/schemas/Me"}, {"type": "null"}]}, "Me or null"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        ({"enum": ["a", "b"]}, "a, b"),
        ({"const": "ok"}, "ok"),
    ],
)
def test_types_are_told_in_words(schema: dict[str, object], said: str) -> None:
    assert re.sub(r"<[^>]*>", "", kind(schema)) == said


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"minimum": 1, "maximum": 1000}, "1 to 1,000"),
        ({"minimum": 1, "maximum": 2**53 - 1}, "from 1"),
        ({"maxLength": 200}, "at most 200 characters"),
        ({}, ""),
    ],
)
def test_limits_are_told_in_words(schema: dict[str, object], said: str) -> None:
    assert limits(schema) == said
