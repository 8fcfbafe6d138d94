"""A role of an older version goes when it is certain that no region uses it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from tests.infra.support import ACCOUNT
from tests.infra.support import stage as real_stage
from tools.deploy import old_roles
from tools.deploy.account import Account
from tools.deploy.stage import Stage

OLD = "leaderboard-api-dev-sweep_inbox"
ARN = f"arn:aws:iam::{ACCOUNT}:role/{OLD}"
NEW = f"arn:aws:iam::{ACCOUNT}:role/leaderboard-api/dev/made-up"


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "An operation")


class Pages:
    """The only page of a listing."""

    def __init__(self, page: dict[str, list[Any]]) -> None:
        self._page = page

    def paginate(self, **_: str) -> list[dict[str, list[Any]]]:
        return [self._page]


class Aws:
    """An account with one old role, and functions in some regions.

    Attributes:
        functions: the role of the sweep in each region, or the error that a region answers.
        regions: what EC2 says of the regions; None when it may not be asked.
        done: what was changed.
    """

    def __init__(self) -> None:
        self.functions: dict[str, str | Exception] = {}
        self.regions: list[str] | None = ["eu-central-1", "us-west-2"]
        self.done: list[tuple[str, str]] = []
        self._region = ""

    def client(self, _service: str, region_name: str = "") -> "Aws":
        other = Aws()
        other.functions, other.regions, other.done = self.functions, self.regions, self.done
        other._region = region_name
        return other

    def get_available_regions(self, _service: str, _partition: str) -> list[str]:
        return ["eu-central-1", "us-west-2", "xx-far-1"]

    def describe_regions(self) -> dict[str, Any]:
        if self.regions is None:
            raise error("UnauthorizedOperation")
        return {"Regions": [{"RegionName": name} for name in self.regions]}

    def get_function_configuration(self, FunctionName: str) -> dict[str, str]:  # noqa: N803
        assert FunctionName == OLD
        role = self.functions.get(self._region, error("ResourceNotFoundException"))
        if isinstance(role, Exception):
            raise role
        return {"Role": role}

    def get_role(self, RoleName: str) -> dict[str, Any]:  # noqa: N803
        if RoleName != OLD:
            raise error("NoSuchEntity")
        return {"Role": {"Arn": ARN}}

    def get_paginator(self, operation: str) -> Pages:
        policies = {"PolicyNames": ["inline"]}
        attached = {"AttachedPolicies": [{"PolicyArn": "arn:x"}]}
        return Pages(policies if operation == "list_role_policies" else attached)

    def detach_role_policy(self, RoleName: str, PolicyArn: str) -> None:  # noqa: N803
        self.done.append((RoleName, PolicyArn))

    def delete_role_policy(self, RoleName: str, PolicyName: str) -> None:  # noqa: N803
        self.done.append((RoleName, PolicyName))

    def delete_role(self, RoleName: str) -> None:  # noqa: N803
        self.done.append((RoleName, "deleted"))


@pytest.fixture
def aws() -> Aws:
    return Aws()


@pytest.fixture
def stage(aws: Aws) -> Stage:
    """The stage `dev` in that account."""
    made = real_stage()
    session: Any = aws
    account = Account(session, ACCOUNT, "aws", "eu-central-1")
    return Stage(made.name, account, made.bucket, "", made.environment, made.config)


@pytest.mark.parametrize(
    "elsewhere",
    [NEW, error("ResourceNotFoundException"), error("UnrecognizedClientException")],
)
def test_it_is_removed_with_all_that_is_attached_when_no_region_has_it(
    aws: Aws, stage: Stage, elsewhere: str | Exception
) -> None:
    aws.functions = {"eu-central-1": NEW, "us-west-2": elsewhere}
    assert old_roles.remove(stage) == ([OLD], {})
    assert aws.done == [(OLD, "arn:x"), (OLD, "inline"), (OLD, "deleted")]


@pytest.mark.parametrize(
    "elsewhere",
    [ARN, error("AccessDeniedException"), EndpointConnectionError(endpoint_url="https://x")],
)
def test_it_stays_while_a_region_has_it_or_cannot_be_asked(
    aws: Aws, stage: Stage, elsewhere: str | Exception
) -> None:
    aws.functions = {"us-west-2": elsewhere}
    assert old_roles.remove(stage) == ([], {OLD: ["us-west-2"]})
    assert aws.done == []


def test_who_may_not_ask_for_the_regions_asks_all_there_are(aws: Aws, stage: Stage) -> None:
    aws.regions = None
    aws.functions = {"xx-far-1": ARN}
    assert old_roles.remove(stage) == ([], {OLD: ["xx-far-1"]})
    aws.functions = {"xx-far-1": error("InvalidClientTokenId")}
    assert old_roles.remove(stage) == ([OLD], {})
