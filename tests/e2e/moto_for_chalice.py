"""A moto server, in a process of its own, that takes what chalice sends to AWS.

Moto refuses chalice in four places where AWS does not, and forgets an API's kind of endpoint and
its gateway responses; each is patched below. Where AWS is stricter, `tests.e2e.moto_as_aws` makes
it so. With
`with MotoForChalice() as moto:` a test has one at `moto.url`, empty, and gone at the end.
"""

import importlib
import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.e2e import moto_as_aws
from tests.e2e.killer import Killer

ROOT = Path(__file__).resolve().parent.parent.parent


class MotoForChalice:
    """The server, from the start of a context to its end."""

    def __enter__(self) -> Self:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.moto_for_chalice"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://"), "moto did not start"
        return self

    def kill_after(self, changes: int, group: int) -> None:
        """Kill a group of processes after it has changed so many things on AWS."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{group} {changes}\n")
        self._process.stdin.flush()
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "armed\n"

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End it: it lives as long as its stdin is open."""
        self._process.communicate(timeout=30)


def patch() -> None:
    """Make this process's moto take what AWS takes."""
    _take_capitalised_filter_names()
    _take_swagger()
    _take_mock_integrations()
    _take_endpoint_types()
    _take_gateway_responses()
    importlib.import_module("tests.e2e.moto_cloudfront")
    importlib.import_module("tests.e2e.moto_tables").patch()


def _take_capitalised_filter_names() -> None:
    """A notification's filters may be called `Prefix`, as chalice does, or `prefix`."""
    from moto.s3.responses import S3Response

    responses: Any = S3Response
    parse = responses._notification_config_from_body

    def tolerant(self: Any) -> Any:
        for name in (b"Prefix", b"Suffix"):
            self.body = self.body.replace(b"<Name>%b<" % name, b"<Name>%b<" % name.lower())
        return parse(self)

    responses._notification_config_from_body = tolerant


def _take_swagger() -> None:
    """An API's document may be Swagger 2.0, and need not have a description."""
    from moto.apigateway.models import APIGatewayBackend

    backend: Any = APIGatewayBackend
    import_rest_api, put_rest_api = backend.import_rest_api, backend.put_rest_api

    def described(self: Any, api_doc: dict[str, Any], *rest: Any, **named: Any) -> Any:
        api_doc["info"].setdefault("description", "")
        return import_rest_api(self, api_doc, *rest, **named)

    def converted(
        self: Any, function_id: str, api_doc: dict[str, Any], *rest: Any, **named: Any
    ) -> Any:
        if api_doc.pop("swagger", None):
            api_doc["openapi"] = "3.0.1"
        return put_rest_api(self, function_id, api_doc, *rest, **named)

    backend.import_rest_api = described
    backend.put_rest_api = converted


def _take_mock_integrations() -> None:
    """An integration that only says yes (chalice's OPTIONS for CORS) calls nothing."""
    from moto.apigateway.models import APIGatewayBackend

    backend: Any = APIGatewayBackend
    put_integration = backend.put_integration

    def tolerant(self: Any, *rest: Any, **named: Any) -> Any:
        return put_integration(self, *rest, **{"uri": "", "integration_method": None, **named})

    backend.put_integration = tolerant


def _take_endpoint_types() -> None:
    """An imported API has the kind of endpoint that the request asks for."""
    from moto.apigateway.responses import APIGatewayResponse

    responses: Any = APIGatewayResponse
    import_rest_api = responses.import_rest_api

    def typed(self: Any) -> Any:
        status, headers, body = import_rest_api(self)
        made = self.backend.get_rest_api(json.loads(body)["id"])
        made.endpoint_configuration["types"] = self.querystring["endpointConfigurationTypes"]
        return status, headers, json.dumps(made.to_dict())

    responses.import_rest_api = typed


def _take_gateway_responses() -> None:
    """A document brings an API's gateway responses; one that overwrites leaves no others."""
    from moto.apigateway.models import APIGatewayBackend

    backend: Any = APIGatewayBackend
    put_rest_api = backend.put_rest_api

    def with_responses(
        self: Any, function_id: str, api_doc: dict[str, Any], *rest: Any, **named: Any
    ) -> Any:
        api = self.get_rest_api(function_id)
        if named.get("mode") == "overwrite":
            api.gateway_responses.clear()
        for kind, of in api_doc.get("x-amazon-apigateway-gateway-responses", {}).items():
            api.put_gateway_response(
                kind, of.get("statusCode"), of["responseParameters"], of["responseTemplates"]
            )
        return put_rest_api(self, function_id, api_doc, *rest, **named)

    backend.put_rest_api = with_responses


def _main() -> None:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication
    from moto.server import ThreadedMotoServer

    patch()
    moto_as_aws.patch()
    killer = Killer()
    application: Any = DomainDispatcherApplication
    dispatch = application.__call__

    def guarded(self: Any, *request: Any) -> Any:
        return killer.wrap(partial(dispatch, self))(*request)

    application.__call__ = guarded
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)
    for line in sys.stdin:
        killer.arm(*map(int, line.split()))
        print("armed", flush=True)


if __name__ == "__main__":
    _main()
