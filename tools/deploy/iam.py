"""Whether a role is there, and what it has beside itself: IAM removes none before that is gone."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of

GONE: Final = "NoSuchEntity"
"""What IAM says of what is not there."""


def exists(client: Any, role: str) -> bool:
    """Whether a role is there.

    Args:
        client: of IAM.
        role: the role's name.
    """
    try:
        client.get_role(RoleName=role)
    except ClientError as error:
        if code_of(error) != GONE:
            raise
        return False
    return True


def strip(client: Any, role: str, keep: Collection[str] = ()) -> bool:
    """Take a role's policies away, its own and attached ones.

    Args:
        client: of IAM.
        role: the role's name.
        keep: the names of its own policies that stay.

    Returns:
        Whether there was anything to take away.
    """
    attached = list(_pages(client, "list_attached_role_policies", "AttachedPolicies", role))
    for policy in attached:
        client.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    own = [
        name
        for name in _pages(client, "list_role_policies", "PolicyNames", role)
        if name not in keep
    ]
    for name in own:
        client.delete_role_policy(RoleName=role, PolicyName=name)
    return bool(attached or own)


def _pages(client: Any, operation: str, key: str, role: str) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(RoleName=role):
        yield from page[key]
