"""The page and its files as a browser gets them, wherever the API lies."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from chalicelib.api.web import serve
from chalicelib.api.web.files import FOLDER, read_site, site
from tests.api.support import APP, SHORT, Api

MAX_BYTES = 47_000
"""What a first board loads, as sent and before compression: the document, the style sheet, the
icon, one language, and each module that is imported for it."""
MAX_BYTES_OF_ALL = 69_600
"""All that a visitor with one language can ever load, as sent and before compression: the above,
and every other view, the card, the form of a formula and the poster. Neither another language nor
the style sheet of `/docs`. Only ever less."""
MAX_BYTES_OF_WORDS = {"en.js": 6_100, "de.js": 6_700}
MAX_DOCS_BYTES = 4_000
MAX_LINE = 110
OF_DOCUMENTS = "public, max-age=0, s-maxage=60, stale-if-error=600"
REFERENCE = re.compile(r"""(?:from|import|import\()\s*(["'`])(\.[^"'`]*)\1""")
ON_PAGE = re.compile(r"""(?:src|href)=["']?(static/[^"'> ]*)""")


def files() -> list[Path]:
    return sorted((FOLDER / "static").iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small page of two modules."""
    (tmp_path / "static").mkdir()
    texts = {
        "index.html": '<link href="static/a.css"><script src="static/app.js"></script>',
        "static/app.js": 'import { b } from "./b.js"; import("./de.js"); const c = "./x.js";',
        "static/b.js": 'export const b = "b.js";',
        "static/de.js": "export default {};",
        "static/a.css": "a{}",
        "static/.app.js.swp": "x",
        "static/notes.txt": "x",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_every_reference_has_the_version_of_all_files(folder: Path) -> None:
    made = read_site(folder)
    v = made.version
    assert re.fullmatch(r"[0-9a-f]{6}", v)
    assert list(made.static) == ["a.css", "app.js", "b.js", "de.js"]
    assert made.page.body == (
        f'<link href="static/a.css?v={v}"><script src="static/app.js?v={v}"></script>'
    )
    assert made.static["app.js"].body == (
        f'import{{b}}from"./b.js?v={v}";import("./de.js?v={v}");let c="./x.js";'
    )
    assert made.static["b.js"].body == 'export let b="b.js";'


@pytest.mark.parametrize("name", ["index.html", "static/b.js", "static/a.css"])
def test_a_change_of_any_file_is_another_version_of_all(folder: Path, name: str) -> None:
    before = read_site(folder)
    (folder / name).write_text("/* other */", "utf-8")
    after = read_site(folder)
    assert before.version != after.version
    assert before.static["app.js"].tag != after.static["app.js"].tag


def test_what_a_first_board_loads_is_light() -> None:
    """As it is sent, before compression; other views' first loads: tests/browser."""
    found = site()
    names = ["app.js", "board.js", "en.js", "style.css", "icon.svg"]
    for name in names:
        # The list grows while it is read: what a module imports before it runs.
        imported = re.findall(r'from"\./([a-z-]+\.js)\?', found.static[name].body)
        names += [one for one in imported if one not in names]
    bodies = [found.page.body, *(found.static[name].body for name in names)]
    assert sum(len(body.encode()) for body in bodies) <= MAX_BYTES, names


def test_all_that_one_visitor_can_load_is_light() -> None:
    found = site()
    sizes = {name: len(file.body.encode()) for name, file in found.static.items()}
    assert sizes.pop("docs.css") <= MAX_DOCS_BYTES
    for name, most in MAX_BYTES_OF_WORDS.items():
        assert sizes[name] <= most, name
    others = sum(sizes[name] for name in MAX_BYTES_OF_WORDS if name != "en.js")
    assert len(found.page.body.encode()) + sum(sizes.values()) - others <= MAX_BYTES_OF_ALL


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_no_line_of_a_file_is_too_long_to_read(path: Path) -> None:
    """A sentence of a language stands in one line."""
    for line in path.read_text("utf-8").splitlines():
        is_sentence = path.name in MAX_BYTES_OF_WORDS and line.count('"') == 2
        assert len(line) <= MAX_LINE or is_sentence or path.suffix == ".svg", line


def test_every_file_in_the_folder_is_served_and_every_reference_is_one_of_them() -> None:
    found = site()
    assert sorted(found.static) == [path.name for path in files()]
    loaded = ON_PAGE.findall(found.page.body)
    assert loaded
    for name, file in found.static.items():
        if name.endswith(".js"):
            loaded += [f"static/{to[2:]}" for _, to in REFERENCE.findall(file.body)]
    known = {f"static/{name}?v={found.version}" for name in found.static}
    assert {*loaded} <= known


def test_the_page_is_a_document_that_runs_nothing_of_others(api: Api) -> None:
    response = api.get("/")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == OF_DOCUMENTS
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.body.decode() == site().page.body


@pytest.mark.parametrize("path", ["/", "/?k=51&m=dkp", "/docs", "/static/style.css"])
def test_what_a_browser_has_is_confirmed(api: Api, path: str) -> None:
    fresh = api.get(path)
    again = api.get(path, if_none_match=f'"x", W/{fresh.headers["ETag"]}')
    assert (fresh.status_code, again.status_code, again.body) == (200, 304, b"")
    for name in ("ETag", "Cache-Control"):
        assert again.headers[name] == fresh.headers[name]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("style.css", "text/css; charset=utf-8"), ("icon.svg", "image/svg+xml")],
)
def test_a_file_of_this_version_is_kept_for_ever(api: Api, name: str, kind: str) -> None:
    plain = api.get(f"/static/{name}")
    assert (plain.status_code, plain.headers["Content-Type"]) == (200, kind)
    assert plain.headers["Cache-Control"] == SHORT
    named = api.get(f"/static/{name}?v={site().version}")
    assert named.body == plain.body
    assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["?v=0000000000", "?v=", "?v=1&v=2"])
def test_a_file_of_another_version_is_not_there(api: Api, query: str) -> None:
    response = api.get(f"/static/style.css{query}")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json_body["Code"] == "NotFoundError"
    assert "load the page again" in response.json_body["Message"]


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2Findex.html", "%2E%2E", "style.css%00", "index.html", "__init__.py"]
)
def test_there_are_no_other_files(api: Api, name: str) -> None:
    response = api.get(f"/static/{name}")
    assert response.status_code == 404
    assert response.json_body.keys() == {"Code", "Message"}
    assert response.headers["Cache-Control"] == "no-store"


