"""The functions' roles, and what they may do in the lake's bucket."""

from dataclasses import replace
from functools import lru_cache

from chalicelib.views.registry import folders
from tests.athena.table import Deployed
from tests.infra.iam import Call, Policy, is_allowed
from tests.infra.support import ACCOUNT, ROOT, rendered, stage
from tools.deploy.deploy import data_template
from tools.deploy.project import render_policy


def role_policy(
    function: str,
    bucket: str,
    key_prefix: str = "",
    athena: Deployed | None = None,
    table: str | None = None,
) -> Policy:
    """The policy that a function's role would get."""
    return _role_policy(function, bucket, key_prefix, athena, table, folders())


@lru_cache
def _role_policy(
    function: str,
    bucket: str,
    key_prefix: str,
    athena: Deployed | None,
    table: str | None,
    _: tuple[str, ...],
) -> Policy:
    """The same, remembered for as long as there are these views."""
    path = ROOT / ".chalice" / f"policy-{function}.json"
    return render_policy(path, stage(bucket, key_prefix, athena, table))


@lru_cache
def bucket_policy(bucket: str, key_prefix: str = "") -> Policy:
    """The policy that the bucket would get."""
    parameters = data_template(stage(bucket, key_prefix)).parameters
    resources = rendered("data.yaml", {name: value or "" for name, value in parameters.items()})
    policy: Policy = resources["BucketPolicy"]["Properties"]["PolicyDocument"]
    return policy


def as_role(call: Call, function: str) -> Call:
    """The call as AWS sees it when the function's role makes it."""
    role = f"arn:aws:iam::{ACCOUNT}:role/leaderboard-api/dev/any-name-{function}"
    context = {"aws:PrincipalArn": role, "aws:SecureTransport": "true", **call.context}
    return replace(call, context=context)


def may(
    function: str,
    call: Call,
    bucket: str = "the-lake",
    key_prefix: str = "",
    athena: Deployed | None = None,
    *,
    table: str | None = None,
) -> bool:
    """Whether a function may make a call."""
    own = role_policy(function, bucket, key_prefix, athena, table)
    policies = [own, bucket_policy(bucket, key_prefix)]
    return is_allowed(as_role(call, function), policies)
