"""`kingdoms.json` (`chalicelib.views.kingdoms`): when a publish looks at it, and when not."""

import json
from datetime import date
from pathlib import Path

import pytest

from chalicelib.catalog.kingdoms_document import KingdomLine, encode
from chalicelib.lake.keys import Partition
from chalicelib.lake.open import open_store
from chalicelib.lake.store import Store
from chalicelib.lake.view_keys import KINGDOMS_KEY
from chalicelib.views import publish
from chalicelib.views.kingdoms import KingdomsView
from chalicelib.views.registry import VIEWS
from chalicelib.views.view import Target
from tests.ingest.support import SCAN, ingest, put

EARLY, LATE = (Partition(51, date(2026, 1, day)) for day in (12, 19))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"file:{tmp_path}/lake")


def upload(store: Store, partition: Partition) -> None:
    key = f"inbox/{partition.path}/a.csv"
    put(store, key, SCAN)
    ingest(store, key)


def kingdoms(store: Store) -> dict[int, str]:
    with store.open(KINGDOMS_KEY) as reader:
        rows = json.loads(reader.read())["kingdoms"]
    return {row["kingdom"]: row["latest"] for row in rows}


def may_change(store: Store, partition: Partition) -> bool:
    return KingdomsView().may_change(store, Target(KINGDOMS_KEY), partition)


def test_a_late_upload_lists_the_kingdom_where_the_newer_one_died_before_it_did(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(publish, "views_of", lambda _: VIEWS[:-1])
        upload(store, LATE)
    assert store.head(KINGDOMS_KEY) is None
    upload(store, EARLY)
    assert kingdoms(store) == {51: "2026-01-19"}


def test_it_is_left_alone_where_it_says_what_the_kingdom_s_own_catalog_says(store: Store) -> None:
    assert may_change(store, EARLY)
    upload(store, LATE)
    assert not may_change(store, EARLY)
    assert not may_change(store, LATE)
    assert may_change(store, Partition(52, EARLY.snapshot_date))
    before = store.head(KINGDOMS_KEY)
    upload(store, EARLY)
    assert store.head(KINGDOMS_KEY) == before


def test_a_wrong_date_is_put_right_by_any_upload_of_the_kingdom(store: Store) -> None:
    upload(store, LATE)
    info = store.head(KINGDOMS_KEY)
    assert info is not None
    wrong = encode({51: KingdomLine(EARLY.snapshot_date, "of before")})
    store.replace(KINGDOMS_KEY, wrong, info.etag)
    upload(store, EARLY)
    assert kingdoms(store) == {51: "2026-01-19"}


def test_a_damaged_one_may_change(store: Store) -> None:
    upload(store, LATE)
    info = store.head(KINGDOMS_KEY)
    assert info is not None
    store.replace(KINGDOMS_KEY, b"{}", info.etag)
    assert may_change(store, EARLY)
    upload(store, EARLY)
    assert kingdoms(store) == {51: "2026-01-19"}
