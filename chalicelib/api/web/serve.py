"""Answers the requests of people's browsers: the page, its files, and `/docs`."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from chalicelib.api.caching import NEVER, SHORT
from chalicelib.api.errors import REFUSALS
from chalicelib.api.http import JSON_TYPE, Reply, encode, is_known
from chalicelib.api.web.files import HTML_TYPE, File, site
from chalicelib.errors import NotFoundError

FOREVER: Final = "public, max-age=31536000, immutable"
"""For a file whose address has its version."""
AT_ONCE: Final = "public, max-age=0, s-maxage=60, stale-if-error=600"
"""For a document, which names the files of its version: a browser asks whether it is still that
one, so that nobody who comes back after a deployment gets names of files that are gone. A shared
cache keeps it a minute, along with those files."""
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_OF_DOCUMENTS: Final = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}


def show(
    route: str,
    parts: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    if_none_match: str | None,
    path: object,
) -> Reply:
    """Answer a request of a browser.

    Args:
        route: the path as app.py declares it.
        parts: its variable parts, still percent-encoded.
        query: the query string's values by name, decoded.
        if_none_match: the header `If-None-Match`.
        path: the path of the request's own URL, stage included, if the gateway tells.
    """
    if route == "/static/{name}":
        return _static(parts["name"], query.get("v"), if_none_match)
    if isinstance(path, str) and path and path.endswith("/") != (route == "/"):
        return _moved(route, path, query)
    return _file(_document(route, query), AT_ONCE, if_none_match)


def _document(route: str, query: Mapping[str, Sequence[str]]) -> File:
    if route == "/":
        return site().page
    from chalicelib.api.web.docs import page

    return page(query)


def _static(name: str, versions: Sequence[str] | None, if_none_match: str | None) -> Reply:
    """A file of the page; of another version than this one there is none.

    So a page that was opened before a deployment never mixes two versions.
    """
    file = site().static.get(name)
    if file is None:
        return _not_found(f'there is no file "{name}"')
    if versions is None:
        return _file(file, SHORT, if_none_match)
    if list(versions) != [site().version]:
        return _not_found(f"{name} is of version {site().version} by now; load the page again")
    return _file(file, FOREVER, if_none_match)


def _file(file: File, cache: str, if_none_match: str | None) -> Reply:
    headers = {"ETag": file.tag, "Cache-Control": cache}
    if file.kind == HTML_TYPE:
        headers |= _OF_DOCUMENTS
    if is_known(if_none_match, file.tag):
        return Reply(304, headers, "")
    return Reply(200, {"Content-Type": file.kind, **headers}, file.body)


def _moved(route: str, path: str, query: Mapping[str, Sequence[str]]) -> Reply:
    """To the address from which relative links lead to where they should.

    `/api`, the stage's own URL, is the page too, and `/docs/` is `/docs`.
    """
    last = quote(path.rstrip("/").rpartition("/")[2], safe="", errors="replace")
    where = f"./{last}/" if route == "/" else f"../{last}"
    asked = f"?{urlencode(query, doseq=True)}" if query else ""
    return Reply(307, {"Location": f"{where}{asked}", "Cache-Control": NEVER}, "")


def _not_found(message: str) -> Reply:
    body = encode({"Code": REFUSALS[NotFoundError].code, "Message": message})
    return Reply(404, {"Content-Type": JSON_TYPE, "Cache-Control": NEVER}, body)
