"""`changes/` (contract, section 9): of which snapshots it is made, whatever comes or breaks."""

import io
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from chalicelib import limits
from chalicelib.changes.summary import Summary, decode, encode
from chalicelib.ingest.rebuild import rebuild
from chalicelib.ingest.verify import verify
from chalicelib.lake.keys import Partition
from chalicelib.lake.read_once import KnownFile
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store, bytes_of
from chalicelib.lake.view_keys import changes_key, changes_table_key, curated_key, summary_key
from chalicelib.validation.derive import Derivation
from chalicelib.views import changes
from chalicelib.views.changes_file import ChangesFile, decode_summary
from chalicelib.views.curated_file import file_of
from chalicelib.views.making.snapshot_writer import PARQUET, SnapshotWriter
from chalicelib.views.sources import WITHDRAWN_BYTES
from chalicelib.views.view import Body
from tests.changes.scans import DAYS as SCAN_DAYS
from tests.changes.scans import History, histories, scan
from tests.ingest.support import MOMENT, SETTINGS, contents, csv_of, ingest, put
from tests.torture.memory_store import MemoryStore

DAYS = [date(2025, 1, 5) + timedelta(weeks=week) for week in range(5)]
COLUMNS = ("ID", "Name", "Power", "Deads")


@pytest.fixture
def store() -> MemoryStore:
    """A lake in which every write is a minute after the one before."""
    minutes = count()
    return MemoryStore(lambda: MOMENT + timedelta(minutes=next(minutes)))


def upload(store: Store, day: date, *players: Sequence[Any]) -> None:
    """Put a scan into the inbox, and ingest it; withdraw the date without players."""
    name = "a.csv" if players else "withdraw.txt"
    key = f"inbox/{Partition(51, day).path}/{name}"
    body = csv_of(COLUMNS, players) if players else b""
    put(store, key, body, None)
    ingest(store, key)


def fill(store: Store, days: Sequence[date] = DAYS) -> None:
    for number, day in enumerate(days):
        upload(store, day, (1, "Ana", 500, 10 + number), (10 + number, "Bo", 600, 5))


def rows(store: Store, day: date) -> list[dict[str, Any]]:
    with store.open(changes_key(Partition(51, day))) as reader:
        found: list[dict[str, Any]] = pq.read_table(io.BytesIO(reader.read())).to_pylist()
    return found


def summary(store: Store, day: date) -> Summary | None:
    with store.open(summary_key(Partition(51, day))) as reader:
        return decode(reader.read(), 51, day)


def compared(store: Store, days: Sequence[date] = DAYS) -> dict[int, int | None]:
    """With which date each one is compared, as places in `DAYS`; None: it has no changes."""
    found = {}
    for day in days:
        made = summary(store, day)
        with_ = None if made is None else DAYS.index(made.older.snapshot.snapshot_date)
        found[DAYS.index(day)] = with_
        assert bool(rows(store, day)) is (made is not None)
    return found


def problems(store: Store) -> list[str]:
    return [problem for result in verify(store, SETTINGS) for problem in result.problems]


def test_a_date_is_compared_with_the_snapshot_before_it(store: Store) -> None:
    fill(store)
    assert compared(store) == {0: None, 1: 0, 2: 1, 3: 2, 4: 3}
    kinds = [(row["kind"], row["id"]) for row in rows(store, DAYS[1])]
    assert kinds == [("added", 11), ("removed", 10), ("changed", 1), ("joined", 11), ("left", 10)]
    assert {row["from_date"] for row in rows(store, DAYS[1])} == {DAYS[0]}
    made = summary(store, DAYS[1])
    assert made is not None
    assert [one.id for one in made.arrived] == [11]
    tables = {key: body for key, body in contents(store, "changes/").items() if "/table/" in key}
    for day in DAYS:
        partition = Partition(51, day)
        same = contents(store, changes_key(partition))[changes_key(partition)]
        assert tables.pop(changes_table_key(partition)) == same
    assert not tables
    assert problems(store) == []


def test_a_late_upload_touches_its_own_date_and_the_two_snapshots_after_it(store: Store) -> None:
    fill(store, [DAYS[0], *DAYS[2:]])
    before = contents(store, "changes/")
    states = {info.key: info.last_modified for info in store.list_objects("changes/")}
    assert compared(store, [DAYS[2]]) == {2: 0}
    upload(store, DAYS[1], (1, "Ana", 500, 10))
    assert compared(store) == {0: None, 1: 0, 2: 1, 3: 2, 4: 3}
    assert contents(store, f"changes/{Partition(51, DAYS[3]).path}/").items() <= before.items()
    untouched = f"changes/{Partition(51, DAYS[4]).path}/"
    assert states.items() >= {(one.key, one.last_modified) for one in store.list_objects(untouched)}
    assert problems(store) == []


