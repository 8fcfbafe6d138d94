"""The errors that API Gateway answers itself, in the API's own shape and readable by a frontend.

`chalice deploy` overwrites the API with a document, and whatever was set beside it is gone then. So
the answers stand in the document.
"""

from typing import Any, Final

from chalice.app import Chalice, CORSConfig
from chalice.deploy.models import RestAPI
from chalice.deploy.swagger import TemplatedSwaggerGenerator

from chalicelib.api.errors import INTERNAL, REFUSALS, THROTTLED, UNKNOWN_PATH
from chalicelib.errors import EngineTimeoutError

EXTENSION: Final = "x-amazon-apigateway-gateway-responses"
MESSAGE: Final = "$context.error.messageString"
"""What API Gateway itself says of the error, as a JSON string with its quotes."""

_OWN: Final = {
    "DEFAULT_4XX": ("BadRequestError", MESSAGE),
    "DEFAULT_5XX": (INTERNAL.code, MESSAGE),
    "ACCESS_DENIED": ("ForbiddenError", MESSAGE),
    "WAF_FILTERED": ("ForbiddenError", MESSAGE),
    # API Gateway's own words for a path that it does not know are "Missing Authentication Token".
    "MISSING_AUTHENTICATION_TOKEN": (UNKNOWN_PATH.code, f'"{UNKNOWN_PATH.message}"'),
    "RESOURCE_NOT_FOUND": ("NotFoundError", MESSAGE),
    "INTEGRATION_FAILURE": (REFUSALS[EngineTimeoutError].code, MESSAGE),
    "INTEGRATION_TIMEOUT": (REFUSALS[EngineTimeoutError].code, MESSAGE),
    "THROTTLED": (THROTTLED.code, MESSAGE),
    "QUOTA_EXCEEDED": (THROTTLED.code, MESSAGE),
}
_STATUSES: Final = {
    "MISSING_AUTHENTICATION_TOKEN": UNKNOWN_PATH.status,
    "THROTTLED": THROTTLED.status,
    "QUOTA_EXCEEDED": THROTTLED.status,
}
"""Where it is said; the others have the status that API Gateway gives them."""

THROTTLE_SECONDS: Final = 1
"""What `Retry-After` of a 429 says: the limit is one of requests a second."""


def gateway_responses(app: Chalice) -> dict[str, Any]:
    """API Gateway's own answers, as its extension of a Swagger document has them.

    Args:
        app: the app, whose CORS headers they have too.
    """
    cors = app.api.cors
    assert isinstance(cors, CORSConfig), "app.py sets it"
    shared = {"Cache-Control": "no-store", **cors.get_access_control_headers()}
    return {
        kind: _response(code, message, shared | _more(kind), _STATUSES.get(kind))
        for kind, (code, message) in _OWN.items()
    }


def _more(kind: str) -> dict[str, str]:
    return {"Retry-After": str(THROTTLE_SECONDS)} if _STATUSES.get(kind) == 429 else {}


def _response(
    code: str, message: str, headers: dict[str, str], status: int | None
) -> dict[str, Any]:
    response: dict[str, Any] = {
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()
        },
        "responseTemplates": {"application/json": f'{{"Code":"{code}","Message":{message}}}'},
    }
    return response if status is None else {"statusCode": str(status), **response}


class GuardedSwaggerGenerator(TemplatedSwaggerGenerator):
    """Chalice's generator of the document that `chalice deploy` imports, and these answers."""

    def generate_swagger(self, app: Chalice, rest_api: RestAPI | None = None) -> dict[str, Any]:
        """The document of an app."""
        document: dict[str, Any] = super().generate_swagger(app, rest_api)
        return {**document, EXTENSION: gateway_responses(app)}
