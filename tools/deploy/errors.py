"""The one error that deploying knows, and how AWS's own errors are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

AWS_ERRORS: Final = (BotoCoreError, ClientError, ResponseParserError)


class DeployError(Exception):
    """Raised when a stage cannot be deployed or destroyed; its text is one sentence."""


def one_line(text: str) -> str:
    """A message of somebody else's, fit for the end of a sentence."""
    return " ".join(text.split())


def code_of(error: ClientError) -> str:
    """The code that AWS gave, such as `AccessDenied`."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def while_doing(what: str) -> Iterator[None]:
    """Tell what AWS refuses in the block as one sentence that says what was being done.

    Raises:
        DeployError: AWS refused, or could not be reached.
    """
    try:
        yield
    except AWS_ERRORS as error:
        raise DeployError(f"{what} failed: {one_line(str(error))}") from error
