"""What S3 and boto3 report, as the store's errors."""

from contextlib import AbstractContextManager
from typing import Final

from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake import aws
from chalicelib.lake.aws import AwsError


class WriteConflictError(StoreUnavailableError):
    """Raised on 409: somebody else writes this key at this moment, outcome unknown."""


class RangeBeyondEndError(StoreError):
    """Raised on 416: the object ends before the range starts."""


_BY_STATUS: Final[dict[int, type[StoreError]]] = {
    404: ObjectNotFoundError,
    409: WriteConflictError,
    412: PreconditionFailedError,
    416: RangeBeyondEndError,
    429: StoreUnavailableError,
    501: StoreDeniedError,  # a store that does not know conditional writes
}
# Codes that say more than the status they come with.
_BY_CODE: Final[dict[str, type[StoreError]]] = {
    "NoSuchBucket": StoreDeniedError,
    "KeyTooLongError": InvalidKeyError,
    "BadDigest": StoreUnavailableError,
    "IncompleteBody": StoreUnavailableError,
    "RequestTimeout": StoreUnavailableError,
    "SlowDown": StoreUnavailableError,
    "Throttling": StoreUnavailableError,
    "ThrottlingException": StoreUnavailableError,
    "KMS.ThrottlingException": StoreUnavailableError,
}


def translate_errors(uri: str) -> AbstractContextManager[None]:
    """Raise the store's own errors for what boto3 raises in the block.

    Args:
        uri: what was worked on, as a user knows it: `s3://bucket/key`.
    """
    return aws.translate_errors(uri, _store_error)


def _store_error(error: AwsError) -> StoreError:
    if error.status is None:
        return (StoreDeniedError if error.needs_setup else StoreUnavailableError)(error.text)
    kind = _BY_CODE.get(error.code) or _BY_STATUS.get(error.status)
    if kind is None:
        kind = StoreUnavailableError if error.status >= 500 else StoreDeniedError
    text = error.text
    if error.status == 403:
        text += "; without s3:ListBucket this is also the answer for a missing object"
    return kind(text)
