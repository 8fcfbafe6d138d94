"""The dead-letter queue, when it is made again soon after it was deleted.

SQS gives a deleted queue's name back after 60 seconds. Until then it can be made neither by a stack
(a stage that was destroyed just now) nor by a call (a queue that was deleted by hand).
"""

import time
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.errors import DeployError, code_of
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import Stage

# As infra/app.yaml has it; tests/infra compares them.
SETTINGS: Final = {"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}

WAIT_SECONDS: Final = 15.0
WAITS: Final = 6
"""So often it is waited: longer than a name is kept, since deleting takes up to a minute itself."""

_GONE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_TOO_SOON: Final = ("AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently")
# How CloudFormation tells it: by the code, or by SQS's own sentence.
_TOO_SOON_IN_A_STACK: Final = ("QueueDeletedRecently", "wait 60 seconds after deleting a queue")

Say = Callable[[str], None]
Sleep = Callable[[float], None]


def apply(stacks: Stacks, template: Template, say: Say, sleep: Sleep = time.sleep) -> bool:
    """Apply a stack; if its queue was deleted a moment ago, wait and apply it again.

    Args:
        stacks: the stacks of the account and region.
        template: what the stack is to be.
        say: tells the user.
        sleep: waits so many seconds.

    Returns:
        Whether anything had to be done.

    Raises:
        DeployError: it cannot be made so.
    """
    for left in reversed(range(WAITS)):
        try:
            return stacks.apply(template)
        except DeployError as error:
            if not left or not any(said in str(error) for said in _TOO_SOON_IN_A_STACK):
                raise
        _wait(say, sleep)
    raise AssertionError("the last turn returns or raises")


def restore(stage: Stage, arn: str, say: Say, sleep: Sleep = time.sleep) -> bool:
    """Make the queue again, as the template has it, if somebody has deleted it.

    Its stack would not: CloudFormation does not look whether what it made is still there.

    Args:
        stage: whose.
        arn: the queue's.
        say: tells the user.
        sleep: waits so many seconds.

    Returns:
        Whether it was gone.
    """
    client: Any = stage.account.session.client("sqs")
    name = arn.rpartition(":")[2]
    try:
        client.get_queue_url(QueueName=name)
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
    else:
        return False
    for left in reversed(range(WAITS)):
        try:
            client.create_queue(QueueName=name, Attributes=dict(SETTINGS))
        except ClientError as error:
            if not left or code_of(error) not in _TOO_SOON:
                raise
            _wait(say, sleep)
        else:
            break
    return True


def _wait(say: Say, sleep: Sleep) -> None:
    say(
        "The dead-letter queue was deleted less than a minute ago, and SQS keeps its name so long: "
        f"trying again in {WAIT_SECONDS:.0f} seconds"
    )
    sleep(WAIT_SECONDS)
