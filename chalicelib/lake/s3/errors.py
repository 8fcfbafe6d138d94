"""What S3 and boto3 report, as the store's errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from chalicelib.errors import (
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreDeniedError,
    StoreError,
    StoreUnavailableError,
)
from chalicelib.lake.aws import is_setup_fault, one_line

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


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


@contextmanager
def translate_errors(place: str) -> Iterator[None]:
    """Raise the store's own errors for what boto3 raises in the block.

    Args:
        place: what was worked on, as a user knows it: `s3://bucket/key`.
    """
    try:
        yield
    except Exception as error:
        known = _store_error(error, place)
        if known is None:
            raise
        raise known from error


def _store_error(error: Exception, place: str) -> StoreError | None:
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    if isinstance(error, ClientError):
        return _answered(error, place)
    if not isinstance(error, BotoCoreError | HTTPError | OSError):
        return None
    kind = StoreDeniedError if is_setup_fault(error) else StoreUnavailableError
    return kind(f"{place}: {one_line(str(error) or type(error).__name__)}")


def _answered(error: "ClientError", place: str) -> StoreError:
    """The error for an answer that S3 gave."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status)
    if kind is None:
        kind = StoreUnavailableError if status >= 500 else StoreDeniedError
    message = one_line(error.response.get("Error", {}).get("Message", ""))
    text = f"{place}: {message or 'no message'} ({code or status})"
    if status == 403:
        text += "; without s3:ListBucket this is also the answer for a missing object"
    return kind(text)
