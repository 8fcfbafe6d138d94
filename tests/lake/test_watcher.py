"""What a watcher of either store promises: all that is there is named at first, then what comes."""

from contextlib import closing

from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.directory.watcher import FolderWatcher
from chalicelib.lake.open import open_watcher
from chalicelib.lake.store import Store
from chalicelib.lake.watcher import ListingWatcher
from tests.lake.support import info_of


def uri_of(store: Store) -> str:
    if isinstance(store, DirectoryStore):
        return f"file:{vars(store)['_root']}"
    return f"s3://{vars(store)['_bucket']}/{vars(store)['_prefix']}"


def test_a_watcher_names_what_is_there_and_what_comes(store: Store) -> None:
    kind = FolderWatcher if isinstance(store, DirectoryStore) else ListingWatcher
    store.create("raw/a", b"1")
    store.create("inbox/a/b.csv", b"1")
    first = info_of(store, "inbox/a/b.csv")
    with closing(open_watcher(uri_of(store), store, "inbox/")) as watcher:
        assert isinstance(watcher, kind)
        assert list(watcher.look().objects) == [first]
        store.create("inbox/c.csv", b"1")
        assert info_of(store, "inbox/c.csv") in watcher.look().objects
        store.replace("inbox/a/b.csv", b"22", first.etag)
        assert info_of(store, "inbox/a/b.csv") in watcher.look().objects
