"""What happened since the snapshot before, told after an upload; and never in its way."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.changes.words.happened import CHAT
from chalicelib.errors import StoreDeniedError
from chalicelib.ingest.answer import since as module
from chalicelib.ingest.answer.since import told_since
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.store import Store
from tests.api.between_lake import Reading
from tests.ingest.support import MOMENT, ingest, put

HEADER = "ID,Name,Power,T4 Kills,T5 Kills,Deads,Alliance\n"
MANY = [f"{n},P{n},{n}0000,{n}00,0,{n}0,\n" for n in range(100, 160)]
FIRST = "".join([HEADER, "1,Yuki,9000000,5,5,29323779,AA\n", "2,Bo,8000000,5,5,7,\n", *MANY])
SECOND = FIRST.replace("29323779", "293237790").replace(
    "2,Bo,8000000,5,5,7,", "3,Cy,8000000,5,5,7,"
)


def upload(store: Store, day: str, text: str, name: str = "players.csv", at: int = 0) -> Any:
    key = f"inbox/source=rok_players/kingdom=51/dt=2026-01-{day}/{name}"
    put(store, key, text.encode(), MOMENT + timedelta(seconds=at))
    return ingest(store, key).answer(store)


def told(store: Store, report: Any) -> list[str]:
    return [line for part in told_since(store, report) for line in part]


def test_who_came_who_left_what_is_odd_and_who_gained_is_told(
    directory_store: DirectoryStore,
) -> None:
    first = upload(directory_store, "19", FIRST)
    assert told(directory_store, first) == []
    lines = told(directory_store, upload(directory_store, "26", SECOND, at=1))
    assert lines[:3] == [
        "Since the scan of 2026-01-19, 7 days before:",
        "- 1 joined: Cy",
        "- 1 left: Bo",
    ]
    assert lines[3:5] == [
        "Likely wrong, the numbers of 1 player:",
        "- Yuki (id 1): deaths 29,323,779 → 293,237,790, ten times as many. Which of the two scans "
        "is wrong is not known yet.",
    ]
    assert lines[5].startswith("Look at them in the game.")
    # Whoever gained nothing is no gainer.
    assert lines[6:] == [
        "DKP gained by 1 of 61 players:",
        "1. Yuki: +10,556,560,440 (look: deaths jump)",
    ]


def test_each_object_is_read_once(directory_store: DirectoryStore, tmp_path: Path) -> None:
    """A fault depends on the scan before the older one, which the gains do not read again."""
    for day, text in (("12", FIRST), ("19", FIRST)):
        upload(directory_store, day, text, at=int(day))
    report = upload(directory_store, "26", SECOND, at=30)
    store = Reading(tmp_path / "lake")
    assert told(store, report)[2:3] == ["- 1 left: Bo"]
    curated = [f"curated/source=rok_players/kingdom=51/dt=2026-01-{n}/" for n in (12, 19, 26)]
    assert sorted(key for key in store.read if key.startswith("curated/")) == [
        f"{folder}players.parquet" for folder in curated
    ]
    assert len(store.read) == len({*store.read})


def test_who_was_seen_before_came_back(directory_store: DirectoryStore) -> None:
    upload(directory_store, "12", SECOND)
    upload(directory_store, "19", FIRST, at=1)
    lines = told(directory_store, upload(directory_store, "26", SECOND, at=2))
    assert lines[1:3] == ["- 1 came back: Cy", "- 1 left: Bo"]


def test_a_late_upload_is_compared_with_what_was_before_its_own_date(
    directory_store: DirectoryStore,
) -> None:
    upload(directory_store, "12", FIRST)
    upload(directory_store, "26", SECOND, at=1)
    lines = told(directory_store, upload(directory_store, "19", FIRST, at=2))
    assert lines[0] == "Since the scan of 2026-01-12, 7 days before:"


def test_a_scan_that_is_the_one_before_is_told_as_such(directory_store: DirectoryStore) -> None:
    upload(directory_store, "12", FIRST)
    lines = told(directory_store, upload(directory_store, "19", FIRST, at=1))
    assert lines == [
        "Since the scan of 2026-01-12, 7 days before:",
        "- nothing: every number of every player is as it was. Is it the file of that day? Then "
        "upload the right one for this date.",
        "DKP: nobody gained any.",
    ]


def test_that_nobody_joined_or_left_is_told(directory_store: DirectoryStore) -> None:
    upload(directory_store, "12", FIRST)
    more = FIRST.replace("5,5,7,", "5,6,7,")
    lines = told(directory_store, upload(directory_store, "19", more, at=1))
    assert lines[1] == "- nobody joined or left"


def test_a_withdrawn_date_is_no_snapshot_before(directory_store: DirectoryStore) -> None:
    upload(directory_store, "12", FIRST)
    upload(directory_store, "19", FIRST, at=1)
    upload(directory_store, "19", "", "withdraw.txt", at=2)
    lines = told(directory_store, upload(directory_store, "26", SECOND, at=3))
    assert lines[0] == "Since the scan of 2026-01-12, 14 days before:"


def test_what_is_not_shown_is_not_told(directory_store: DirectoryStore) -> None:
    upload(directory_store, "19", FIRST)
    older = upload(directory_store, "26", SECOND, at=1)
    upload(directory_store, "26", FIRST, "again.csv", at=2)
    assert told(directory_store, older) == []


def test_of_scans_with_another_dkp_the_next_metric_is_told(
    directory_store: DirectoryStore,
) -> None:
    rows = "1,Yuki,9000000,5,5,9,7\n2,Bo,8000000,5,5,7,7\n"
    upload(directory_store, "19", "ID,Name,Power,T4 Kills,T5 Kills,Deads,DKP\n" + rows)
    lines = told(directory_store, upload(directory_store, "26", FIRST, at=1))
    assert "Deaths gained by 1 of 2 players:" in lines


DAMAGE = b"PAR1 no more PAR1"


@pytest.mark.parametrize("folder", ["curated", "catalog", "players"])
def test_damage_is_logged_and_nothing_else_happens(
    directory_store: DirectoryStore,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    folder: str,
) -> None:
    upload(directory_store, "19", FIRST)
    report = upload(directory_store, "26", SECOND, at=1)
    day = "/dt=2026-01-19" if folder == "curated" else ""
    [path] = (tmp_path / "lake" / folder).glob(f"*/kingdom=51{day}/*.*")
    path.write_bytes(DAMAGE)
    with caplog.at_level(logging.WARNING, "chalicelib"):
        lines = told(directory_store, report)
    if folder == "players":
        # Then only who joined and who came back cannot be told apart.
        assert lines[1] == "- 1 joined or came back: Cy"
        return
    assert lines == []
    assert "changes_not_told" in [record.getMessage() for record in caplog.records]


def test_whoever_may_not_read_is_told_nothing(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(directory_store, "19", FIRST)
    report = upload(directory_store, "26", SECOND, at=1)

    def deny(*_: Any, **__: Any) -> Any:
        raise StoreDeniedError("not for you")

    monkeypatch.setattr(directory_store, "open", deny)
    assert told(directory_store, report) == []


def test_a_bug_is_in_nobody_s_way(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(directory_store, "19", FIRST)
    report = upload(directory_store, "26", SECOND, at=1)
    monkeypatch.setattr(module, "paragraphs", lambda *_: 1 / 0)
    assert told(directory_store, report) == []


def test_names_are_shown_as_the_caller_wants(directory_store: DirectoryStore) -> None:
    upload(directory_store, "19", FIRST)
    report = upload(directory_store, "26", SECOND, at=1)
    text = str(told_since(directory_store, report, CHAT, lambda name: f"<{name}>"))
    assert "<Cy>" in text
    assert "<Yuki> (id 1)" in text
    assert "1. <Yuki>: +" in text
