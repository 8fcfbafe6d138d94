"""`make destroy`: takes a stage down and leaves its data where it is."""

from pathlib import Path

from tools.deploy import chalice, notifications, orphans, project, roles
from tools.deploy.account import Account
from tools.deploy.bucket import bucket_exists
from tools.deploy.deploy import bucket_of, say, say_old_roles
from tools.deploy.errors import DeployError, while_doing
from tools.deploy.guards import edge
from tools.deploy.stacks import Stacks
from tools.deploy.stage import Stage, app_stack, check_name, read_config
from tools.deploy.state import State


def destroy(root: Path, name: str) -> None:
    """Take a stage down: CloudFront, functions, roles, schedule, API, table, queue, alarms.

    The bucket with all that was ever uploaded stays, in a stack of its own.

    Args:
        root: the source tree.
        name: the stage.

    Raises:
        DeployError: it cannot be done, or there is no such stage on AWS.
    """
    config = read_config(root)
    check_name(name, config)
    account = Account.connect()
    stacks = Stacks(account, root)
    with while_doing("asking for the stacks"):
        kept = bucket_of(stacks, name)
        given = stacks.parameters(app_stack(name)).get("BucketName")
    stage = Stage.of(config, name, account, kept or given)
    with while_doing("looking for what there is of the stage"):
        anything = kept or given or orphans.find(stage) or stacks.outputs(edge.stack(stage))
    if not anything:
        raise DeployError(f"there is no stage {name} in {account.region} to destroy")
    with project.alone(root, stage):
        _destroy(root, stacks, stage)
    _say_what_stays(stage, in_stack=kept is not None)


def _destroy(root: Path, stacks: Stacks, stage: Stage) -> None:
    with while_doing(f"deleting the stack {edge.stack(stage)}"):
        if stacks.delete(edge.stack(stage)):
            say(f"Stack {edge.stack(stage)}: deleted")
    _delete_functions(root, stage)
    with while_doing(f"deleting the stack {stage.app_stack}"):
        roles.drop_added(stage, stacks)
        deleted = stacks.delete(stage.app_stack)
    say(f"Stack {stage.app_stack}: {'deleted' if deleted else 'was not there'}")
    say_old_roles(stage)


def _say_what_stays(stage: Stage, *, in_stack: bool) -> None:
    with while_doing("looking for the bucket"):
        there = bucket_exists(stage)
    if not there:
        say(f"The stage {stage.name} is gone, and its bucket {stage.bucket} was gone before.")
        return
    if not in_stack:
        say(f"""
The stage {stage.name} is gone, its data is not: the bucket {stage.bucket} stays as it is. Its stack
{stage.data_stack} was deleted by hand; docs/deploy.md says how to take the bucket back.""")
        return
    say(f"""
The stage {stage.name} is gone, its data is not: the bucket {stage.bucket} and the stack
{stage.data_stack} stay as they are, and `make deploy STAGE={stage.name}` finds them again.
Logs end by themselves. docs/deploy.md says how to delete the data too.""")


def _delete_functions(root: Path, stage: Stage) -> None:
    made = project.make(root, stage)
    state = State(stage, root, made)
    with while_doing("reading what was deployed"):
        notifications.drop_dead(stage)
        there = state.restore_all()
    if there:
        chalice.run(root, made, "delete", stage)
    else:
        say("Functions and API: there are none")
    with while_doing("forgetting what was deployed"):
        state.forget()
