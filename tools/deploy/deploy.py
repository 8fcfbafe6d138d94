"""`make deploy`: a stage as the source tree has it, on AWS; again and again."""

from pathlib import Path
from typing import Final

from chalicelib.lake.s3.store import S3Store
from tools.deploy import chalice, functions, notifications, old_roles, project, roles
from tools.deploy.account import Account
from tools.deploy.bucket import bucket_exists, is_ours
from tools.deploy.deleted import TABLE, TOPIC, Deletable
from tools.deploy.errors import DeployError, while_doing
from tools.deploy.guards import edge, limits, queue
from tools.deploy.guards.options import AS_BEFORE, Options, check_budget
from tools.deploy.lake import rebuild_advice
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import (
    INGEST,
    TELL,
    Stage,
    check_apart,
    check_name,
    data_stack,
    read_config,
)
from tools.deploy.state import State

# What S3 and CloudFormation say of a bucket's name that is taken.
_BUCKET_TAKEN: Final = ("BucketAlreadyExists", "BucketAlreadyOwnedByYou")
_EXISTS: Final = "already exists"

QUEUES: Final = {INGEST: "IngestFailuresQueueArn", TELL: "TellFailuresQueueArn"}
"""The outputs of the app's stack with the functions' dead-letter queues."""


def say(text: str = "") -> None:
    """Tell the user."""
    print(text, flush=True)


def deploy(
    root: Path,
    name: str,
    bucket: str | None,
    alarm_email: str | None,
    options: Options = AS_BEFORE,
) -> None:
    """Bring a stage up, or up to date.

    Args:
        root: the source tree.
        name: the stage.
        bucket: the lake's bucket; that of the last deployment, or else of `LAKE_URI`, when None.
        alarm_email: who is told of alarms; empty for nobody, as it was when None.
        options: limits, logs, costs and the cache in front.

    Raises:
        DeployError: it cannot be done; what was done so far stays and is no obstacle.
    """
    config = read_config(root)
    check_name(name, config)
    check_apart(name, config)
    account = Account.connect()
    stacks = Stacks(account, root)
    with while_doing("asking for the stack of the lake"):
        kept = bucket_of(stacks, name)
    if kept and bucket and kept != bucket:
        raise DeployError(
            f"the stage {name} has its data in the bucket {kept}; another bucket needs another "
            "stage (docs/deploy.md)"
        )
    stage = Stage.of(config, name, account, bucket or kept)
    if kept:
        with while_doing("looking for the bucket"):
            there = bucket_exists(stage)
        if not there:
            raise DeployError(
                f"the bucket {kept} of the stack {stage.data_stack} was deleted by hand; delete "
                "that stack too (docs/deploy.md says how), then deploy"
            )
    with while_doing("asking for the stage's settings"):
        check_budget(stacks.parameters(stage.app_stack), alarm_email, options)
        edge.check(stacks, stage, options)
    with project.alone(root, stage):
        _deploy(root, stacks, stage, alarm_email, options)


def _deploy(
    root: Path, stacks: Stacks, stage: Stage, alarm_email: str | None, options: Options
) -> None:
    say(f"Stage {stage.name} in {stage.account.region}, lake {stage.lake_uri}")
    chalice.build_package(root, stage)
    _apply(stacks, stage, data_template(stage))
    _apply_with_roles(root, stacks, stage, app_template(stage, alarm_email, options))
    url = _deploy_functions(root, stage, stacks)
    say_old_roles(stage)
    with while_doing("setting the API's limits"):
        limits.apply(stacks, stage, url, say)
    with while_doing(f"applying the stack {edge.stack(stage)}"):
        edge_url = edge.apply(stacks, stage, url, options, say)
    _say_what_is_next(stage, edge_url or url)
    _say_what_to_rebuild(stage)


def data_template(stage: Stage) -> Template:
    """The stack that holds the bucket."""
    return Template(
        stage.data_stack,
        "data.yaml",
        {"Stage": stage.name, "BucketName": stage.bucket, "KeyPrefix": stage.key_prefix},
        protected=True,
    )


def app_template(stage: Stage, alarm_email: str | None, options: Options = AS_BEFORE) -> Template:
    """The stack that holds all else which chalice does not make."""
    return Template(
        stage.app_stack,
        "app.yaml",
        {
            "Stage": stage.name,
            "BucketName": stage.bucket,
            "KeyPrefix": stage.key_prefix,
            "AthenaDatabase": stage.environment["ATHENA_DATABASE"],
            "AthenaTable": stage.environment["ATHENA_TABLE"],
            "AthenaWorkgroup": stage.environment["ATHENA_WORKGROUP"],
            "DynamodbTable": stage.dynamodb_table,
            "ApiStage": stage.api_stage,
            "AlarmEmail": alarm_email,
            "UploadsEmail": options.uploads_email_or_nobody,
            "BudgetUsd": options.budget,
            "ThrottleRate": options.rate,
            "ThrottleBurst": options.burst,
            "AccessLogs": options.access_logs,
        },
    )


def bucket_of(stacks: Stacks, name: str) -> str | None:
    """The bucket in a stage's stack of the lake; None when there is no such stack.

    A stack that has taken a bucket back has it before it has the output that names it.
    """
    stack = data_stack(name)
    return stacks.output(stack, "BucketName") or stacks.resources(stack).get("Bucket")


