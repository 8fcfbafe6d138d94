"""Every version of every object of a lake: those in S3, and the files of a lake in a folder."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, NamedTuple, Protocol

from chalicelib.errors import ObjectNotFoundError
from chalicelib.lake.aws import LazyClient
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.open import open_store
from chalicelib.lake.s3.errors import translate_errors
from chalicelib.lake.s3.store import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT
from chalicelib.lake.store import Store

_IN_MEMORY: Final = 16 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


class Version(NamedTuple):
    """A version of an object.

    Attributes:
        key: the object's key in the lake.
        name: what it is deleted by: its key in the bucket, or its path.
        version_id: S3's; empty in a folder.
        is_current: whether it is the one that everybody reads.
        is_marker: whether it is a delete marker, which has no bytes.
        last_modified: when it was written.
    """

    key: str
    name: str
    version_id: str
    is_current: bool
    is_marker: bool
    last_modified: datetime


class Lake(Protocol):
    """A lake with its old versions.

    Attributes:
        store: the lake as the app sees it.
        has_versions: whether it is one in S3.
    """

    store: Store
    has_versions: bool

    def versions(self) -> Iterator[Version]:
        """All versions, and delete markers.

        Raises:
            StoreError: the lake could not be listed.
        """
        ...

    def body(self, version: Version) -> IO[bytes]:
        """A version's bytes, in a seekable file to be closed.

        Raises:
            ObjectNotFoundError: it was deleted meanwhile.
        """
        ...


def open_lake(uri: str) -> Lake:
    """The lake of a `LAKE_URI`."""
    return S3Lake(uri) if uri.startswith("s3:") else FolderLake(uri)


class S3Lake:
    """A lake in a bucket."""

    has_versions = True

    def __init__(self, uri: str) -> None:
        """Make the clients."""
        self.store = open_store(uri)
        bucket, _, prefix = uri.removeprefix("s3:").removeprefix("//").partition("/")
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._boto = LazyClient(
            "s3",
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            attempts=ATTEMPTS,
        )

    def versions(self) -> Iterator[Version]:
        """See `Lake.versions`."""
        with translate_errors(f"s3://{self._bucket}"):
            pages = self._boto.get().get_paginator("list_object_versions")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                yield from self._of_page(page)

    def _of_page(self, page: Any) -> Iterator[Version]:
        for part, is_marker in (("Versions", False), ("DeleteMarkers", True)):
            for one in page.get(part, ()):
                yield Version(
                    key=one["Key"].removeprefix(self._prefix),
                    name=one["Key"],
                    version_id=one["VersionId"],
                    is_current=one["IsLatest"],
                    is_marker=is_marker,
                    last_modified=one["LastModified"],
                )

    def body(self, version: Version) -> IO[bytes]:
        """See `Lake.body`."""
        file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        with translate_errors(f"s3://{self._bucket}/{version.name}"):
            answer = self._boto.get().get_object(
                Bucket=self._bucket, Key=version.name, VersionId=version.version_id
            )
            with closing(answer["Body"]) as stream:
                while chunk := stream.read(_CHUNK):
                    file.write(chunk)
        file.seek(0)
        return file


class FolderLake:
    """A lake in a folder, which keeps no old versions."""

    has_versions = False

    def __init__(self, uri: str) -> None:
        """Set the folder."""
        self._root = Path(uri.removeprefix("file:")).absolute()
        self.store: Store = DirectoryStore(str(self._root))

    def versions(self) -> Iterator[Version]:
        """See `Lake.versions`."""
        for info in self.store.list_objects(""):
            path = str(self._root / info.key)
            yield Version(info.key, path, "", True, False, info.last_modified)

    def body(self, version: Version) -> IO[bytes]:
        """See `Lake.body`."""
        try:
            return Path(version.name).open("rb")
        except FileNotFoundError:
            raise ObjectNotFoundError(version.key) from None
