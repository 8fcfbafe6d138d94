"""The functions' roles: made by the app's stack, with the rights of `.chalice/policy-*.json`.

A role's name is global to an account. So AWS makes up these names, and no region and no stage has
another's (docs/adr/0017-roles-without-names.md).
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of
from tools.deploy.iam import GONE, exists, strip
from tools.deploy.project import render_policy
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import FUNCTIONS, Stage

POLICY: Final = "rights"
"""The name of a role's one policy, as infra/app.yaml has it."""


def resource(function: str) -> str:
    """A function's role in the template: `ApiHandlerRole` of `api_handler`."""
    return "".join(word.capitalize() for word in function.split("_")) + "Role"


def output(function: str) -> str:
    """The ARN of a function's role among the template's outputs."""
    return f"{resource(function)}Arn"


def rights(root: Path, stage: Stage) -> dict[str, dict[str, Any]]:
    """What each function may do.

    Args:
        root: the source tree.
        stage: the stage.

    Raises:
        DeployError: a policy file cannot be used.
    """
    functions = stage.config["lambda_functions"]
    return {
        name: render_policy(root / ".chalice" / functions[name]["iam_policy_file"], stage)
        for name in FUNCTIONS
    }


def with_roles(
    template: Template,
    policies: Mapping[str, Mapping[str, Any]],
    without: Collection[str] = (),
) -> Template:
    """The app's template with the roles' rights in it.

    Args:
        template: the template.
        policies: see `rights`.
        without: the functions whose role is left out, so that the stack forgets it.
    """
    names = {name for function in without for name in (resource(function), output(function))}
    return replace(template, policies=policies, without=names)


def arns(stage: Stage, stacks: Stacks) -> dict[str, str]:
    """Each function's role, once the app's stack is applied."""
    outputs = stacks.outputs(stage.app_stack)
    return {name: outputs[output(name)] for name in FUNCTIONS}


def deleted_by_hand(stage: Stage, stacks: Stacks) -> list[str]:
    """The functions whose role the stack has made and somebody has deleted.

    CloudFormation does not look whether what it made is still there.
    """
    client: Any = stage.account.session.client("iam")
    made = stacks.resources(stage.app_stack)
    names = {function: made.get(resource(function)) for function in FUNCTIONS}
    return [function for function, name in names.items() if name and not exists(client, name)]


def restore_rights(
    stage: Stage, made: Mapping[str, str], policies: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Undo what somebody has changed by hand in the roles' rights, or added to them.

    Args:
        stage: whose.
        made: see `arns`.
        policies: see `rights`.

    Returns:
        The functions whose rights were others.
    """
    client: Any = stage.account.session.client("iam")
    changed = []
    for function, arn in made.items():
        name = arn.rpartition("/")[2]
        is_as_made = not strip(client, name, keep=(POLICY,))
        if _policy(client, name) != policies[function]:
            is_as_made = False
            document = json.dumps(policies[function])
            client.put_role_policy(RoleName=name, PolicyName=POLICY, PolicyDocument=document)
        if not is_as_made:
            changed.append(function)
    return changed


def drop_added(stage: Stage, stacks: Stacks) -> None:
    """Take away what somebody has added to the roles: their stack could not be deleted with it."""
    client: Any = stage.account.session.client("iam")
    made = stacks.resources(stage.app_stack)
    for function in FUNCTIONS:
        name = made.get(resource(function))
        if name and exists(client, name):
            strip(client, name, keep=(POLICY,))


def _policy(client: Any, role: str) -> Any:
    """A role's policy as it is; boto3 has decoded it. None when it is gone."""
    try:
        return client.get_role_policy(RoleName=role, PolicyName=POLICY)["PolicyDocument"]
    except ClientError as error:
        if code_of(error) != GONE:
            raise
        return None