def behind_gateway(route: str, path: str, query: dict[str, list[str]] | None = None) -> Any:
    """The handler's answer to what API Gateway sends of a request for `path`."""
    return APP(
        {
            "resource": route,
            "path": route,
            "httpMethod": "GET",
            "headers": {},
            "multiValueQueryStringParameters": query,
            "pathParameters": None,
            "requestContext": {"resourcePath": route, "httpMethod": "GET", "path": path},
        },
        None,
    )


@pytest.mark.parametrize("path", ["/", "/api/", "/base/"])
def test_the_page_lies_in_the_folder_of_its_links(path: str) -> None:
    assert behind_gateway("/", path)["statusCode"] == 200


@pytest.mark.parametrize(
    ("route", "path", "leads_to"),
    [("/", "/api", "/api/"), ("/", "/a/b", "/a/b/"), ("/docs", "/api/docs/", "/api/docs")],
)
def test_an_address_from_which_links_would_fail_leads_to_the_right_one(
    route: str, path: str, leads_to: str
) -> None:
    response = behind_gateway(route, path, {"k": ["51"], "q": ["a b&c"]})
    assert response["statusCode"] == 307
    where = urljoin(f"https://host{path}", response["headers"]["Location"])
    assert where == f"https://host{leads_to}?k=51&q=a+b%26c"
    assert response["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["//evil.example", "/javascript:alert(1)", "/\\evil.example"])
def test_no_address_leads_to_another_host(path: str) -> None:
    where = behind_gateway("/", path)["headers"]["Location"]
    assert urljoin("https://host/", where).startswith("https://host/")
    assert where.startswith("./")


@pytest.mark.parametrize("path", [None, "", 5, ["/api"]])
def test_a_gateway_that_does_not_tell_the_address_gets_the_page(path: Any) -> None:
    assert behind_gateway("/", path)["statusCode"] == 200


def test_the_page_reads_nothing_of_the_lake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lake", None)
    assert serve.show("/", {}, {}, None, "/").status == 200