def name_is_taken(error: DeployError) -> bool:
    """Whether a stack failed because there is a bucket of that name already."""
    text = str(error)
    of_bucket = "Bucket: " in text and _EXISTS in text
    return of_bucket or any(code in text for code in _BUCKET_TAKEN)


def with_remedy(error: DeployError, stage: Stage, *, ours: bool) -> DeployError:
    """A failure of a stack; with what to do when the bucket's name is taken.

    Args:
        error: the failure.
        stage: the stage.
        ours: whether a bucket of that name is the account's own: then it may be full of data, of
            a stack that somebody has deleted.
    """
    if not name_is_taken(error):
        return error
    if ours:
        return DeployError(
            f"the bucket {stage.bucket} is there, in this account, and not in the stack "
            f"{stage.data_stack}; docs/deploy.md says how to take it back with all that is in it"
        )
    remedy = f"`make deploy STAGE={stage.name} BUCKET=another-name` takes another bucket"
    return DeployError(f"{error}; {remedy}")


def say_old_roles(stage: Stage) -> None:
    """Remove roles that chalice made of an older version of the app; tell the user."""
    with while_doing("removing roles of an older version"):
        done = old_roles.remove(stage)
    if done.removed:
        say(f"Roles of an older version: {', '.join(done.removed)} removed")
    for name, regions in done.kept.items():
        say(f"Note: {name}, a role of an older version, stays for {', '.join(regions)}")


def _apply(stacks: Stacks, stage: Stage, template: Template) -> None:
    try:
        with while_doing(f"applying the stack {template.stack}"):
            changed = queue.apply(stacks, template, say)
    except DeployError as error:
        ours = name_is_taken(error) and is_ours(stage)
        raise with_remedy(error, stage, ours=ours) from error
    say(f"Stack {template.stack}: {'applied' if changed else 'nothing to change'}")


def _apply_with_roles(root: Path, stacks: Stacks, stage: Stage, template: Template) -> None:
    """Apply the app's template; what somebody did by hand to the roles, the topic or the table of
    the engine `dynamodb` is undone."""
    for one in (TOPIC, TABLE):
        _forget_if_deleted(one, root, stacks, stage, template)
    rights = roles.rights(root, stage)
    with while_doing("looking for the functions' roles"):
        deleted = roles.deleted_by_hand(stage, stacks)
    if deleted:
        say(f"Deleted by hand, so that it is made anew: the role of {', '.join(deleted)}")
        _apply(stacks, stage, roles.with_roles(template, rights, without=deleted))
    _apply(stacks, stage, roles.with_roles(template, rights))
    with while_doing("looking at the functions' rights"):
        changed = roles.restore_rights(stage, roles.arns(stage, stacks), rights)
    if changed:
        say(f"Changed by hand, and restored: the rights of {', '.join(changed)}")


def _forget_if_deleted(
    one: Deletable, root: Path, stacks: Stacks, stage: Stage, template: Template
) -> None:
    """Have the stack forget what somebody has deleted, so that it is made anew."""
    with while_doing(f"looking for {one.sought}"):
        deleted = one.is_deleted(stage, stacks)
    if deleted:
        say(f"Deleted by hand, so that it is made anew, {one.lost}: {one.name}")
        whole = roles.with_roles(template, roles.rights(root, stage))
        _apply(stacks, stage, one.left_out(whole))


def _deploy_functions(root: Path, stage: Stage, stacks: Stacks) -> str:
    """Have chalice deploy, and set what it cannot; returns the API's URL."""
    with while_doing("preparing the functions"):
        functions.make_log_groups(stage)
        reserved = functions.reservable(stage)
        functions.wait_until_settled(stage)
        notifications.drop_dead(stage)
    if reserved.note:
        say(f"Note: {reserved.note}")
    made = project.make(root, stage, roles.arns(stage, stacks), reserved.places)
    state = State(stage, root, made)
    with while_doing("reading what was deployed before"):
        state.restore()
    chalice.run(root, made, "deploy", stage)
    with while_doing("finishing the functions"):
        state.keep()
        outputs = stacks.outputs(stage.app_stack)
        queues = {function: outputs[output] for function, output in QUEUES.items()}
        for arn in queues.values():
            if queue.restore(stage, arn, say):
                name = arn.rpartition(":")[2]
                say(f"The dead-letter queue {name} had been deleted by hand: it is there again")
        functions.set_failure_handling(stage, queues)
    return state.api_url()


def _say_what_is_next(stage: Stage, url: str) -> None:
    lake = f"s3://{stage.bucket}/{stage.key_prefix}"
    say(f"""
The API is at
  {url}/v1/health
  {url}/v1/kingdoms
Upload a scan, and see what became of it:
  LAKE_URI={stage.lake_uri} python -m chalicelib upload FILE --kingdom 51 --date 2026-01-26
or put it where officers would:
  aws s3 cp FILE {lake}inbox/source=rok_players/kingdom=51/dt=2026-01-26/
Then open
  {url}/v1/kingdoms/51/leaderboards/dkp""")


def _say_what_to_rebuild(stage: Stage) -> None:
    """Tell the user of snapshots that the app cannot show, which an older version published."""
    store = S3Store(stage.bucket, stage.key_prefix, stage.account.session.client("s3"))
    advice = rebuild_advice(store, stage.lake_uri)
    if advice is not None:
        say(f"\n{advice}")
