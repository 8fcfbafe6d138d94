"""The AWS account that is deployed to: whose credentials are found, and which region."""

import os
from dataclasses import dataclass
from typing import Self

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from tools.deploy.errors import DeployError, one_line

CREDENTIALS_HINT = (
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`"
)
REGION_HINT = "set AWS_REGION to where the stage is to run, such as eu-central-1"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a stage is deployed to.

    Attributes:
        session: makes clients for it.
        number: the account's twelve digits.
        partition: `aws`, `aws-cn` or `aws-us-gov`.
        region: such as `eu-central-1`.
    """

    session: boto3.Session
    number: str
    partition: str
    region: str

    @classmethod
    def connect(cls) -> Self:
        """The account that the environment's credentials belong to.

        Raises:
            DeployError: credentials or region are not set or not valid, or AWS is out of reach.
        """
        try:
            region = os.environ.get("AWS_REGION") or boto3.Session().region_name
        except ProfileNotFound as error:
            raise DeployError(f"{one_line(str(error))}; {CREDENTIALS_HINT}") from error
        if not region:
            raise DeployError(f"no AWS region is set; {REGION_HINT}")
        session = boto3.Session(region_name=region)
        number, arn = _identity(session)
        return cls(session, number, arn.split(":")[1], region)


def _identity(session: boto3.Session) -> tuple[str, str]:
    """The account's number and the ARN of who is asking."""
    try:
        identity = session.client("sts").get_caller_identity()
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise DeployError(f"no AWS credentials are found; {CREDENTIALS_HINT}") from error
    except ClientError as error:
        raise DeployError(
            f"AWS refuses the credentials: {one_line(str(error))}; {CREDENTIALS_HINT}"
        ) from error
    except BotoCoreError as error:
        raise DeployError(f"AWS cannot be asked who you are: {one_line(str(error))}") from error
    return identity["Account"], identity["Arn"]
