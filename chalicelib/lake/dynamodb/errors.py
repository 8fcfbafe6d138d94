"""Translate errors of DynamoDB and boto3 to the store's errors."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from chalicelib.errors import (
    PreconditionFailedError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake import aws
from chalicelib.lake.aws import AwsError


class ThrottledError(StoreUnavailableError):
    """Raised when the table takes no more at the moment; nothing was read or written."""


_BY_CODE: Final[dict[str, type[StoreError]]] = {
    "AccessDeniedException": StoreDeniedError,
    "ConditionalCheckFailedException": PreconditionFailedError,
    "ProvisionedThroughputExceededException": ThrottledError,
    "RequestLimitExceeded": ThrottledError,
    "ThrottlingException": ThrottledError,
    "TransactionConflictException": StoreUnavailableError,
    "ReplicatedWriteConflictException": StoreUnavailableError,
    "TransactionInProgressException": StoreUnavailableError,
    "RequestTimeout": StoreUnavailableError,
    "RequestTimeoutException": StoreUnavailableError,
}


def translate_errors(table: str) -> AbstractContextManager[None]:
    """Translate boto3's errors in the block to the store's errors.

    Args:
        table: its name.
    """
    return aws.translate_errors(f"table {table}", _translation(table))


def _translation(table: str) -> Callable[[AwsError], StoreError]:
    def translate(error: AwsError) -> StoreError:
        if error.status is None:
            return (StoreDeniedError if error.needs_setup else StoreUnavailableError)(error.text)
        if error.code == "ResourceNotFoundException":
            return StoreError(
                f"there is no table {table} in this account and region, or it is being made just "
                "now: set DYNAMODB_TABLE to the name of the table, or deploy to make one"
            )
        if error.code == "ValidationException":
            # Keys, sizes and batches are checked before they are sent.
            return StoreError(
                f"{error.text}: so answers a table with other keys than pk and sk, both of type S; "
                "set DYNAMODB_TABLE to the name of a table that was made for this app"
            )
        kind = _BY_CODE.get(error.code)
        if kind is None:
            unavailable = error.status >= 500 or error.status == 429
            kind = StoreUnavailableError if unavailable else StoreDeniedError
        return kind(error.text)

    return translate
