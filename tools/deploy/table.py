"""The table of the engine `dynamodb`, when somebody has deleted it by hand."""

from dataclasses import replace
from typing import Any, Final

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import Stage

_TABLE: Final = "ItemsTable"
_GONE: Final = "ResourceNotFoundException"


def is_deleted_by_hand(stage: Stage, stacks: Stacks) -> bool:
    """Whether the stack has made the table and it is no more; CloudFormation does not look."""
    name = stacks.resources(stage.app_stack).get(_TABLE)
    if name is None:
        return False
    client: Any = stage.account.session.client("dynamodb")
    try:
        client.describe_table(TableName=name)
    except ClientError as error:
        if code_of(error) != _GONE:
            raise
        return True
    return False


def without_table(template: Template) -> Template:
    """The app's template without the table, by which the stack forgets it."""
    return replace(template, without={*template.without, _TABLE})
