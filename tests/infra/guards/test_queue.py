"""A dead-letter queue that was deleted a moment ago is waited for, and the user is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.infra.support import REGION, account, stage, template
from tools.deploy.account import Account
from tools.deploy.errors import DeployError
from tools.deploy.guards import queue
from tools.deploy.stacks import Stacks, Template
from tools.deploy.stage import Stage

ARN = "arn:aws:sqs:eu-central-1:1:failures"
GONE = ("get_queue_url", "AWS.SimpleQueueService.NonExistentQueue")
TOO_SOON = ("create_queue", "AWS.SimpleQueueService.QueueDeletedRecently")
URL = {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/failures"}
TEMPLATE = Template("a-stack", "app.yaml", {})


class OneClient:
    """A session that has one client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, _service: str) -> Any:
        return self._client


class Witness:
    """What was said, and how long was waited."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.waited: list[float] = []


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def sqs() -> Iterator[Stubber]:
    """What SQS answers, in order; all of it must be asked for."""
    with Stubber(boto3.client("sqs", region_name=REGION)) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def dev(sqs: Stubber) -> Stage:
    made = stage()
    session: Any = OneClient(sqs.client)
    own = Account(session, made.account.number, "aws", REGION)
    return Stage(made.name, own, made.bucket, "", made.environment, made.config)


def restore(dev: Stage, witness: Witness) -> bool:
    return queue.restore(dev, ARN, witness.said.append, witness.waited.append)


def test_it_is_made_as_the_template_has_it() -> None:
    properties = template("app.yaml")["Resources"]["IngestFailuresQueue"]["Properties"]
    asked = {name: str(value).lower() for name, value in properties.items() if name != "QueueName"}
    assert asked == queue.SETTINGS


def test_one_that_is_there_is_left_alone(dev: Stage, sqs: Stubber, witness: Witness) -> None:
    sqs.add_response("get_queue_url", URL, {"QueueName": "failures"})
    assert restore(dev, witness) is False
    assert witness.said == []


def test_one_that_was_deleted_long_ago_is_there_at_once(
    dev: Stage, sqs: Stubber, witness: Witness
) -> None:
    wanted = {"QueueName": "failures", "Attributes": dict(queue.SETTINGS)}
    sqs.add_client_error(*GONE)
    sqs.add_response("create_queue", URL, wanted)
    assert restore(dev, witness) is True
    assert (witness.said, witness.waited) == ([], [])


def test_one_that_was_deleted_just_now_is_waited_for(
    dev: Stage, sqs: Stubber, witness: Witness
) -> None:
    sqs.add_client_error(*GONE)
    for _ in range(4):
        sqs.add_client_error(*TOO_SOON)
    sqs.add_response("create_queue", URL)
    assert restore(dev, witness) is True
    assert sum(witness.waited) == 60
    assert len(witness.said) == 4
    assert "deleted less than a minute ago" in witness.said[0]


def test_it_is_not_waited_for_without_end(dev: Stage, sqs: Stubber, witness: Witness) -> None:
    sqs.add_client_error(*GONE)
    for _ in range(queue.WAITS):
        sqs.add_client_error(*TOO_SOON)
    with pytest.raises(ClientError, match="QueueDeletedRecently"):
        restore(dev, witness)
    # SQS keeps a name for 60 s, and takes up to 60 to delete: it is waited longer than the first.
    assert 60 < sum(witness.waited) < 120


def test_another_refusal_is_told_at_once(dev: Stage, sqs: Stubber, witness: Witness) -> None:
    sqs.add_client_error(*GONE)
    sqs.add_client_error("create_queue", "AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        restore(dev, witness)
    assert witness.waited == []


class FailingStacks(Stacks):
    """Stacks whose changes fail for these reasons, one after the other, and then succeed."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(account(), Path())
        self.reasons = list(reasons)

    def apply(self, template: Template) -> bool:
        if self.reasons:
            raise DeployError(
                f"the stack {template.stack} could not be made so: {self.reasons.pop(0)}"
            )
        return True


@pytest.mark.parametrize(
    "reason",
    [
        "IngestFailuresQueue: (Code: AWS.SimpleQueueService.QueueDeletedRecently; Status 400)",
        "IngestFailuresQueue: You must wait 60 seconds after deleting a queue before you can "
        "create another with the same name.",
    ],
)
def test_a_stage_that_was_destroyed_just_now_is_waited_for_too(
    witness: Witness, reason: str
) -> None:
    stacks = FailingStacks(reason, reason)
    said, waited = witness.said, witness.waited
    assert queue.apply(stacks, TEMPLATE, said.append, waited.append) is True
    assert (len(said), sum(waited)) == (2, 30)


def test_a_stack_that_fails_for_another_reason_is_not_applied_again(witness: Witness) -> None:
    stacks = FailingStacks("Workgroup: Access Denied", "never")
    with pytest.raises(DeployError, match="Workgroup: Access Denied"):
        queue.apply(stacks, TEMPLATE, witness.said.append, witness.waited.append)
    assert (stacks.reasons, witness.waited) == (["never"], [])


@pytest.mark.slow
def test_one_that_is_deleted_by_hand_right_before_is_there_as_soon_as_sqs_allows(
    on_aws: Stage, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On moto's SQS, which keeps a name for 60 s here as the real one does."""
    from moto.sqs.exceptions import SQSException
    from moto.sqs.models import SQSBackend

    make = SQSBackend.create_queue

    def kept(self: Any, name: str, *rest: Any, **more: Any) -> Any:
        if sum(witness.waited) < 60:
            raise SQSException("AWS.SimpleQueueService.QueueDeletedRecently", "You must wait")
        return make(self, name, *rest, **more)

    sqs: Any = on_aws.account.session.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName="failures")["QueueUrl"])
    monkeypatch.setattr(SQSBackend, "create_queue", kept)
    assert restore(on_aws, witness) is True
    assert sum(witness.waited) == 60
    found = sqs.get_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName="failures")["QueueUrl"], AttributeNames=["All"]
    )["Attributes"]
    assert queue.SETTINGS.items() <= found.items()
