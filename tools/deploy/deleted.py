"""What the app's stack has made and somebody has deleted by hand: CloudFormation does not look."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import Stage


class Deletable(NamedTuple):
    """A resource that is looked for, and made anew if it is gone.

    Attributes:
        name: what it is called.
        sought: what it is called while it is looked for.
        lost: what is said of the new one.
        resource: its name in infra/app.yaml.
        gone_with_it: what else infra/app.yaml has of it.
        look: asks by a boto3 session for the resource with a physical id.
        codes: of errors that say that there is none.
    """

    name: str
    sought: str
    lost: str
    resource: str
    gone_with_it: tuple[str, ...]
    look: Callable[[Any, str], object]
    codes: tuple[str, ...]

    def is_deleted(self, stage: Stage, stacks: Stacks) -> bool:
        """Whether the stack has made it and it is no more."""
        made = stacks.resources(stage.app_stack).get(self.resource)
        if made is None:
            return False
        try:
            self.look(stage.account.session, made)
        except ClientError as error:
            if code_of(error) not in self.codes:
                raise
            return True
        return False

    def left_out(self, template: Template) -> Template:
        """The app's template without it, by which the stack forgets it."""
        without = {*template.without, self.resource, *self.gone_with_it}
        return replace(template, without=without)


TOPIC: Final = Deletable(
    name="the topic",
    sought="the topic of uploads",
    lost="without those who had subscribed",
    resource="UploadsTopic",
    gone_with_it=("UploadsTopicPolicy", "UploadsTopicArn", "UploadsMail"),
    look=lambda session, arn: session.client("sns").get_topic_attributes(TopicArn=arn),
    codes=("NotFound", "NotFoundException"),
)
TABLE: Final = Deletable(
    name="the table",
    sought="the table",
    lost="with nothing in it",
    resource="ItemsTable",
    gone_with_it=(),
    look=lambda session, name: session.client("dynamodb").describe_table(TableName=name),
    codes=("ResourceNotFoundException",),
)
