"""What the API's stage on API Gateway is held to: limits of requests, a log of them, a name.

They belong to what every `chalice deploy` makes anew or overwrites: they are set after each
deployment.
"""

import json
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of
from tools.deploy.functions import LOG_RETENTION_DAYS
from tools.deploy.iam import exists
from tools.deploy.stacks import Stacks
from tools.deploy.stage import APP, Stage

LOG_FIELDS: Final = {
    "time": "$context.requestTimeEpoch",
    "request_id": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "user_agent": "$context.identity.userAgent",
    "path": "$context.path",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
}
LOG_ACTIONS: Final = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
)
"""What API Gateway's role must allow: what AWS's AmazonAPIGatewayPushToCloudWatchLogs does."""

# A role that was made a moment ago is not yet known everywhere.
ROLE_WAITS: Final = (3.0, 5.0, 10.0, 15.0, 15.0)


class Limits(NamedTuple):
    """What a stage is held to.

    Attributes:
        rate: requests a second in the long run.
        burst: requests at once.
        access_logs: whether requests are logged.
    """

    rate: int
    burst: int
    access_logs: bool


def apply(stacks: Stacks, stage: Stage, url: str, say: Callable[[str], None]) -> None:
    """Hold an API to the limits that the stage's stack remembers, and tell them.

    Args:
        stacks: the stacks of the stage's account and region.
        stage: the stage.
        url: the API's URL.
        say: tells the user.
    """
    give_name(stage, api_id(url))
    limits = _remembered(stacks, stage)
    if limits.access_logs:
        role = let_gateway_log(stage)
        if role is not None:
            say(
                f"API Gateway writes logs by the role {role} from now on; it stays (docs/deploy.md)"
            )
    set_limits(stage, api_id(url), limits)
    logged = ", each one logged" if limits.access_logs else ""
    say(f"The API takes {limits.rate} requests a second, {limits.burst} at once{logged}")


def _remembered(stacks: Stacks, stage: Stage) -> Limits:
    def output(name: str) -> str:
        value = stacks.output(stage.app_stack, name)
        assert value is not None, "the stack was applied just now"
        return value

    rate, burst = int(output("ThrottleRate")), int(output("ThrottleBurst"))
    return Limits(rate, burst, output("AccessLogs") == "1")


def api_id(url: str) -> str:
    """The id of an API, from its URL as chalice remembers it."""
    return url.removeprefix("https://").partition(".")[0]


def give_name(stage: Stage, api: str) -> None:
    """Give an API the stage's own name, whatever chalice has called it.

    CloudWatch counts requests by it: two stages of one name would set off each other's alarm.

    Args:
        stage: the stage.
        api: the API's id.
    """
    client: Any = stage.account.session.client("apigateway")
    client.update_rest_api(restApiId=api, patchOperations=[_replaced("/name", stage.api_name)])


def set_limits(stage: Stage, api: str, limits: Limits) -> None:
    """Hold the stage of an API to limits, whatever it was held to before.

    Args:
        stage: the stage.
        api: the API's id.
        limits: what to.
    """
    client: Any = stage.account.session.client("apigateway")
    where = {"restApiId": api, "stageName": stage.api_stage}
    changes = [
        _replaced("/*/*/throttling/rateLimit", str(limits.rate)),
        _replaced("/*/*/throttling/burstLimit", str(limits.burst)),
    ]
    if limits.access_logs:
        # A format is one line.
        changes += [
            _replaced("/accessLogSettings/destinationArn", _make_log_group(stage)),
            _replaced("/accessLogSettings/format", json.dumps(LOG_FIELDS)),
        ]
    elif client.get_stage(**where).get("accessLogSettings"):
        changes.append({"op": "remove", "path": "/accessLogSettings"})
    client.update_stage(**where, patchOperations=changes)


def let_gateway_log(stage: Stage, sleep: Callable[[float], None] = time.sleep) -> str | None:
    """See that API Gateway may write logs in the account's region at all.

    It does so by one role for all APIs there. One that is set already is left alone, unless it is
    ours and somebody has deleted it; else one is made, and stays when the stage goes: other APIs
    may have come to use it.

    Args:
        stage: a stage in that account and region.
        sleep: waits so many seconds.

    Returns:
        The role's name if it was set just now.
    """
    client: Any = stage.account.session.client("apigateway")
    name = f"{APP}-gateway-logs-{stage.account.region}"
    role = client.get_account().get("cloudwatchRoleArn")
    if role and (
        role.rpartition("/")[2] != name or exists(stage.account.session.client("iam"), name)
    ):
        return None
    change = [_replaced("/cloudwatchRoleArn", _make_role(stage, name))]
    for wait in (*ROLE_WAITS, None):
        try:
            client.update_account(patchOperations=change)
        except ClientError as error:
            if wait is None or code_of(error) != "BadRequestException":
                raise
            sleep(wait)
        else:
            break
    return name


def _make_role(stage: Stage, name: str) -> str:
    client: Any = stage.account.session.client("iam")
    trust = {"Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    try:
        client.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
    except ClientError as error:
        if code_of(error) != "EntityAlreadyExists":
            raise
    allowed = _policy({"Action": list(LOG_ACTIONS), "Resource": "*"})
    client.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=allowed)
    return str(client.get_role(RoleName=name)["Role"]["Arn"])


def _policy(allowed: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **allowed}]})


def _make_log_group(stage: Stage) -> str:
    """The ARN of the group of the API's access log, which is made if it is not there."""
    client: Any = stage.account.session.client("logs")
    account = stage.account
    name = f"/aws/apigateway/{APP}-{stage.name}"
    try:
        client.create_log_group(logGroupName=name)
    except ClientError as error:
        if code_of(error) != "ResourceAlreadyExistsException":
            raise
    client.put_retention_policy(logGroupName=name, retentionInDays=LOG_RETENTION_DAYS)
    return f"arn:{account.partition}:logs:{account.region}:{account.number}:log-group:{name}"


def _replaced(path: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": path, "value": value}
