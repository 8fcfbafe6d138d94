"""A stage on an AWS of its own: what a test makes there, no other test sees."""

from collections.abc import Iterator

import boto3
import pytest

from tests.infra.support import REGION, stage
from tools.deploy.account import Account
from tools.deploy.stage import Stage


@pytest.fixture
def on_aws() -> Iterator[Stage]:
    """The stage `dev`, whose account is an empty one of moto, in this process."""
    from moto import mock_aws

    with mock_aws():
        made = stage()
        account = Account(boto3.Session(region_name=REGION), "123456789012", "aws", REGION)
        yield Stage(made.name, account, made.bucket, "", made.environment, made.config)
