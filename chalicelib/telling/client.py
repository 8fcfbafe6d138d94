"""Clients of AWS that give up soon: a late message is better than a function that waits."""

from typing import Any, Final

from chalicelib.lake.aws import LazyClient

CONNECT_TIMEOUT: Final = 3.0
READ_TIMEOUT: Final = 5.0
ATTEMPTS: Final = 2


def quick_client(service: str, client: Any = None) -> LazyClient:
    """A client that is made on first use.

    Args:
        service: such as `sns`.
        client: boto3's, to use instead of one of the environment's settings.
    """
    return LazyClient(
        service,
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        attempts=ATTEMPTS,
        client=client,
    )
