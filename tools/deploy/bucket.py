"""The lake's bucket, as AWS has it: a stack goes on naming one that somebody has deleted."""

from typing import Any

from botocore.exceptions import ClientError

from tools.deploy.errors import code_of
from tools.deploy.stage import Stage


def bucket_exists(stage: Stage) -> bool:
    """Whether the stage's bucket is there."""
    client: Any = stage.account.session.client("s3")
    try:
        client.head_bucket(Bucket=stage.bucket)
    except ClientError as error:
        if code_of(error) != "404":
            raise
        return False
    return True


def is_ours(stage: Stage) -> bool:
    """Whether the stage's bucket is there and belongs to the stage's account."""
    client: Any = stage.account.session.client("s3")
    try:
        client.head_bucket(Bucket=stage.bucket, ExpectedBucketOwner=stage.account.number)
    except ClientError:
        return False
    return True
