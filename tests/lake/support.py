"""What is in a lake in a directory, hidden files included."""

from pathlib import Path

from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import ObjectInfo, Store


def files(root: Path) -> list[str]:
    """Every file that is there, also those that a listing hides."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def read(store: DirectoryStore, key: str) -> bytes:
    with store.open(key) as reader:
        return reader.read()


def info_of(store: Store, key: str, etag: str | None = None) -> ObjectInfo:
    """What a head tells of an object that is there, and has the ETag that a write returned."""
    info = store.head(key)
    assert info is not None
    assert etag in (None, info.etag)
    return info
