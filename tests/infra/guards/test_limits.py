"""The API's stage is held to its limits after each deployment, and logs what it is told to."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tools.deploy import orphans
from tools.deploy.guards import limits
from tools.deploy.guards.limits import Limits
from tools.deploy.stage import Stage

pytestmark = pytest.mark.slow

ROLE = "leaderboard-api-gateway-logs-eu-central-1"


def gateway(stage: Stage) -> Any:
    return stage.account.session.client("apigateway")


@pytest.fixture
def api(on_aws: Stage) -> str:
    """An API that is deployed to the stage."""
    client = gateway(on_aws)
    api = str(client.create_rest_api(name="leaderboard-api")["id"])
    (root,) = client.get_resources(restApiId=api)["items"]
    method = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    client.put_method(**method, authorizationType="NONE")
    client.put_integration(**method, type="HTTP", uri="http://x.org", integrationHttpMethod="GET")
    deploy(on_aws, api)
    return api


def deploy(stage: Stage, api: str) -> None:
    """Deploy as chalice does; moto then forgets all that was set on the stage."""
    gateway(stage).create_deployment(restApiId=api, stageName=stage.api_stage)


def read(stage: Stage, api: str) -> tuple[dict[str, Any], Any]:
    """The limits of all methods, and the settings of the access log."""
    found = gateway(stage).get_stage(restApiId=api, stageName=stage.api_stage)
    return found["methodSettings"].get("*/*", {}), found.get("accessLogSettings")


def test_limits_are_back_after_a_deployment_has_lost_them(on_aws: Stage, api: str) -> None:
    for _ in range(2):
        deploy(on_aws, api)
        assert read(on_aws, api) == ({}, None)
        limits.set_limits(on_aws, api, Limits(20, 40, access_logs=False))
        settings, log = read(on_aws, api)
        assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (20.0, 40)
        assert log is None


def test_other_limits_take_the_place_of_the_old_ones(on_aws: Stage, api: str) -> None:
    for rate, burst in ((20, 40), (7, 9)):
        limits.set_limits(on_aws, api, Limits(rate, burst, access_logs=False))
    settings, _ = read(on_aws, api)
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (7.0, 9)


def test_requests_are_logged_as_one_line_of_json_for_a_month(on_aws: Stage, api: str) -> None:
    limits.set_limits(on_aws, api, Limits(20, 40, access_logs=True))
    limits.set_limits(on_aws, api, Limits(20, 40, access_logs=True))
    _, log = read(on_aws, api)
    name = "/aws/apigateway/leaderboard-api-dev"
    (group,) = on_aws.account.session.client("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == (name, 30)
    assert log["destinationArn"] == group["arn"].removesuffix(":*")
    assert "\n" not in log["format"]
    assert "$context.requestId" in json.loads(log["format"]).values()


def test_the_log_is_turned_off_again(on_aws: Stage, api: str) -> None:
    for access_logs in (True, False, False):
        limits.set_limits(on_aws, api, Limits(20, 40, access_logs=access_logs))
    assert read(on_aws, api)[1] is None


def test_api_gateway_may_write_logs_by_a_role_of_its_own_that_is_made_once(on_aws: Stage) -> None:
    assert limits.let_gateway_log(on_aws) == ROLE
    role = on_aws.account.session.client("iam").get_role(RoleName=ROLE)["Role"]
    assert gateway(on_aws).get_account()["cloudwatchRoleArn"] == role["Arn"]
    trusted = json.dumps(role["AssumeRolePolicyDocument"])
    assert "apigateway.amazonaws.com" in trusted
    policy = on_aws.account.session.client("iam").get_role_policy(RoleName=ROLE, PolicyName=ROLE)
    assert set(policy["PolicyDocument"]["Statement"][0]["Action"]) == set(limits.LOG_ACTIONS)
    assert limits.let_gateway_log(on_aws) is None


def test_a_role_that_somebody_has_set_is_left_alone(on_aws: Stage) -> None:
    theirs = "arn:aws:iam::123456789012:role/theirs"
    change = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": theirs}]
    gateway(on_aws).update_account(patchOperations=change)
    assert limits.let_gateway_log(on_aws) is None
    assert gateway(on_aws).get_account()["cloudwatchRoleArn"] == theirs
    assert on_aws.account.session.client("iam").list_roles()["Roles"] == []


def test_our_role_is_made_again_when_somebody_has_deleted_it(on_aws: Stage) -> None:
    assert limits.let_gateway_log(on_aws) == ROLE
    iam = on_aws.account.session.client("iam")
    iam.delete_role_policy(RoleName=ROLE, PolicyName=ROLE)
    iam.delete_role(RoleName=ROLE)
    assert limits.let_gateway_log(on_aws) == ROLE
    assert (
        iam.get_role(RoleName=ROLE)["Role"]["Arn"]
        == (gateway(on_aws).get_account()["cloudwatchRoleArn"])
    )
    assert limits.let_gateway_log(on_aws) is None


def test_an_api_has_its_stage_s_own_name_and_is_found_by_it_and_by_chalice_s(
    on_aws: Stage, api: str
) -> None:
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:leaderboard-api-dev"
    (root,) = gateway(on_aws).get_resources(restApiId=api)["items"]
    gateway(on_aws).put_integration(
        restApiId=api,
        resourceId=root["id"],
        httpMethod="GET",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}/invocations",
    )
    for _ in range(2):
        assert [found["rest_api_id"] for found in orphans.rest_apis(on_aws)] == [api]
        limits.give_name(on_aws, api)
        assert gateway(on_aws).get_rest_api(restApiId=api)["name"] == "leaderboard-api-dev"


def test_a_role_that_is_new_is_given_time_but_not_without_end(
    on_aws: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = gateway(on_aws)
    waits: list[float] = []
    made = {"iam": on_aws.account.session.client("iam"), "apigateway": client}
    monkeypatch.setattr(on_aws.account.session, "client", made.__getitem__)
    refused = ("update_account", "BadRequestException", "The role ARN does not have required")
    with Stubber(client) as aws:
        aws.add_response("get_account", {})
        for _ in range(2):
            aws.add_client_error(*refused)
        aws.add_response("update_account", {})
        assert limits.let_gateway_log(on_aws, waits.append) == ROLE
        assert waits == [3.0, 5.0]
        aws.add_response("get_account", {})
        for _ in range(6):
            aws.add_client_error(*refused)
        with pytest.raises(ClientError, match="does not have required"):
            limits.let_gateway_log(on_aws, lambda _: None)


def test_an_api_is_named_by_the_first_part_of_its_host() -> None:
    url = "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/api"
    assert limits.api_id(url) == "a1b2c3"
