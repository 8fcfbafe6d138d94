"""An upload's place among the others (contract, section 5)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import StoreDeniedError, StoreUnavailableError
from chalicelib.ingest.answer import place as module
from chalicelib.ingest.answer.place import MOST_REPORTS, place_of, snapshots_of
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from tests.ingest.support import BAD_SCAN, FOLDER, KEY, MOMENT, SCAN, ingest, put

WITHDRAWAL = f"{FOLDER}/withdraw.txt"
OLDER = KEY.replace("2026-01-26", "2026-01-19")
NEWER = KEY.replace("2026-01-26", "2026-01-27")


def scan(players: int) -> bytes:
    rows = "".join(f"{1_000_000 + number},P,5\n" for number in range(players))
    return b"ID,Name,Power\n" + rows.encode()


def upload(store: Store, key: str, body: bytes, seconds: int = 0) -> dict[str, Any]:
    put(store, key, body, MOMENT + timedelta(seconds=seconds))
    return ingest(store, key).answer(store)


def replaced(answer: dict[str, Any], players: int) -> dict[str, Any]:
    return {"run_id": answer["run_id"], "players": players}


@pytest.fixture
def lake(directory_store: DirectoryStore) -> DirectoryStore:
    return directory_store


def test_the_first_upload_replaces_nothing_and_is_the_latest(lake: DirectoryStore) -> None:
    answer = upload(lake, KEY, SCAN)
    assert answer["place"] == {"replaces": None, "latest": "2026-01-26", "warnings": []}


def test_a_correction_says_what_it_took_the_place_of(lake: DirectoryStore) -> None:
    first = upload(lake, KEY, SCAN)
    upload(lake, NEWER, SCAN, 10)
    second = upload(lake, f"{FOLDER}/again.csv", SCAN, 20)
    assert second["place"] == {
        "replaces": replaced(first, 2),
        "latest": "2026-01-27",
        "warnings": [],
    }


@pytest.mark.parametrize("players", [1, 49, 50, 51, 100, 200])
def test_less_than_half_of_what_it_replaces_is_told(lake: DirectoryStore, players: int) -> None:
    upload(lake, KEY, scan(100))
    warnings = upload(lake, KEY, scan(players), 5)["place"]["warnings"]
    assert [one["code"] for one in warnings] == ["half_scan"] * (players < 50)
    if warnings:
        assert "less than half of the 100 of the upload that it replaces" in warnings[0]["message"]
        assert warnings[0].keys() == {"row", "line", "column", "value", "code", "message", "hint"}


def test_less_than_half_of_the_scan_before_is_told_too(lake: DirectoryStore) -> None:
    upload(lake, OLDER, scan(100))
    upload(lake, NEWER, scan(10), 5)
    (warning,) = upload(lake, KEY, scan(40), 10)["place"]["warnings"]
    assert "less than half of the 100 of the scan before, of 2026-01-19" in warning["message"]
    assert upload(lake, KEY, scan(60), 15)["place"]["warnings"] == []


def test_what_is_refused_or_comes_too_late_replaces_nothing(lake: DirectoryStore) -> None:
    upload(lake, KEY, scan(100), 60)
    nothing = {"replaces": None, "latest": "2026-01-26", "warnings": []}
    assert upload(lake, f"{FOLDER}/bad.csv", BAD_SCAN, 90)["place"] == nothing
    late = upload(lake, f"{FOLDER}/late.csv", scan(3), 30)
    assert (late["published"], late["place"]) == (False, nothing)
    unknown = upload(lake, "inbox/notes.txt", SCAN)
    assert unknown["place"] == {"replaces": None, "latest": None, "warnings": []}


def test_a_withdrawal_says_what_it_took_away_and_what_is_the_latest_now(
    lake: DirectoryStore,
) -> None:
    upload(lake, OLDER, SCAN)
    taken = upload(lake, KEY, scan(5))
    place = upload(lake, WITHDRAWAL, b"", 10)["place"]
    assert place == {"replaces": replaced(taken, 5), "latest": "2026-01-19", "warnings": []}
    assert upload(lake, KEY, scan(4), 20)["place"]["replaces"] is None


def test_another_look_at_an_upload_says_the_same(lake: DirectoryStore) -> None:
    first = upload(lake, KEY, scan(9))
    upload(lake, f"{FOLDER}/bad.csv", BAD_SCAN, 10)
    second = upload(lake, f"{FOLDER}/b.csv", scan(8), 20)
    later = upload(lake, f"{FOLDER}/c.csv", scan(7), 30)
    for key, answer in ((KEY, first), (f"{FOLDER}/b.csv", second), (f"{FOLDER}/c.csv", later)):
        again = ingest(lake, key)
        assert again.replayed
        if again.published:
            assert again.answer(lake)["place"] == answer["place"]


def test_a_withdrawal_between_is_seen_by_another_look(lake: DirectoryStore) -> None:
    upload(lake, KEY, scan(9))
    upload(lake, WITHDRAWAL, b"", 10)
    assert upload(lake, f"{FOLDER}/b.csv", scan(8), 20)["place"]["replaces"] is None
    assert ingest(lake, f"{FOLDER}/b.csv").answer(lake)["place"]["replaces"] is None
    taken = ingest(lake, WITHDRAWAL).answer(lake)["place"]["replaces"]
    assert taken is not None
    assert taken["players"] == 9


def test_a_run_that_died_half_way_finds_what_it_took_the_place_of(lake: DirectoryStore) -> None:
    first = upload(lake, KEY, scan(9))
    second = upload(lake, f"{FOLDER}/b.csv", scan(8), 10)
    report = next(
        info.key for info in lake.list_objects("reports/") if info.key.endswith("/b.csv.json")
    )
    (vars(lake)["_root"] / report).unlink()
    again = ingest(lake, f"{FOLDER}/b.csv")
    assert not again.replayed
    assert again.answer(lake) == second
    assert second["place"]["replaces"] == replaced(first, 9)


class Refusing:
    """A store that denies, or fails, what lies under some prefixes."""

    def __init__(self, store: Store, prefixes: tuple[str, ...], error: Exception) -> None:
        self._store = store
        self._prefixes = prefixes
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(key: str, *rest: Any, **named: Any) -> Any:
            if key.startswith(self._prefixes):
                raise self._error
            return getattr(self._store, name)(key, *rest, **named)

        return call


@pytest.mark.parametrize("error", [StoreDeniedError("no"), StoreUnavailableError("no")])
def test_an_officer_who_may_read_reports_alone_is_told_what_they_say(
    lake: DirectoryStore, error: Exception
) -> None:
    upload(lake, KEY, scan(9))
    second = upload(lake, KEY, scan(2), 10)
    report = {name: value for name, value in second.items() if name not in ("published", "place")}
    store: Store = Refusing(lake, ("catalog/", "raw/"), error)  # type: ignore[assignment]
    assert snapshots_of(store, 51) is None
    assert place_of(store, report, published=None) == {**second["place"], "latest": None}
    store = Refusing(lake, ("catalog/", "reports/"), error)  # type: ignore[assignment]
    assert place_of(store, report, published=None) is None


def test_a_damaged_catalog_is_not_known_and_no_failure(lake: DirectoryStore) -> None:
    upload(lake, KEY, scan(9))
    (vars(lake)["_root"] / "catalog/source=rok_players/kingdom=51/snapshots.json").write_bytes(b"{")
    answer = upload(lake, KEY, scan(8), 10)
    assert answer["status"] == "accepted"
    assert answer["place"]["replaces"]["players"] == 9


@contextmanager
def fewer_reports(count: int) -> Iterator[None]:
    before, module.MOST_REPORTS = module.MOST_REPORTS, count  # type: ignore[misc]
    try:
        yield
    finally:
        module.MOST_REPORTS = before  # type: ignore[misc]


def test_no_more_than_some_reports_are_read(lake: DirectoryStore) -> None:
    assert MOST_REPORTS == 20
    upload(lake, KEY, scan(9))
    for number in range(3):
        upload(lake, f"{FOLDER}/bad{number}.csv", BAD_SCAN, 10 + number)
    upload(lake, KEY, scan(8), 60)
    with fewer_reports(4):
        assert ingest(lake, KEY).answer(lake)["place"] is None
    with fewer_reports(5):
        again = ingest(lake, KEY).answer(lake)["place"]["replaces"]
    assert again is not None
    assert again["players"] == 9
