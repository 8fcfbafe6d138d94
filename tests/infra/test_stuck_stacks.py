"""Stacks on a moto that refuses what AWS does: stuck ones, and a bucket that lost its own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.e2e import moto_as_aws
from tests.infra.support import REGION, ROOT, stage
from tools.deploy import deploy
from tools.deploy import stacks as module
from tools.deploy.account import Account
from tools.deploy.bucket import bucket_exists, is_ours
from tools.deploy.deploy import app_template, bucket_of, data_template
from tools.deploy.errors import DeployError
from tools.deploy.guards.options import Options
from tools.deploy.stacks import Stacks
from tools.deploy.stage import Stage

pytestmark = [
    pytest.mark.slow,
    # Moto makes bucket, queue and topic; the templates are judged elsewhere.
    pytest.mark.filterwarnings("ignore:Tried to parse AWS"),
]

OWNER = "123456789012"


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The stage `dev`, whose account is an empty one of a moto that is as strict as AWS."""
    from moto import mock_aws
    from moto.cloudformation.models import CloudFormationBackend
    from moto.cloudformation.parsing import ResourceMap

    for owner, name in ((CloudFormationBackend, "update_stack"), (ResourceMap, "delete")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    moto_as_aws.keep_what_is_retained()
    moto_as_aws.refuse_updates_of_what_is_stuck()
    monkeypatch.setattr(module, "WAIT", {"Delay": 0, "MaxAttempts": 3})
    with mock_aws():
        made = stage()
        yield replace(
            made, account=Account(boto3.Session(region_name=REGION), OWNER, "aws", REGION)
        )


@pytest.fixture
def stacks(dev: Stage) -> Stacks:
    """The stacks of its account."""
    return Stacks(dev.account, ROOT)


def client(dev: Stage) -> Any:
    return dev.account.session.client("cloudformation")


def become(stack: str, status: str) -> None:
    """Give a stack a status."""
    from moto.cloudformation.models import cloudformation_backends

    cloudformation_backends[OWNER][REGION].get_stack(stack).status = status


def status_of(dev: Stage, stack: str) -> str:
    (found,) = client(dev).describe_stacks(StackName=stack)["Stacks"]
    return str(found["StackStatus"])


@pytest.mark.parametrize("status", ["DELETE_FAILED", "UPDATE_ROLLBACK_FAILED", "ROLLBACK_COMPLETE"])
def test_this_moto_refuses_an_update_as_aws_does(dev: Stage, stacks: Stacks, status: str) -> None:
    template = app_template(dev, None)
    stacks.apply(template)
    become(template.stack, status)
    with pytest.raises(ClientError, match=f"is in {status} state and can not be updated"):
        client(dev).update_stack(StackName=template.stack, TemplateBody="Resources: {}")


def test_what_was_not_deleted_to_the_end_is_deleted_and_made_again_as_it_was(
    dev: Stage, stacks: Stacks
) -> None:
    stacks.apply(app_template(dev, "me@example.org", Options(rate="7")))
    become(dev.app_stack, "DELETE_FAILED")
    assert stacks.apply(app_template(dev, None)) is True
    assert status_of(dev, dev.app_stack) == "CREATE_COMPLETE"
    given = stacks.parameters(dev.app_stack)
    assert (given["AlarmEmail"], given["ThrottleRate"]) == ("me@example.org", "7")


def test_nobody_is_told_of_alarms_any_more_when_that_is_said(dev: Stage, stacks: Stacks) -> None:
    for said, told in (("me@example.org",) * 2, (None, "me@example.org"), ("", ""), (None, "")):
        stacks.apply(app_template(dev, said))
        assert stacks.parameters(dev.app_stack)["AlarmEmail"] == told


def test_a_way_back_that_failed_is_told_with_the_command_that_ends_it(
    dev: Stage, stacks: Stacks
) -> None:
    stacks.apply(app_template(dev, None))
    become(dev.app_stack, "UPDATE_ROLLBACK_FAILED")
    command = f"aws cloudformation continue-update-rollback --stack-name {dev.app_stack}"
    with pytest.raises(DeployError, match=command) as told:
        stacks.apply(app_template(dev, None))
    assert "\n" not in str(told.value)
    assert status_of(dev, dev.app_stack) == "UPDATE_ROLLBACK_FAILED"


def test_the_stack_of_the_lake_is_never_deleted_by_a_deployment(dev: Stage, stacks: Stacks) -> None:
    stacks.apply(data_template(dev))
    become(dev.data_stack, "DELETE_FAILED")
    with pytest.raises(DeployError, match="its bucket is not touched"):
        stacks.apply(data_template(dev))
    assert status_of(dev, dev.data_stack) == "DELETE_FAILED"


class TestBucketWithoutItsStack:
    """Somebody has deleted the stack of the lake; the bucket is full, and stays."""

    @pytest.fixture
    def alone(self, dev: Stage, stacks: Stacks) -> Stage:
        """The stage, after that."""
        stacks.apply(data_template(dev))
        # Its protection moto does not know.
        client(dev).delete_stack(StackName=dev.data_stack)
        assert bucket_exists(dev)
        assert bucket_of(stacks, dev.name) is None
        return dev

    def test_who_deploys_is_told_how_to_take_it_back_and_of_no_other_bucket(
        self, alone: Stage, stacks: Stacks
    ) -> None:
        assert is_ours(alone)
        with pytest.raises(DeployError, match="says how to take it back") as told:
            deploy._apply(stacks, alone, data_template(alone))
        assert "BUCKET=" not in str(told.value)

    def test_what_was_imported_is_known_and_becomes_what_the_template_says(
        self, alone: Stage, stacks: Stacks
    ) -> None:
        # As an import leaves it, which moto cannot do: the bucket alone, no output.
        s3 = alone.account.session.client("s3")
        s3.delete_bucket(Bucket=alone.bucket)
        bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
        bucket["Properties"] = {"BucketName": alone.bucket}  # type: ignore[assignment]
        body = json.dumps({"Resources": {"Bucket": bucket}})
        client(alone).create_stack(
            StackName=alone.data_stack, TemplateBody=body, EnableTerminationProtection=True
        )
        assert bucket_of(stacks, alone.name) == alone.bucket
        deploy._apply(stacks, alone, data_template(alone))
        assert stacks.output(alone.data_stack, "BucketName") == alone.bucket


def test_a_bucket_that_is_not_there_is_not_ours(dev: Stage) -> None:
    assert not is_ours(dev)
