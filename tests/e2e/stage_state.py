"""What there is of one stage in one region: to see that it is whole, gone, or as it was."""

from typing import Any

from tests.aws import REGION
from tests.e2e.aws_state import AwsState
from tools.deploy.stage import API, FUNCTIONS

Facts = dict[str, Any]

CALLED_BY_S3 = ("ingest_players", "tell_uploader")


def facts(aws: AwsState, stage: str, region: str = REGION) -> Facts:
    """All that a deployment made of a stage.

    Args:
        aws: what is in its region, and in the account.
        stage: the stage.
        region: the region.
    """
    app = f"leaderboard-api-{stage}"
    names = {app if name == API else f"{app}-{name}" for name in FUNCTIONS}
    functions = {name: aws.functions[name] for name in names & aws.functions.keys()}
    roles = {of["Role"].rpartition("/")[2] for of in functions.values()}
    events = {
        notification["LambdaFunctionArn"]
        for bucket in aws.buckets.values()
        for notification in bucket["Notifications"]
    }
    return {
        "functions": functions,
        "roles": {name: aws.roles[name] for name in roles & aws.roles.keys()},
        "rules": {name: of for name, of in aws.rules.items() if name.startswith(f"{app}-")},
        "apis": {name: api for name, api in aws.apis.items() if app in api["calls"]},
        "events": {
            event
            for event in events
            if event.rpartition(":")[2] in names and f":{region}:" in event
        },
        "queues": [name for name in aws.queues if name.startswith(f"{app}-")],
        "topics": [name for name in aws.topics if name == f"{app}-uploads"],
        "stacks": {name: of for name, of in aws.stacks.items() if name == app},
    }


def is_gone(found: Facts) -> bool:
    """Whether nothing is left."""
    return not any(found.values())


def is_whole(found: Facts) -> bool:
    """Whether everything is there, once, and each function has a role with its rights."""
    counts = {name: len(of) for name, of in found.items()}
    one_each = ("rules", "apis", "topics", "stacks")
    rights = [set(policies) for policies in found["roles"].values()]
    called = [name for name in found["functions"] if name.endswith(CALLED_BY_S3)]
    functions = len(FUNCTIONS)
    return (
        (counts["functions"], counts["roles"]) == (functions, functions)
        and (counts["events"], counts["queues"]) == (2, 2)
        and all(counts[name] == 1 for name in one_each)
        and rights == [{"rights"}] * functions
        and all(status.endswith("_COMPLETE") for status in found["stacks"].values())
        and all(found["functions"][name]["Policy"] for name in called)
        and {event.rpartition(":")[2] for event in found["events"]} == set(called)
    )
