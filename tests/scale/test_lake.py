"""The made-up lake is one: what its listings show is what the app makes of its uploads."""

from collections import Counter

import pytest

from benchmarks.scale.lake import ScaleLake
from chalicelib.catalog.lake_catalog import LakeCatalog
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.sweep import Sweep
from chalicelib.ingest.verify import verify
from chalicelib.lake.view_keys import KINGDOMS_KEY
from tests.ingest.races import watched
from tests.ingest.support import MOMENT, SCAN, SETTINGS

pytestmark = [pytest.mark.slow, pytest.mark.long]


def lake(**how: int) -> ScaleLake:
    return ScaleLake(**{"kingdoms": 12, "weeks": 5, "unrecognised": 3, **how})


def test_a_listing_is_in_order_whatever_prefix_and_start() -> None:
    made = lake()
    whole = [info.key for info in made.list_objects("")]
    assert whole == sorted(set(whole))
    assert len([key for key in whole if key.startswith("inbox/")]) == made.uploads + 3
    for prefix in ("inbox/", "raw/source=rok_players/kingdom=1", "catalog/", "reports/un", "x"):
        found = [info.key for info in made.list_objects(prefix)]
        assert found == [key for key in whole if key.startswith(prefix)]
        for after in ("inbox/", found[len(found) // 2] if found else "a", "raw/s", "z"):
            listed = [info.key for info in made.list_objects(prefix, after=after)]
            assert listed == [key for key in found if key > after]
    assert [*made.list_folders("boards/source=rok_players/")] == sorted(
        (f"kingdom={kingdom}" for kingdom in range(1, 13)), key=lambda name: f"{name}/"
    )


def test_a_listing_stays_what_it_was_when_objects_are_made() -> None:
    made = lake()
    before = [(info.key, info.etag) for info in made.list_objects("")]
    for kingdom in range(1, 13):
        assert made.head(f"catalog/source=rok_players/kingdom={kingdom}/snapshots.json")
    assert [(info.key, info.etag) for info in made.list_objects("")] == before


def test_the_same_seed_makes_the_same_lake() -> None:
    key = "raw/source=rok_players/kingdom=7/dt=2025-01-13/run_ts=20250113T091803Z/players.csv"
    bodies = []
    for seed in (1, 1, 2):
        made = lake(seed=seed)
        (found,) = [info for info in made.list_objects("raw/") if info.key[:52] == key[:52]]
        with made.open(found.key) as reader:
            bodies.append((reader.read(), found))
    assert bodies[0] == bodies[1]
    assert bodies[0] != bodies[2]


def test_all_is_well_in_it() -> None:
    made = lake()
    writes: Counter[str] = Counter()
    reads: Counter[str] = Counter()

    def call(method: str, key: str) -> None:
        (writes if method in ("create", "replace") else reads)[method] += 1

    store = watched(made, call)
    sweep = Sweep(store, SETTINGS)
    assert ([*sweep.results()], sweep.is_complete, reads["open"]) == ([], True, 0)
    assert [one.problems for one in verify(store, SETTINGS) if one.problems] == []
    assert [one.keys for one in rebuild(store, SETTINGS) if one.keys] == []
    assert not writes
    assert len(LakeCatalog(made).kingdoms().latest) == 12


def test_what_is_put_into_it_is_swept() -> None:
    made = lake()
    key = "inbox/source=rok_players/kingdom=7/dt=2026-01-26/players.csv"
    made.put(key, SCAN, MOMENT)
    assert [one.key for one in Sweep(made, SETTINGS).results()] == [key]
    with made.open(KINGDOMS_KEY) as reader:
        assert b'{"kingdom":7,"latest":"2026-01-26"}' in reader.read()
    assert [*Sweep(made, SETTINGS).results()] == []
