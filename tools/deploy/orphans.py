"""Finds what chalice has made of a stage, by the names.

Chalice writes down what it made when all is made. A deployment that ended before that leaves
functions and an API that nobody knows of: the next one would make a second API under another URL,
and nothing would ever take the first ones down. And what somebody has deleted by hand stays written
down: chalice stops at the first of it when it is to take the stage down.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.bucket import bucket_exists
from tools.deploy.errors import code_of
from tools.deploy.stage import API, APP, INGEST, SWEEP, TELL, Stage

Resource = dict[str, str]

_GONE: Final = ("ResourceNotFoundException", "NotFoundException")


def find(stage: Stage) -> list[Resource]:
    """All that is there of a stage, each as chalice would have written it down; in its order.

    Of several APIs the oldest is the stage's own.
    """
    return [*_functions(stage), *rest_apis(stage)[:1]]


def rest_apis(stage: Stage) -> list[Resource]:
    """The APIs that call the stage's function, the oldest first.

    There should be one. Chalice gives the API of every stage the app's name, and
    `tools.deploy.guards.limits` then the stage's own.
    """
    client = _client(stage, "apigateway")
    pages = client.get_paginator("get_rest_apis").paginate()
    names = (APP, stage.api_name)
    named = [api for page in pages for api in page["items"] if api["name"] in names]
    return [
        _rest_api(stage, api["id"])
        for api in sorted(named, key=lambda api: api["createdDate"])
        if _calls(client, api["id"], f":function:{stage.function(API)}/")
    ]


def is_there(stage: Stage, resource: Resource) -> bool:
    """Whether something that chalice has written down is still there, and is chalice's to keep.

    Roles are not: the app's stack has them now; `tools.deploy.old_roles` removes those of before.
    """
    match resource["resource_type"]:
        case "iam_role":
            return False
        case "lambda_function":
            arn = resource["lambda_arn"]
            return _found(_client(stage, "lambda").get_function, FunctionName=arn) is not None
        case "s3_event":
            arn = resource["lambda_arn"]
            function = _found(_client(stage, "lambda").get_function, FunctionName=arn)
            return function is not None and bucket_exists(stage)
        case "cloudwatch_event":
            rule = resource["rule_name"]
            return _found(_client(stage, "events").describe_rule, Name=rule) is not None
        case "rest_api":
            api = resource["rest_api_id"]
            return _found(_client(stage, "apigateway").get_rest_api, restApiId=api) is not None
    return True


def _functions(stage: Stage) -> Iterator[Resource]:
    """The functions, each with what calls it."""
    events, functions = _client(stage, "events"), _client(stage, "lambda")
    for short in (INGEST, TELL, SWEEP, API):
        function = _found(functions.get_function, FunctionName=stage.function(short))
        if function is not None:
            arn = function["Configuration"]["FunctionArn"]
            yield _resource(short, "lambda_function", lambda_arn=arn)
            if short in (INGEST, TELL) and bucket_exists(stage):
                yield _resource(f"{short}-s3event", "s3_event", bucket=stage.bucket, lambda_arn=arn)
        if short == SWEEP:
            rule = _found(events.describe_rule, Name=f"{APP}-{stage.name}-{short}-event")
            if rule is not None:
                yield _resource(f"{short}-event", "cloudwatch_event", rule_name=rule["Name"])


def _rest_api(stage: Stage, api: str) -> Resource:
    host = f"{api}.execute-api.{stage.account.region}.{_dns_suffix(stage)}"
    url = f"https://{host}/{stage.api_stage}/"
    return _resource("rest_api", "rest_api", rest_api_id=api, rest_api_url=url)


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
