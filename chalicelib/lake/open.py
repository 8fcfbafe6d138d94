"""Open the store that `LAKE_URI` names, and watch it; only what is needed is imported."""

from typing import TYPE_CHECKING

from chalicelib.errors import ConfigError
from chalicelib.lake.store import Store

if TYPE_CHECKING:
    from chalicelib.lake.watcher import Watcher


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


def open_watcher(uri: str, store: Store, prefix: str) -> "Watcher":
    """A watcher of the objects below a prefix (ends with a slash) of an open store.

    Args:
        uri: the `LAKE_URI` of the store.
        store: the store.
        prefix: the prefix.
    """
    if uri.startswith("file:"):
        from chalicelib.lake.directory.watcher import FolderWatcher

        return FolderWatcher(uri.removeprefix("file:"), prefix)
    from chalicelib.lake.watcher import ListingWatcher

    return ListingWatcher(store, prefix)
