"""Finds what chalice has made of a stage and does not remember.

Chalice writes down what it made when all is made. A deployment that ended before that leaves
functions, roles and an API that nobody knows of: the next one would make a second API under
another URL, and nothing would ever take the first ones down. By their names they are found again.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.bucket import bucket_exists
from tools.deploy.errors import code_of
from tools.deploy.stage import API, APP, INGEST, SWEEP, Stage

Resource = dict[str, str]

_GONE: Final = ("NoSuchEntity", "ResourceNotFoundException")


def find(stage: Stage) -> list[Resource]:
    """All that is there of a stage, each as chalice would have written it down; in its order."""
    return list(_resources(stage))


def _resources(stage: Stage) -> Iterator[Resource]:
    iam, events = _client(stage, "iam"), _client(stage, "events")
    functions: Any = _client(stage, "lambda")
    for short in (INGEST, SWEEP, API):
        role = _found(iam.get_role, RoleName=f"{APP}-{stage.name}-{short}")
        if role is not None:
            yield _resource(
                f"{short}_role",
                "iam_role",
                role_arn=role["Role"]["Arn"],
                role_name=role["Role"]["RoleName"],
            )
        function = _found(functions.get_function, FunctionName=stage.function(short))
        if function is not None:
            arn = function["Configuration"]["FunctionArn"]
            yield _resource(short, "lambda_function", lambda_arn=arn)
            if short == INGEST and bucket_exists(stage):
                yield _resource(f"{short}-s3event", "s3_event", bucket=stage.bucket, lambda_arn=arn)
        if short == SWEEP:
            rule = _found(events.describe_rule, Name=f"{APP}-{stage.name}-{short}-event")
            if rule is not None:
                yield _resource(f"{short}-event", "cloudwatch_event", rule_name=rule["Name"])
    yield from _rest_api(stage)


def _rest_api(stage: Stage) -> Iterator[Resource]:
    """The oldest API that calls the stage's function: all stages' APIs have the app's name."""
    client = _client(stage, "apigateway")
    pages = client.get_paginator("get_rest_apis").paginate()
    named = [api for page in pages for api in page["items"] if api["name"] == APP]
    for api in sorted(named, key=lambda api: api["createdDate"]):
        if _calls(client, api["id"], f":function:{stage.function(API)}/"):
            host = f"{api['id']}.execute-api.{stage.account.region}.{_dns_suffix(stage)}"
            url = f"https://{host}/{stage.api_stage}/"
            yield _resource("rest_api", "rest_api", rest_api_id=api["id"], rest_api_url=url)
            return


def _calls(client: Any, api: str, function: str) -> bool:
    pages = client.get_paginator("get_resources").paginate(restApiId=api, embed=["methods"])
    return any(
        function in method.get("methodIntegration", {}).get("uri", "")
        for page in pages
        for resource in page["items"]
        for method in resource.get("resourceMethods", {}).values()
    )


def _dns_suffix(stage: Stage) -> str:
    return "amazonaws.com.cn" if stage.account.partition == "aws-cn" else "amazonaws.com"


def _resource(name: str, kind: str, **facts: str) -> Resource:
    return {"name": name, "resource_type": kind, **facts}


def _client(stage: Stage, service: Any) -> Any:
    return stage.account.session.client(service)


def _found(call: Callable[..., Any], **arguments: str) -> Any:
    try:
        return call(**arguments)
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        return None
