"""A topic on the fake AWS, and queues that stand for whoever has subscribed to it."""

import itertools
import json
from functools import lru_cache
from typing import Any, NamedTuple

import boto3

from tests.aws import REGION

_numbers = itertools.count(1)


@lru_cache
def client(service: Any) -> Any:
    """A client of the one fake AWS of all tests; each is made once, since that takes long."""
    return boto3.client(service, region_name=REGION)


class Mail(NamedTuple):
    """A message that a subscriber got.

    Attributes:
        subject: its subject.
        text: its text.
        attributes: its attributes.
    """

    subject: str
    text: str
    attributes: dict[str, str]


class Subscriber:
    """A queue that gets what its filter lets through."""

    def __init__(self, topic: str, filters: dict[str, list[str]]) -> None:
        """Subscribe to a topic, with a filter policy or an empty one."""
        self._sqs, sns = client("sqs"), client("sns")
        name = f"subscriber-{next(_numbers)}"
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        of = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        policy = {"FilterPolicy": json.dumps(filters)} if filters else {}
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=of["Attributes"]["QueueArn"],
            Attributes=policy,
        )

    def mails(self) -> list[Mail]:
        """What came since the last call, in order."""
        found = []
        while got := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            for message in got:
                body = json.loads(message["Body"])
                given = body.get("MessageAttributes", {})
                attributes = {name: of["Value"] for name, of in given.items()}
                found.append(Mail(body["Subject"], body["Message"], attributes))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return found


def make_topic() -> str:
    """The ARN of a new topic."""
    return str(client("sns").create_topic(Name=f"uploads-{next(_numbers)}")["TopicArn"])
