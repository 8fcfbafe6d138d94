"""What all use of boto3 shares: how clients are made, and what boto3 raises, told apart."""

from typing import Any

from chalicelib.errors import ConfigError


def make_client(service: str, *, connect_timeout: float, read_timeout: float, attempts: int) -> Any:
    """A client by the environment's settings, with a session of its own: these are not shared.

    Args:
        service: such as `s3`.
        connect_timeout: seconds.
        read_timeout: seconds without a byte.
        attempts: how often one call is tried.

    Raises:
        ConfigError: the environment's AWS settings are wrong.
    """
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        tcp_keepalive=True,
    )
    session: Any = Session()
    try:
        return session.client(service, config=config)
    except ValueError as error:
        raise ConfigError(f"the AWS settings are wrong: {error}") from error


def is_setup_fault(error: Exception) -> bool:
    """Whether a person must fix the machine's AWS settings before a retry can help."""
    from botocore import exceptions as raised

    return isinstance(
        error,
        raised.NoCredentialsError
        | raised.PartialCredentialsError
        | raised.ProfileNotFound
        | raised.ConfigNotFound
        | raised.ConfigParseError
        | raised.InvalidConfigError
        | raised.InvalidRegionError
        | raised.NoRegionError
        | raised.ParamValidationError
        | raised.SSOError
        | raised.TokenRetrievalError
        | raised.EndpointProviderError,
    )


def one_line(text: str) -> str:
    """A text of AWS, fit for an error of ours: without line ends."""
    return " ".join(text.split())
