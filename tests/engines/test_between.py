"""What happened between two snapshots: the same from `summary.json` and from the files."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.boards.snapshot import Snapshot
from chalicelib.changes.span import Span
from chalicelib.changes.summary import Summary, encode
from chalicelib.engines.between import read_findings, read_summary
from chalicelib.errors import StoreError, StoreUnavailableError
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import Partition
from chalicelib.lake.view_keys import curated_key, summary_key
from tests.engines.support import DAY, player, publish, put

WEEK = timedelta(weeks=1)
CURATED = [curated_key(Partition(51, DAY - WEEK)), curated_key(Partition(51, DAY))]
BEFORE = curated_key(Partition(51, DAY - 2 * WEEK))
SUMMARY = summary_key(Partition(51, DAY))


class Reading(DirectoryStore):
    """A store that notes what is read."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.read: list[str] = []

    def open(self, key: str, **how: Any) -> Any:
        self.read.append(key)
        return super().open(key, **how)


@pytest.fixture
def lake(tmp_path: Path) -> Reading:
    return Reading(str(tmp_path))


def week(store: DirectoryStore, day: date, **of_seven: int) -> Snapshot:
    """A snapshot of a few players, one of whom has these values."""
    players = [player(number, name=f"{number}") for number in (1, 2, 3)]
    return publish(store, [*players, player(7, name="7", **of_seven)], day=day, views=["curated"])


@pytest.fixture
def span(lake: Reading) -> Span:
    """A jump of deaths, of which the scan before tells that the older scan is wrong."""
    before = week(lake, DAY - 2 * WEEK, deaths=1000)
    older = week(lake, DAY - WEEK, deaths=100)
    return Span(older, week(lake, DAY, deaths=1100), before, adjacent=True)


def summarize(store: Reading, span: Span) -> Summary:
    """Put the summary where publishing would, and forget what was read."""
    computed = read_summary(store, span)
    put(store, SUMMARY, encode(51, computed))
    store.read.clear()
    return computed


def test_of_neighbours_one_object_is_read(lake: Reading, span: Span) -> None:
    computed = summarize(lake, span)
    assert read_summary(lake, span) == computed
    assert lake.read == [SUMMARY]
    (suspect,) = read_findings(lake, span).findings.suspects
    assert (suspect.id, suspect.kind, suspect.fault) == (7, "jump", "from")
    assert lake.read == [SUMMARY] * 2


def test_without_it_both_files_are_read_and_a_third_only_for_a_fault(
    lake: Reading, span: Span
) -> None:
    computed = summarize(lake, span)
    apart = span._replace(adjacent=False)
    assert read_summary(lake, apart) == computed
    assert sorted(lake.read) == [BEFORE, *CURATED]
    lake.read.clear()
    assert read_findings(lake, apart) == (span.older, span.newer, computed.findings)
    assert sorted(lake.read) == [BEFORE, *CURATED]
    lake.read.clear()
    quiet = apart._replace(newer=week(lake, DAY, deaths=100))
    assert read_findings(lake, quiet).findings.suspects == []
    assert sorted(lake.read) == CURATED


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", None], ids=["empty", "json", "bytes", "cut"])
def test_a_damaged_summary_is_made_up_for(lake: Reading, span: Span, body: bytes | None) -> None:
    computed = summarize(lake, span)
    put(lake, SUMMARY, encode(51, computed)[:-9] if body is None else body)
    assert read_summary(lake, span) == computed
    assert sorted(lake.read) == sorted([BEFORE, SUMMARY, *CURATED])
    assert read_findings(lake, span).findings == computed.findings


@pytest.mark.parametrize("which", ["older", "newer"])
def test_a_summary_of_another_run_is_not_used(lake: Reading, span: Span, which: str) -> None:
    summarize(lake, span)
    day = getattr(span, which).snapshot_date
    corrected = publish(lake, [player(1), player(2)], day=day, run=2, views=["curated"])
    now = span._replace(newer=corrected) if which == "newer" else span._replace(older=corrected)
    found = read_summary(lake, now)
    assert (found.older.snapshot, found.newer.snapshot) == (now.older, now.newer)
    assert read_findings(lake, now)[:2] == (now.older, now.newer)


def test_a_summary_that_says_that_there_is_no_pair_is_not_used(lake: Reading, span: Span) -> None:
    computed = summarize(lake, span)
    put(lake, SUMMARY, encode(51, None))
    assert read_summary(lake, span) == computed


def test_a_file_that_is_newer_than_the_span_is_told_by_its_own_facts(
    lake: Reading, span: Span
) -> None:
    newer = publish(lake, [player(1)], run=2, views=["curated"])
    found = read_summary(lake, span)
    assert (found.older.snapshot, found.newer.snapshot) == (span.older, newer)


def test_a_damaged_file_is_named(lake: Reading, span: Span) -> None:
    put(lake, CURATED[0], b"PAR1")
    with pytest.raises(StoreError, match=f"dt={span.older.snapshot_date}"):
        read_findings(lake, span)


def test_a_lake_that_cannot_be_read_is_no_damage(
    lake: Reading, span: Span, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise StoreUnavailableError("down")

    monkeypatch.setattr(lake, "open", down)
    with pytest.raises(StoreUnavailableError):
        read_summary(lake, span)
