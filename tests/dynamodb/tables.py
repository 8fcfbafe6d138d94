"""Tables for tests, in moto or in DynamoDB Local."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from tests.aws import REGION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def make_client(endpoint: str, attempts: int = 1) -> "DynamoDBClient":
    """A client with no one's credentials.

    Args:
        endpoint: the server's URL.
        attempts: with one, every error is seen.
    """
    session = boto3.Session("testing", "testing", region_name=REGION)
    config = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    return session.client("dynamodb", endpoint_url=endpoint, config=config)


def make_table(client: "DynamoDBClient", name: str) -> None:
    """Make an empty table with the keys that the app wants, paid by the request."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    )
