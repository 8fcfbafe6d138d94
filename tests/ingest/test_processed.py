"""What listings tell of uploads: which are archived and reported on, and which look like it."""

import pytest

from chalicelib.ingest.processed import ProcessedUploads
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import ObjectInfo, Store
from tests.ingest.support import FOLDER, MOMENT, PARTITION, RUN_TS
from tests.lake.support import info_of

RUN = f"{PARTITION}/run_ts={RUN_TS}"
REPORT = f"reports/{RUN}/a.csv.json"


def upload(store: Store, body: bytes = b"one") -> ObjectInfo:
    return info_of(store, f"{FOLDER}/a.csv", store.create(f"{FOLDER}/a.csv", body))


def keep(store: Store, *keys: str, body: bytes = b"one") -> None:
    for key in keys:
        store.create(key, body)


@pytest.mark.parametrize("view", ["raw", "rejected", "withdrawn"])
def test_an_upload_is_settled_when_its_bytes_are_kept_and_reported_on(
    store: Store, view: str
) -> None:
    mine = upload(store)
    assert not ProcessedUploads(store).has(mine, REPORT)
    keep(store, f"{view}/{RUN}/a.csv")
    assert not ProcessedUploads(store).has_all(REPORT)
    if view != "withdrawn":
        (found,) = [key for _, key in ProcessedUploads(store).unreported()]
        assert (found.inbox_key, found.accepted) == (mine.key, MOMENT)
    keep(store, REPORT)
    assert ProcessedUploads(store).has_all(REPORT)
    assert ProcessedUploads(store).has(mine, REPORT)
    assert [*ProcessedUploads(store).unreported()] == []


def test_there_must_be_as_many_reports_as_kept_objects_of_a_name_and_second(
    directory_store: DirectoryStore,
) -> None:
    mine = upload(directory_store)
    keep(directory_store, f"raw/{RUN}/a.csv", f"rejected/{RUN}/a~0123abcd.csv", REPORT)
    keep(directory_store, f"raw/{RUN}/b.csv", f"reports/{RUN}/b.csv.json")
    assert not ProcessedUploads(directory_store).has_all(REPORT)
    assert not ProcessedUploads(directory_store).has(mine, REPORT)
    assert ProcessedUploads(directory_store).has_all(f"reports/{RUN}/b.csv.json")
    keep(directory_store, f"reports/{RUN}/a~0123abcd.csv.json")
    assert ProcessedUploads(directory_store).has(mine, REPORT)


def test_other_bytes_of_the_same_name_and_second_are_told_by_size_or_etag(store: Store) -> None:
    keep(store, f"raw/{RUN}/a.csv", REPORT)
    longer = upload(store, b"longer")
    assert not ProcessedUploads(store).has(longer, REPORT)
    other = info_of(store, longer.key, store.replace(longer.key, b"two", longer.etag))
    assert ProcessedUploads(store).has(other, REPORT) is isinstance(store, DirectoryStore)


def test_only_what_was_too_large_to_be_archived_needs_no_archive_object(
    directory_store: DirectoryStore,
) -> None:
    mine = upload(directory_store)
    keep(directory_store, REPORT)
    assert ProcessedUploads(directory_store, mine.size - 1).has(mine, REPORT)
    # Else its archive object was lost, and can be written again.
    assert not ProcessedUploads(directory_store, mine.size).has(mine, REPORT)


def test_where_etags_do_not_tell_bytes_apart_they_are_alike(store: Store) -> None:
    keep(store, f"raw/{RUN}/a.csv", REPORT)
    mine = upload(store)
    in_parts = mine._replace(etag='"0123456789abcdef0123456789abcdef-2"')
    processed = ProcessedUploads(store)
    certain = "alike" if isinstance(store, DirectoryStore) else "processed"
    assert processed.verdict(mine, REPORT) == certain
    assert processed.verdict(in_parts, REPORT) == "alike"
    assert processed.verdict(in_parts._replace(size=9), REPORT) == "due"


def test_unrecognised_uploads_are_told_apart_too(directory_store: DirectoryStore) -> None:
    folder = f"unrecognised/run_ts={RUN_TS}"
    directory_store.create("inbox/notes.txt", b"one")
    mine = info_of(directory_store, "inbox/notes.txt")
    keep(
        directory_store, f"rejected/{folder}/notes.txt", f"rejected/{folder}/long~0123456789abcdef"
    )
    (found,) = [key for _, key in ProcessedUploads(directory_store).unreported()]
    assert (found.inbox_key, found.accepted) == (mine.key, MOMENT)
    keep(directory_store, f"reports/{folder}/notes.txt.json")
    processed = ProcessedUploads(directory_store)
    assert processed.has(mine, f"reports/{folder}/notes.txt.json")
    assert [*processed.unreported()] == []
