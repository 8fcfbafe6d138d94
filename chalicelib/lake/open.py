"""Open the store that `LAKE_URI` names; only the needed one is imported."""

from chalicelib.errors import ConfigError
from chalicelib.lake.store import Store


def open_store(uri: str) -> Store:
    """The store of a `LAKE_URI` (contract, section 2).

    Raises:
        ConfigError: the URI has another scheme.
    """
    scheme, _, rest = uri.partition(":")
    if scheme == "s3":
        from chalicelib.lake.s3.store import S3Store

        bucket, _, prefix = rest.removeprefix("//").partition("/")
        return S3Store(bucket, prefix)
    if scheme == "file":
        from chalicelib.lake.directory.store import DirectoryStore

        return DirectoryStore(rest)
    raise ConfigError(f"LAKE_URI must be s3://bucket[/prefix] or file:DIR, not {uri!r}")
