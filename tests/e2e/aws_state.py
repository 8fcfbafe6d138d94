"""What is on (moto's) AWS, read back by AWS's own API.

Of the stacks' resources moto makes only bucket, queue and topic: tests/infra judges the templates.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import unquote

import boto3
from botocore.exceptions import ClientError

from tests.aws import REGION


@dataclass
class AwsState:
    """All that a deployment makes, by name.

    Attributes:
        functions: what Lambda says of each function, with its reserved concurrency under
            `Reserved`, its handling of failed events under `Invoke` and who may call it
            under `Policy`.
        roles: the inline policies of each role.
        rules: the schedule of each rule, and the functions that it calls.
        apis: each API's own facts, with the methods of every path under `paths`, the functions that
            it calls under `calls`, its stages and its gateway responses.
        stacks: the status of each stack.
        buckets: each bucket's notifications and keys.
        queues: the names of all queues.
        topics: the names of all topics.
        logs: for how many days each log group keeps what is in it.
    """

    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    apis: dict[str, dict[str, Any]] = field(default_factory=dict)
    stacks: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    logs: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, aws: "Clients") -> Self:
        """The state at this moment."""
        queues = aws.of("sqs").list_queues().get("QueueUrls", [])
        topics = aws.of("sns").list_topics()["Topics"]
        groups = aws.of("logs").describe_log_groups()["logGroups"]
        stacks = aws.of("cloudformation").describe_stacks()["Stacks"]
        return cls(
            functions=_functions(aws.of("lambda")),
            roles=_roles(aws.of("iam")),
            rules=_rules(aws.of("events")),
            apis=_apis(aws.of("apigateway")),
            stacks={stack["StackName"]: stack["StackStatus"] for stack in stacks},
            buckets=_buckets(aws.of("s3")),
            queues=[queue.rpartition("/")[2] for queue in queues],
            topics=[topic["TopicArn"].rpartition(":")[2] for topic in topics],
            logs={group["logGroupName"]: group["retentionInDays"] for group in groups},
        )


class Clients:
    """Clients of one server, each made once: that takes long.

    Attributes:
        session: what makes them.
    """

    def __init__(self, url: str, region: str = REGION) -> None:
        self.session = boto3.Session("testing", "testing", region_name=region)
        self._url = url
        self._made: dict[str, Any] = {}

    def of(self, service: Any) -> Any:
        """The client of a service."""
        if service not in self._made:
            self._made[service] = self.session.client(service, endpoint_url=self._url)
        return self._made[service]


def _functions(client: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for listed in client.list_functions()["Functions"]:
        name = listed["FunctionName"]
        function = client.get_function(FunctionName=name)
        facts = function["Configuration"]
        facts["Reserved"] = function.get("Concurrency", {}).get("ReservedConcurrentExecutions")
        facts["Invoke"] = _or_none(client.get_function_event_invoke_config, FunctionName=name)
        policy = _or_none(client.get_policy, FunctionName=name)
        facts["Policy"] = json.loads(policy["Policy"])["Statement"] if policy else []
        found[name] = facts
    return found


def _roles(client: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for role in client.list_roles()["Roles"]:
        name = role["RoleName"]
        names = client.list_role_policies(RoleName=name)["PolicyNames"]
        found[name] = {
            policy: _document(
                client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            )
            for policy in names
        }
        assert not client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return found


def _document(policy: Any) -> Any:
    return json.loads(unquote(policy)) if isinstance(policy, str) else policy


def _rules(client: Any) -> dict[str, dict[str, Any]]:
    return {
        rule["Name"]: {
            "Schedule": rule.get("ScheduleExpression"),
            "Targets": [
                target["Arn"]
                for target in client.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            ],
        }
        for rule in client.list_rules()["Rules"]
    }


def _apis(client: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for api in client.get_rest_apis()["items"]:
        where = {"restApiId": api["id"], "limit": 500, "embed": ["methods"]}
        resources = client.get_resources(**where)["items"]
        stages = client.get_stages(restApiId=api["id"])["item"]
        responses = client.get_gateway_responses(restApiId=api["id"])["items"]
        found[api["id"]] = {
            **api,
            "paths": {
                item["path"]: set(item["resourceMethods"])
                for item in resources
                if "resourceMethods" in item
            },
            "calls": set(re.findall(r":function:([^/]*)/", json.dumps(resources, default=str))),
            "stages": {stage["stageName"]: stage for stage in stages},
            "responses": {response["responseType"]: response for response in responses},
        }
    return found


def _buckets(client: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for bucket in client.list_buckets()["Buckets"]:
        where = {"Bucket": bucket["Name"]}
        notification = client.get_bucket_notification_configuration(**where)
        found[bucket["Name"]] = {
            "Notifications": notification.get("LambdaFunctionConfigurations", []),
            "Keys": [item["Key"] for item in client.list_objects_v2(**where).get("Contents", [])],
        }
    return found


def _or_none(call: Any, **arguments: Any) -> Any:
    try:
        answer = call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    answer.pop("ResponseMetadata")
    return answer
