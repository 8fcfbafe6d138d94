"""What is in a lake in a directory, hidden files included."""

from pathlib import Path

from chalicelib.lake.directory.store import DirectoryStore


def files(root: Path) -> list[str]:
    """Every file that is there, also those that a listing hides."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def read(store: DirectoryStore, key: str) -> bytes:
    with store.open(key) as reader:
        return reader.read()
