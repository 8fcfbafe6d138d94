"""What both stores promise: one class of tests, each run against a directory and against S3."""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import (
    ConfigError,
    InvalidKeyError,
    ObjectNotFoundError,
    PreconditionFailedError,
)
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.open import open_store
from chalicelib.lake.s3.store import S3Store
from chalicelib.lake.store import Store
from tests.lake.support import info_of

KEY = "inbox/source=rok_players/kingdom=51/dt=2026-01-26/players.csv"
CONTENT = b"id,name\n1,Anna\n2,Bo\n"
AWKWARD_NAMES = [
    "two words.csv",
    "plus+and%2Fpercent%.csv",
    "a&b=c?d#e;f,g'h\"i<j>.csv",
    "カタカナ 名簿.csv",
    "🏰👑.csv",
    "e\u0301 decomposed.csv",
    "back\\slash.csv",
    "ta\tb.csv",
    "~tilde.csv",
    ".hidden.csv",
    "n" * 240 + ".csv",
]


def read(
    store: Store, key: str, start: int = 0, length: int | None = None, etag: str | None = None
) -> bytes:
    with store.open(key, start=start, length=length, etag=etag) as reader:
        return reader.read()


class TestStore:
    def test_an_object_comes_back_as_it_was_written(self, store: Store) -> None:
        store.create(KEY, CONTENT)
        assert read(store, KEY) == CONTENT

    def test_an_empty_object_is_an_object(self, store: Store) -> None:
        info = info_of(store, KEY, store.create(KEY, b""))
        assert info.size == 0
        assert read(store, KEY) == b""

    @pytest.mark.parametrize("name", AWKWARD_NAMES)
    def test_any_file_name_survives(self, store: Store, name: str) -> None:
        key = f"inbox/x/{name}"
        store.create(key, CONTENT)
        assert read(store, key) == CONTENT
        assert [info.key for info in store.list_objects("inbox/")] == [key]

    def test_a_file_is_written_whole_from_its_beginning(self, store: Store) -> None:
        body = io.BytesIO(CONTENT)
        body.seek(5)
        info = info_of(store, KEY, store.create(KEY, body))
        assert info.size == len(CONTENT)
        assert read(store, KEY) == CONTENT
        assert not body.closed
        again = info_of(store, KEY, store.replace(KEY, body, info.etag))
        assert (again.size, read(store, KEY)) == (len(CONTENT), CONTENT)

    @pytest.mark.parametrize("size", [0, 10, 5_000_017])
    def test_scratch_is_written_whole_from_its_beginning(self, store: Store, size: int) -> None:
        content = os.urandom(size)
        with store.scratch() as scratch:
            scratch.write(content)
            info = info_of(store, KEY, store.create(KEY, scratch))
            assert (info.size, read(store, KEY)) == (size, content)
            scratch.seek(0)
            assert scratch.read() == content
        assert store.head(KEY) == info
        assert read(store, KEY) == content

    def test_scratch_that_was_flushed_is_written_whole_too(self, store: Store) -> None:
        with store.scratch() as scratch:
            scratch.write(CONTENT)
            scratch.flush()
            scratch.write(b"more")
            scratch.flush()
            scratch.seek(0)
            store.create(KEY, scratch)
        assert read(store, KEY) == CONTENT + b"more"

    def test_scratch_can_be_written_to_several_keys(self, store: Store) -> None:
        store.create(KEY, CONTENT)
        with store.scratch() as scratch:
            scratch.write(b"other")
            with pytest.raises(PreconditionFailedError):
                store.create(KEY, scratch)
            etag = store.create(f"{KEY}~1", scratch)
            store.create(f"{KEY}~2", scratch)
            store.replace(f"{KEY}~1", scratch, etag)
        store.replace(f"{KEY}~2", b"changed", info_of(store, f"{KEY}~2").etag)
        found = [read(store, key) for key in (KEY, f"{KEY}~1", f"{KEY}~2")]
        assert found == [CONTENT, b"other", b"changed"]

    def test_scratch_is_no_object_and_is_gone_in_the_end(self, store: Store) -> None:
        with store.scratch() as scratch:
            scratch.write(CONTENT)
            assert list(store.list_objects("")) == []
        assert list(store.list_objects("")) == []

    def test_a_large_file_streams_through(self, store: Store) -> None:
        content = os.urandom(3_000_017)
        store.create(KEY, io.BytesIO(content))
        with store.open(KEY) as reader:
            parts = list(iter(lambda: reader.read(65_536), b""))
        assert b"".join(parts) == content
        assert all(len(part) <= 65_536 for part in parts)

    def test_reading_nothing_is_empty_and_loses_nothing(self, store: Store) -> None:
        store.create(KEY, CONTENT)
        with store.open(KEY) as reader:
            assert reader.read(0) == b""
            assert reader.read(3) == CONTENT[:3]
            assert reader.read() == CONTENT[3:]
            assert reader.read() == b""
            assert reader.read(1) == b""

    def test_head_open_list_and_writes_tell_the_same_of_an_object(self, store: Store) -> None:
        before = datetime.now(UTC).replace(microsecond=0)
        made = info_of(store, KEY, store.create(KEY, CONTENT))
        assert made.key == KEY
        assert made.size == len(CONTENT)
        assert made.last_modified.utcoffset() == timedelta(0)
        assert made.last_modified.microsecond == 0
        assert before <= made.last_modified <= datetime.now(UTC)
        assert list(store.list_objects("inbox/")) == [made]
        for start, length in ((0, None), (2, 3), (999, None), (0, 0)):
            with store.open(KEY, start=start, length=length) as reader:
                assert reader.info == made
        swapped = info_of(store, KEY, store.replace(KEY, b"other", made.etag))
        assert list(store.list_objects("inbox/")) == [swapped]

    @pytest.mark.parametrize(
        ("start", "length", "expected"),
        [
            (0, None, CONTENT),
            (3, None, CONTENT[3:]),
            (0, 7, CONTENT[:7]),
            (8, 4, CONTENT[8:12]),
            (0, 0, b""),
            (5, 0, b""),
            (15, 999, CONTENT[15:]),
            (len(CONTENT) - 1, None, CONTENT[-1:]),
            (len(CONTENT), None, b""),
            (len(CONTENT), 5, b""),
            (99_999, 5, b""),
            (-4, None, CONTENT[-4:]),
            (-len(CONTENT), None, CONTENT),
            (-99_999, None, CONTENT),
        ],
    )
    def test_a_range_is_what_a_slice_is(
        self, store: Store, start: int, length: int | None, expected: bytes
    ) -> None:
        store.create(KEY, CONTENT)
        with store.open(KEY, start=start, length=length) as reader:
            assert reader.read(4) + reader.read() == expected

    def test_a_range_of_an_empty_object_is_empty(self, store: Store) -> None:
        store.create(KEY, b"")
        assert read(store, KEY, start=0, length=10) == b""
        assert read(store, KEY, start=7) == b""
        assert read(store, KEY, start=-7) == b""

    def test_a_range_that_is_turned_around_is_refused(self, store: Store) -> None:
        store.create(KEY, CONTENT)
        with pytest.raises(ValueError, match="start -1"):
            store.open(KEY, start=-1, length=1)
        with pytest.raises(ValueError, match="length -2"):
            store.open(KEY, length=-2)

    def test_what_is_not_there_is_not_found(self, store: Store) -> None:
        store.create(KEY, CONTENT)
        for key in ("nothing", KEY + "x", KEY[:-1], "inbox", "inbox/source=rok_players", "in/box"):
            assert store.head(key) is None
            for start, length in ((0, None), (3, None), (0, 0)):
                with pytest.raises(ObjectNotFoundError):
                    store.open(key, start=start, length=length)
            with pytest.raises(ObjectNotFoundError):
                store.open(key, etag="x")

    def test_an_object_below_an_object_is_not_found(self, store: Store) -> None:
        store.create("a/b", CONTENT)
        assert store.head("a/b/c") is None
        with pytest.raises(ObjectNotFoundError):
            store.open("a/b/c")
        assert list(store.list_objects("a/b/c")) == []
        assert list(store.list_folders("a/b/")) == []

    def test_open_with_an_etag_reads_only_that_object(self, store: Store) -> None:
        first = store.create(KEY, CONTENT)
        assert read(store, KEY, etag=first) == CONTENT
        assert read(store, KEY, etag=first, start=3, length=2) == CONTENT[3:5]
        assert read(store, KEY, etag=first, start=999) == b""
        second = store.replace(KEY, b"other", first)
        for start, length in ((0, None), (2, 1), (999, None), (0, 0)):
            with pytest.raises(PreconditionFailedError):
                store.open(KEY, start=start, length=length, etag=first)
        assert read(store, KEY, etag=second) == b"other"

    def test_create_never_replaces(self, store: Store) -> None:
        made = info_of(store, KEY, store.create(KEY, CONTENT))
        with pytest.raises(PreconditionFailedError):
            store.create(KEY, b"other")
        with pytest.raises(PreconditionFailedError):
            store.create(KEY, io.BytesIO(CONTENT))
        assert store.head(KEY) == made
        assert read(store, KEY) == CONTENT

    def test_replace_needs_the_etag_of_now(self, store: Store) -> None:
        first = store.create(KEY, b"one")
        second = store.replace(KEY, b"two", first)
        assert second != first
        for etag in (first, '"0123456789abcdef0123456789abcdef"', "x"):
            with pytest.raises(PreconditionFailedError):
                store.replace(KEY, b"three", etag)
        assert read(store, KEY) == b"two"
        store.replace(KEY, b"three", second)
        assert read(store, KEY) == b"three"

    def test_replace_never_creates(self, store: Store) -> None:
        etag = store.create(KEY, CONTENT)
        for key in (KEY + ".json", "no/such/folder/file", KEY + "/below"):
            with pytest.raises(PreconditionFailedError):
                store.replace(key, CONTENT, etag)
            assert store.head(key) is None

    def test_an_open_reader_is_of_one_state(self, store: Store) -> None:
        content = os.urandom(2_000_000)
        etag = store.create(KEY, content)
        with store.open(KEY) as reader:
            begin = reader.read(1000)
            store.replace(KEY, os.urandom(2_000_000), etag)
            assert begin + reader.read() == content

    def test_of_many_creators_one_wins(self, store: Store) -> None:
        def create(number: int) -> int | None:
            try:
                store.create(KEY, str(number).encode() * 1000)
            except PreconditionFailedError:
                return None
            return number

        with ThreadPoolExecutor(8) as pool:
            winners = [number for number in pool.map(create, range(16)) if number is not None]
        assert len(winners) == 1
        assert read(store, KEY) == str(winners[0]).encode() * 1000

    @pytest.mark.slow
    def test_of_many_swaps_none_is_lost(self, store: Store) -> None:
        store.create(KEY, b"0")

        def increment(_: int) -> None:
            while True:
                with store.open(KEY) as reader:
                    value = int(reader.read())
                try:
                    store.replace(KEY, str(value + 1).encode(), reader.info.etag)
                except PreconditionFailedError:
                    continue
                return

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(increment, range(24)))
        assert read(store, KEY) == b"24"

    def test_a_listing_is_in_order_of_utf8_bytes(self, store: Store) -> None:
        keys = ["a-b/x", "a.csv", "a/b/c", "a/b-c", "a/b.csv", "a/b/", "aa", "a0", "a/é", "a/z"]
        keys += ["a/\U0001f3f0", "a/\uffee", "a/Z", "b", "a/b~/x", "a b/x"]
        keys.remove("a/b/")
        for key in keys:
            store.create(key, b"")
        expected = sorted(keys, key=str.encode)
        assert [info.key for info in store.list_objects("")] == expected
        for prefix in ("a", "a/", "a/b", "a/b/", "a-", "a/\U0001f3f0", "c", "a//", "../", "a/./b"):
            found = [info.key for info in store.list_objects(prefix)]
            assert found == [key for key in expected if key.startswith(prefix)], prefix
        for after in (*expected, "a", "a/", "a/b", "a/b/", "a/b/c/d", "a~", "zz", "A"):
            for prefix in ("", "a/", "a/b/"):
                found = [info.key for info in store.list_objects(prefix, after=after)]
                behind = [key for key in expected if key.encode() > after.encode()]
                assert found == [key for key in behind if key.startswith(prefix)], (prefix, after)

    def test_folders_are_the_next_parts_in_order(self, store: Store) -> None:
        for kingdom in (52, 5, 51, 510):
            store.create(f"curated/s=x/kingdom={kingdom}/dt=2026-01-26/players.parquet", b"")
            store.create(f"curated/s=x/kingdom={kingdom}/dt=2026-01-27/players.parquet", b"")
        for key in ("curated/s=x/file", "curated/s=x/kingdom=51-b/x", "raw/s=y/x", "top"):
            store.create(key, b"")
        kingdoms = ["kingdom=5", "kingdom=51-b", "kingdom=51", "kingdom=510", "kingdom=52"]
        assert list(store.list_folders("curated/s=x/")) == kingdoms
        assert list(store.list_folders("")) == ["curated", "raw"]
        assert list(store.list_folders("curated/s=x/kingdom=5/")) == [
            "dt=2026-01-26",
            "dt=2026-01-27",
        ]
        assert list(store.list_folders("curated/s=x/kingdom=5/dt=2026-01-26/")) == []
        assert list(store.list_folders("nothing/")) == []

    def test_folders_need_a_folders_prefix(self, store: Store) -> None:
        with pytest.raises(ValueError, match="not the prefix of a folder"):
            list(store.list_folders("curated/s"))

    def test_an_empty_lake_has_nothing_in_it(self, store: Store) -> None:
        assert list(store.list_objects("")) == []
        assert list(store.list_folders("")) == []
        assert store.head(KEY) is None

    def test_a_longer_listing_than_a_page_is_whole(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")
        keys = [f"inbox/k={number:02}/f" for number in range(33)]
        for key in keys:
            store.create(key, b"")
        assert [info.key for info in store.list_objects("inbox/")] == keys
        assert list(store.list_folders("inbox/")) == [key.split("/")[1] for key in keys]

    @pytest.mark.parametrize("key", ["", "k/" * 512 + "k", "é" * 513, "a\udcff.csv"])
    def test_a_key_that_no_store_holds_is_refused(self, store: Store, key: str) -> None:
        with pytest.raises(InvalidKeyError):
            store.create(key, b"")

    def test_a_key_of_1024_bytes_is_held(self, store: Store) -> None:
        key = "/".join("é" * 100 for _ in range(5)) + "/x"
        key += "x" * (1024 - len(key.encode()))
        store.create(key, CONTENT)
        assert read(store, key) == CONTENT
        assert [info.key for info in store.list_objects("")] == [key]


def test_a_uri_opens_the_store_that_it_names(tmp_path: object, s3_bucket: str) -> None:
    assert isinstance(open_store(f"file:{tmp_path}"), DirectoryStore)
    assert isinstance(open_store(f"s3://{s3_bucket}/some/prefix"), S3Store)
    with pytest.raises(ConfigError, match="LAKE_URI"):
        open_store("ftp://host")


@pytest.mark.parametrize("prefix", ["lake", "lake/", "/deep/er/"])
def test_a_prefix_of_the_bucket_is_not_seen_in_keys(s3_bucket: str, prefix: str) -> None:
    below, whole = open_store(f"s3://{s3_bucket}/{prefix}"), open_store(f"s3://{s3_bucket}")
    made = info_of(below, KEY, below.create(KEY, CONTENT))
    whole.create("elsewhere/file", b"")
    assert made.key == KEY
    assert list(below.list_objects("inbox/")) == [made]
    assert list(below.list_folders("")) == ["inbox"]
    assert read(whole, f"{prefix.strip('/')}/{KEY}") == CONTENT
