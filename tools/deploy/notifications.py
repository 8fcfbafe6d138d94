"""The bucket's notifications to functions of ours that are gone.

S3 looks at all destinations of a bucket whenever one of them changes, and refuses if one of them is
no more. Chalice writes them all back, so a function that somebody deleted by hand would stop every
later deployment, and the removal as well.
"""

import re
from typing import Any

from botocore.exceptions import ClientError

from tools.deploy.bucket import bucket_exists
from tools.deploy.errors import code_of
from tools.deploy.stage import APP, Stage


def drop_dead(stage: Stage) -> list[str]:
    """Take the stage's own functions that are gone out of the bucket's notifications.

    Those of anybody else stay as they are.

    Returns:
        The ARNs that were taken out.
    """
    if not bucket_exists(stage):
        return []
    client: Any = stage.account.session.client("s3")
    found = client.get_bucket_notification_configuration(Bucket=stage.bucket)
    found.pop("ResponseMetadata", None)
    functions = found.get("LambdaFunctionConfigurations", [])
    arns = {item["LambdaFunctionArn"] for item in functions}
    dead = sorted(arn for arn in arns if _is_ours(stage, arn) and not _exists(stage, arn))
    if dead:
        found["LambdaFunctionConfigurations"] = [
            item for item in functions if item["LambdaFunctionArn"] not in dead
        ]
        client.put_bucket_notification_configuration(
            Bucket=stage.bucket, NotificationConfiguration=found
        )
    return dead


def _is_ours(stage: Stage, arn: str) -> bool:
    """Whether an ARN is one of a function of the stage, also of one that it has no more."""
    account = stage.account
    place = f"arn:{account.partition}:lambda:{account.region}:{account.number}:function:"
    return re.fullmatch(rf"{re.escape(place)}{APP}-{stage.name}(-[A-Za-z0-9_]+)?", arn) is not None


def _exists(stage: Stage, arn: str) -> bool:
    client: Any = stage.account.session.client("lambda")
    try:
        client.get_function_configuration(FunctionName=arn)
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        return False
    return True
