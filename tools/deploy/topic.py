"""The topic that is told of uploads, when somebody has deleted it by hand."""

from dataclasses import replace
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import Stage

_TOPIC: Final = "UploadsTopic"
_WITH_IT: Final = (_TOPIC, f"{_TOPIC}Policy", f"{_TOPIC}Arn", "UploadsMail")
"""What infra/app.yaml has of it, and what is gone with it."""

_GONE: Final = ("NotFound", "NotFoundException")


def is_deleted_by_hand(stage: Stage, stacks: Stacks) -> bool:
    """Whether the stack has made the topic and it is no more; CloudFormation does not look."""
    arn = stacks.resources(stage.app_stack).get(_TOPIC)
    if arn is None:
        return False
    client: Any = stage.account.session.client("sns")
    try:
        client.get_topic_attributes(TopicArn=arn)
    except ClientError as error:
        if code_of(error) not in _GONE:
            raise
        return True
    return False


def without_topic(template: Template) -> Template:
    """The app's template without the topic, by which the stack forgets it."""
    return replace(template, without={*template.without, *_WITH_IT})
