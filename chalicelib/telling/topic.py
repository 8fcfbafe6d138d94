"""Publishes messages to the SNS topic, which sends them on as e-mails, and to programs."""

from typing import Any

from chalicelib.lake.aws import translate_errors
from chalicelib.telling.client import quick_client
from chalicelib.telling.faults import TellingError
from chalicelib.telling.message import Message


class Topic:
    """A topic; subscribers filter by the attributes `kingdom` and `status`."""

    def __init__(self, arn: str, client: Any = None) -> None:
        """Ask nothing yet.

        Args:
            arn: the topic's.
            client: boto3's of `sns`, to use instead of one of the environment's settings.
        """
        self._arn = arn
        self._boto = quick_client("sns", client)

    def publish(self, message: Message) -> None:
        """Publish a message.

        Raises:
            TellingError: the topic cannot be reached, or refuses it.
        """
        with translate_errors("the topic", lambda error: TellingError(error.text)):
            self._boto.get().publish(
                TopicArn=self._arn,
                Subject=message.subject,
                Message=message.text,
                MessageAttributes={
                    "kingdom": {"DataType": "String", "StringValue": message.kingdom},
                    "status": {"DataType": "String", "StringValue": message.status},
                },
            )