def test_a_withdrawn_date_has_no_changes_and_is_passed_over_until_it_comes_back(
    store: Store,
) -> None:
    fill(store)
    upload(store, DAYS[2])
    upload(store, DAYS[3])
    assert compared(store) == {0: None, 1: 0, 2: None, 3: None, 4: 1}
    upload(store, DAYS[1], (1, "Ana", 500, 12))
    assert problems(store) == []
    upload(store, DAYS[0])
    assert compared(store) == {0: None, 1: None, 2: None, 3: None, 4: 1}
    upload(store, DAYS[3], (1, "Ana", 500, 13))
    assert compared(store) == {0: None, 1: None, 2: None, 3: 1, 4: 3}
    assert problems(store) == []


def test_a_fault_follows_from_the_snapshot_before_the_older_one(store: Store) -> None:
    """A digit was lost in the middle scan; the newest of all tells nothing about that."""
    upload(store, DAYS[0], (1, "Ana", 500, 29_000_000), (2, "Bo", 400, 7))
    upload(store, DAYS[1], (1, "Ana", 500, 2_900_000), (2, "Bo", 400, 8))
    upload(store, DAYS[2], (1, "Ana", 500, 29_100_000), (2, "Bo", 400, 9))
    (jump,) = [row for row in rows(store, DAYS[2]) if row["kind"] == "jump"]
    assert (jump["id"], jump["column"], jump["fault"]) == (1, "deaths", "from")
    upload(store, DAYS[0], (1, "Ana", 500, 2_800_000), (2, "Bo", 400, 7))
    (jump,) = [row for row in rows(store, DAYS[2]) if row["kind"] == "jump"]
    assert jump["fault"] is None
    made = summary(store, DAYS[2])
    assert made is not None
    assert [one.fault for one in made.findings.suspects] == [None]
    assert problems(store) == []


def curated_of(kingdom: int, players: int) -> bytes:
    """A curated file as it is smallest."""
    run = Run.of("inbox/x", datetime(2026, 1, 26, tzinfo=UTC), "0" * 64)
    derivation = Derivation(sums={}, weights=None, dkp_in_file=False)
    writer = SnapshotWriter(run, Partition(kingdom, DAYS[0]), derivation, io.BytesIO())
    if players:
        writer.add({"id": pa.array(range(1, players + 1), pa.int64())}, players)
    return bytes_of(writer.finish().curated)


@settings(max_examples=25)
@given(histories())
def test_what_the_writer_of_changes_knows_is_what_is_read_of_them(history: History) -> None:
    before, older, newer = (
        file_of(*scan(rows, day)) for rows, day in zip(history.scans, SCAN_DAYS, strict=True)
    )
    made = changes.changes_between(older, newer, iter([before]))
    assert isinstance(made, KnownFile)
    assert isinstance(made.known, ChangesFile)
    found = decode_summary(made.read(), Partition(51, SCAN_DAYS[2]))
    assert made.known.summary == found
    assert encode(51, made.known.summary) == encode(51, found)


@pytest.mark.parametrize("kingdom", [1, 99999])
def test_a_listing_tells_a_withdrawn_date_from_one_that_has_players(kingdom: int) -> None:
    assert 2 * len(curated_of(kingdom, 0)) < WITHDRAWN_BYTES
    assert len(curated_of(kingdom, 1)) > 2 * WITHDRAWN_BYTES


def test_a_file_is_of_a_snapshot_however_small_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.views.sources.WITHDRAWN_BYTES", 10**9)
    fill(store)
    upload(store, DAYS[2])
    upload(store, DAYS[1], (1, "Ana", 500, 12))
    assert compared(store) == {0: None, 1: 0, 2: None, 3: 1, 4: 3}
    assert problems(store) == []


def rewrite(store: Store, day: date, without: Sequence[str]) -> None:
    """Let a date's file be one that older software wrote, without some columns."""
    key = curated_key(Partition(51, day))
    with store.open(key) as reader:
        table, info = pq.read_table(io.BytesIO(reader.read())), reader.info
    metadata = table.schema.metadata
    sink = io.BytesIO()
    options: Mapping[str, Any] = {
        **PARQUET,
        "column_encoding": None,
        "use_dictionary": False,
        "compression_level": None,
        "write_statistics": False,
    }
    older = table.drop_columns([*without]).replace_schema_metadata(metadata)
    with pq.ParquetWriter(sink, older.schema, **options) as writer:
        writer.write_table(older)
        writer.add_key_value_metadata(metadata)
    store.replace(key, sink.getvalue(), info.etag)


