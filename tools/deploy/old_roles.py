"""Roles of before: chalice made them, and called them by the stage alone.

`leaderboard-api-dev-sweep_inbox` is one role for every region that the stage `dev` runs in. Now
each region has roles of its own (`tools.deploy.roles`), so an old one goes when no region uses it
any more.
"""

from typing import Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.threads.pool import map_in_threads
from tools.deploy.errors import code_of
from tools.deploy.iam import strip
from tools.deploy.stage import APP, FUNCTIONS, Stage

_GONE: Final = ("NoSuchEntity", "ResourceNotFoundException")
# What a region says that the account has not switched on: nothing of the account runs there.
_NOT_OURS: Final = ("UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure")


class OldRoles(NamedTuple):
    """What became of a stage's old roles.

    Attributes:
        removed: their names.
        kept: the names of those that a region uses, or may use, with the regions.
    """

    removed: list[str]
    kept: dict[str, list[str]]


def remove(stage: Stage) -> OldRoles:
    """Remove the stage's old roles that no function in any region has.

    Without old roles this is one question a role, and no region is asked.

    Args:
        stage: the stage, whose functions here have their new roles, or are gone.
    """
    client: Any = stage.account.session.client("iam")
    removed, kept = [], {}
    for function in FUNCTIONS:
        name = f"{APP}-{stage.name}-{function}"
        arn = _arn(client, name)
        if arn is None:
            continue
        users = _users(stage, function, arn)
        if users:
            kept[name] = users
        else:
            strip(client, name)
            client.delete_role(RoleName=name)
            removed.append(name)
    return OldRoles(removed, kept)


def _arn(client: Any, name: str) -> str | None:
    try:
        return str(client.get_role(RoleName=name)["Role"]["Arn"])
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        return None


def _users(stage: Stage, function: str, role: str) -> list[str]:
    """The regions whose function has a role; one that cannot be asked counts as such."""

    def has_it(region: str) -> bool:
        client: Any = stage.account.session.client("lambda", region_name=region)
        try:
            found = client.get_function_configuration(FunctionName=stage.function(function))
        except ClientError as error:
            return code_of(error) not in (*_GONE, *_NOT_OURS)
        except BotoCoreError:
            return True
        return bool(found["Role"] == role)

    regions = _regions(stage)
    answers = map_in_threads(has_it, regions)
    return [region for region, has in zip(regions, answers, strict=True) if has]


def _regions(stage: Stage) -> list[str]:
    """The regions that the account has switched on, or all when it may not ask for them."""
    client: Any = stage.account.session.client("ec2")
    try:
        return sorted(region["RegionName"] for region in client.describe_regions()["Regions"])
    except ClientError:
        session = stage.account.session
        return sorted(session.get_available_regions("lambda", stage.account.partition))
