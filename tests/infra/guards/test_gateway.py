"""API Gateway's own errors are in the document that `chalice deploy` imports, in our shape."""

import json
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.deploy import deployer
from chalice.deploy.swagger import TemplatedSwaggerGenerator

import app as app_module
from chalicelib.api.openapi import document
from chalicelib.api.routes import all_operations
from tests.api.test_openapi import validate
from tools.deploy.guards.gateway import EXTENSION, GuardedSwaggerGenerator, gateway_responses
from tools.package import chalice_cli

APP: Chalice = app_module.app
RESPONSES = gateway_responses(APP)
DOCUMENT = document(all_operations())
UNKNOWN = "MISSING_AUTHENTICATION_TOKEN"
HEADER = "gatewayresponse.header."


def body(kind: str, said: str) -> Any:
    """What a client gets when API Gateway says this of an error."""
    template = RESPONSES[kind]["responseTemplates"]["application/json"]
    return json.loads(template.replace("$context.error.messageString", json.dumps(said)))


@pytest.mark.parametrize("kind", RESPONSES)
def test_each_has_the_shape_of_our_errors_and_the_headers_that_a_frontend_needs(kind: str) -> None:
    validate(
        body(kind, 'a "quoted" message'),
        document(all_operations())["components"]["schemas"]["Error"],
    )
    headers = RESPONSES[kind]["responseParameters"]
    # API Gateway takes a constant in single quotes; without them it would be looked up.
    assert all(value == f"'{value[1:-1]}'" for value in headers.values())
    assert headers[f"{HEADER}Access-Control-Allow-Origin"] == "'*'"
    assert "Retry-After" in headers[f"{HEADER}Access-Control-Expose-Headers"]
    assert headers[f"{HEADER}Cache-Control"] == "'no-store'"


def test_every_error_that_api_gateway_may_give_is_covered() -> None:
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= RESPONSES.keys()


@pytest.mark.parametrize("kind", ["THROTTLED", "QUOTA_EXCEEDED"])
def test_who_asks_too_often_is_told_when_to_come_again(kind: str) -> None:
    assert RESPONSES[kind]["statusCode"] == "429"
    assert RESPONSES[kind]["responseParameters"][f"{HEADER}Retry-After"] == "'1'"
    assert body(kind, "Too Many Requests") == {
        "Code": "TooManyRequestsError",
        "Message": "Too Many Requests",
    }


def test_others_keep_the_status_that_they_have() -> None:
    told = {kind: of.get("statusCode") for kind, of in RESPONSES.items()}
    assert {kind for kind, status in told.items() if status} == {
        UNKNOWN,
        "QUOTA_EXCEEDED",
        "THROTTLED",
    }
    assert told[UNKNOWN] == "403"


def test_an_unknown_path_is_not_told_to_bring_a_token() -> None:
    said = body(UNKNOWN, "Missing Authentication Token")
    assert said["Code"] == "ForbiddenError"
    assert "Token" not in said["Message"]


def test_openapi_tells_of_a_429_at_every_path_and_of_an_unknown_one() -> None:
    told = DOCUMENT["components"]["responses"]
    for name, kind in (("TooManyRequests", "THROTTLED"), ("UnknownPath", UNKNOWN)):
        example = told[name]["content"]["application/json"]["example"]
        assert body(kind, example["Message"]) == example
    assert "Retry-After" in told["TooManyRequests"]["headers"]
    for path in DOCUMENT["paths"].values():
        ref = {"$ref": "#/components/responses/TooManyRequests"}
        assert path["get"]["responses"]["429"] == ref


def test_the_document_is_chalice_s_own_with_these_answers_in_it() -> None:
    made = GuardedSwaggerGenerator().generate_swagger(APP)
    assert made.pop(EXTENSION) == RESPONSES
    assert made == TemplatedSwaggerGenerator().generate_swagger(APP)


def test_chalice_takes_this_generator_when_it_deploys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "TemplatedSwaggerGenerator",
        "LambdaDeploymentPackager",
        "AppOnlyDeploymentPackager",
    ):
        monkeypatch.setattr(deployer, name, getattr(deployer, name))
    chalice_cli.install()
    assert vars(deployer)["TemplatedSwaggerGenerator"] is GuardedSwaggerGenerator