def test_what_an_older_writer_did_not_know_is_not_known(store: Store) -> None:
    fill(store, DAYS[:1])
    rewrite(store, DAYS[0], [f"t{tier}_deaths" for tier in range(1, 6)])
    upload(store, DAYS[1], (1, "Ana", 500, 11), (10, "Bo", 600, 5))
    assert compared(store, DAYS[:2]) == {0: None, 1: 0}
    assert [row["kind"] for row in rows(store, DAYS[1])] == ["changed"]
    (problem,) = problems(store)
    assert problem.startswith(f"{curated_key(Partition(51, DAYS[0]))} was written by another")


@pytest.mark.parametrize("damage", [b"PAR1", b"x" * 9000])
def test_a_damaged_date_holds_up_neither_another_one_nor_its_report(
    store: MemoryStore, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    fill(store, DAYS[:3])
    sound = contents(store, "changes/")
    damaged = curated_key(Partition(51, DAYS[1]))
    put(store, damaged, damage, None)
    with caplog.at_level(logging.ERROR):
        upload(store, DAYS[2], (1, "Ana", 500, 12), (12, "Bo", 600, 9))
        upload(store, DAYS[3], (1, "Ana", 500, 13), (12, "Bo", 600, 9))
    told = [vars(record)["fields"] for record in caplog.records if record.msg == "view_not_made"]
    assert {one["damaged"] for one in told} >= {damaged}
    assert len(contents(store, "reports/")) == 5
    # What could not be made stays as it was; what is made of sound files is up to date.
    assert contents(store, f"changes/{Partition(51, DAYS[2]).path}/").items() <= sound.items()
    assert compared(store, DAYS[3:4]) == {3: 2}
    assert [one for one in problems(store) if not one.startswith("players/")] == [
        f"{damaged} differs"
    ]
    list(rebuild(store, SETTINGS))
    assert problems(store) == []
    assert compared(store, DAYS[:4]) == {0: None, 1: 0, 2: 1, 3: 2}
    assert rows(store, DAYS[2])[-1]["run_id"] > rows(store, DAYS[1])[-1]["run_id"]


def test_more_changes_than_can_be_listed_hold_up_no_report(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, DAYS[:2])
    monkeypatch.setattr(limits, "MAX_LISTED", 4)
    upload(store, DAYS[2], *((number, "Cy", 500, 10) for number in (1, 21, 22, 23)))
    assert len(contents(store, "reports/")) == 3
    key = changes_key(Partition(51, DAYS[2]))
    text = "kingdom 51: 5 differences between the snapshots of 2025-01-12 and 2025-01-19 are more"
    assert [(key, problem.startswith(text)) for problem in problems(store)] == [(key, True)]
    assert [one.keys for one in rebuild(store, SETTINGS) if one.problems] == [(key,)]
    # So it is said until the scan is corrected.
    upload(store, DAYS[2], (1, "Ana", 500, 12), (12, "Bo", 600, 9))
    assert problems(store) == []
    assert compared(store, DAYS[:3]) == {0: None, 1: 0, 2: 1}


def test_a_lake_from_before_there_were_changes_is_completed(store: MemoryStore) -> None:
    fill(store, DAYS[:4])
    complete = contents(store, "changes/")
    for key in complete:
        store.remove(key)
    # What is made of them is not named too.
    lacking = [changes_key(Partition(51, day)) for day in DAYS[:4]]
    assert problems(store) == [f"{key} is missing" for key in lacking]
    upload(store, DAYS[4], (1, "Ana", 500, 20))
    assert {*contents(store, "changes/")} == {
        key(Partition(51, DAYS[4])) for key in (changes_key, changes_table_key, summary_key)
    }
    list(rebuild(store, SETTINGS))
    assert contents(store, "changes/").items() >= complete.items()
    assert problems(store) == []


def test_an_upload_of_the_newest_date_compares_once_and_reads_the_snapshot_before(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    opened: list[str] = []
    real = MemoryStore.open

    def noting(self: MemoryStore, key: str, **named: Any) -> Any:
        opened.append(key)
        return real(self, key, **named)

    made: list[str] = []
    right = changes.changes_between

    def between(*files: Any) -> Body:
        made.append("")
        return right(*files)

    monkeypatch.setattr(MemoryStore, "open", noting)
    monkeypatch.setattr(changes, "changes_between", between)
    newest = DAYS[-1] + timedelta(weeks=1)
    upload(store, newest, (1, "Ana", 500, 20), (14, "Bo", 600, 5))
    assert len(made) == 1
    read = {key for key in opened if key.startswith("curated/")}
    assert read == {curated_key(Partition(51, DAYS[-1]))}, "what it has written is not read"
