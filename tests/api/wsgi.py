"""The app as a WSGI application: Chalice's local gateway, without a socket."""

from collections.abc import Callable, Iterable
from http.client import responses
from typing import Any
from urllib.parse import quote

from chalice.config import Config
from chalice.local import ForbiddenError, LocalGateway

from tests.api.support import APP

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request as `chalice local` does."""
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/!$&'()*+,;=:@-._~")
    if environ.get("QUERY_STRING"):
        path += f"?{environ['QUERY_STRING']}"
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        answer = LocalGateway(APP, Config.create()).handle_request(
            environ["REQUEST_METHOD"], path, headers, body
        )
    except ForbiddenError as error:
        answer = {"statusCode": 403, "headers": error.headers, "body": error.body}
    status = int(answer["statusCode"])
    start_response(f"{status} {responses[status]}", _headers(answer))
    body = answer["body"] or b""
    return [body.encode() if isinstance(body, str) else body]


def _headers(answer: dict[str, Any]) -> list[tuple[str, str]]:
    one = [(name, str(value)) for name, value in answer.get("headers", {}).items()]
    many = answer.get("multiValueHeaders") or {}
    return one + [(name, str(value)) for name, values in many.items() for value in values]
