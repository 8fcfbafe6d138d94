"""Translate errors of S3 and boto3 to the store's errors."""

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
    """Raised on 409: another write of this key is in progress; its outcome is unknown."""


class ForbiddenError(StoreDeniedError):
    """Raised on 403: access is refused, or there is no such object and the caller may not know."""


class RangeBeyondEndError(StoreError):
    """Raised on 416: the object ends before the range starts."""


_BY_STATUS: Final[dict[int, type[StoreError]]] = {
    403: ForbiddenError,
    404: ObjectNotFoundError,
    409: WriteConflictError,
    412: PreconditionFailedError,
    416: RangeBeyondEndError,
    429: StoreUnavailableError,
    501: StoreDeniedError,  # a store without conditional writes
}
# Codes that are more specific than their status.
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
    """Translate boto3's errors in the block to the store's errors.

    Args:
        uri: the object for the error's text: `s3://bucket/key`.
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
