"""What is kept of an upload tells whose it is (contract, section 3)."""

from datetime import UTC, datetime

import pytest

from chalicelib.lake import keys, unrecognised
from chalicelib.lake.archive_keys import parse_archive_key

PARTITION = "source=rok_players/kingdom=51/dt=2026-01-26"
MOMENT = datetime(2026, 1, 26, 15, 30, 12, tzinfo=UTC)
RUN_TS = "20260126T153012Z"
DAY = keys.parse_partition_path(PARTITION)


@pytest.mark.parametrize("name", ["players.csv", "two words.JSON.gz", "players~1a2b3c4d.csv"])
@pytest.mark.parametrize("make", [keys.raw_key, keys.rejected_key])
def test_a_recognised_upload_is_found_again(make: object, name: str) -> None:
    assert callable(make)
    inbox_key = keys.parse_inbox_key(f"inbox/{PARTITION}/{name}", MOMENT)
    kept = parse_archive_key(make(inbox_key.partition, RUN_TS, name))
    assert kept is not None
    assert (kept.inbox_key, kept.accepted) == (inbox_key.key, MOMENT)
    assert kept.report_key == keys.report_key(inbox_key.partition, RUN_TS, name)


@pytest.mark.parametrize("top", ["withdrawn", "rejected"])  # one that was too large
@pytest.mark.parametrize("name", ["withdraw.txt", "withdraw~1a2b3c4d.txt"])
def test_a_withdrawal_is_found_again(name: str, top: str) -> None:
    kept = parse_archive_key(f"{top}/{PARTITION}/run_ts={RUN_TS}/{name}")
    assert kept is not None
    assert (kept.inbox_key, kept.accepted) == (f"inbox/{PARTITION}/{name}", MOMENT)
    assert kept.partition == keys.parse_partition_path(PARTITION)
    assert kept.report_key == keys.report_key(kept.partition, RUN_TS, name)


@pytest.mark.parametrize(
    "inbox_key",
    ["inbox/notes.txt", f"inbox/{PARTITION}/deeper/a.csv", f"inbox/{PARTITION}/", "inbox/a\nb//c"],
)
def test_an_unrecognised_upload_is_found_again(inbox_key: str) -> None:
    kept = parse_archive_key(unrecognised.rejected_key(inbox_key, RUN_TS))
    assert kept is not None
    assert (kept.inbox_key, kept.accepted) == (inbox_key, MOMENT)
    assert kept.report_key == unrecognised.report_key(inbox_key, RUN_TS)


@pytest.mark.parametrize(
    ("inbox_key", "below"),
    [
        (f"inbox/{PARTITION}/players.docx", "players.docx"),
        (f"inbox/{PARTITION}/withdraw~1.txt", "withdraw~1.txt"),
        (f"inbox/{PARTITION}/long~0123456789abcdef", "long~0123456789abcdef"),
        (f"inbox/{PARTITION}/deeper/a.csv", f"inbox/{PARTITION}/deeper/a.csv"),
        ("inbox/Kingdom=51/dt=2026-1-26/a.csv", "inbox/Kingdom=51/dt=2026-1-26/a.csv"),
        (f"inbox/{PARTITION}/inbox/a.csv", f"inbox/{PARTITION}/inbox/a.csv"),
        (f"inbox/{PARTITION}/run_ts={RUN_TS}/a", f"inbox/{PARTITION}/run_ts={RUN_TS}/a"),
    ],
)
def test_a_refused_upload_of_a_known_date_is_found_again(inbox_key: str, below: str) -> None:
    key = unrecognised.rejected_key(inbox_key, RUN_TS, DAY)
    assert key == f"rejected/{PARTITION}/run_ts={RUN_TS}/{below}"
    kept = parse_archive_key(key)
    assert kept is not None
    assert (kept.inbox_key, kept.accepted, kept.partition) == (inbox_key, MOMENT, DAY)
    assert kept.report_key == unrecognised.report_key(inbox_key, RUN_TS, DAY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "raw/notes.txt",
        f"inbox/{PARTITION}/run_ts={RUN_TS}/a.csv",
        f"{PARTITION}/run_ts={RUN_TS}/a.csv",
        f"rejected/raw/{PARTITION}/run_ts={RUN_TS}/a.csv",
        f"raw/{PARTITION}/run_ts={RUN_TS}/a.docx",
        f"raw/{PARTITION}/run_ts={RUN_TS}/inbox/a.csv",
        f"withdrawn/{PARTITION}/run_ts={RUN_TS}/inbox/withdraw.txt",
        f"rejected/{PARTITION}/run_ts={RUN_TS}/deeper/a.csv",
        f"rejected/{PARTITION}/run_ts={RUN_TS}/",
        f"rejected/{PARTITION}/run_ts={RUN_TS}/inbox/",
        f"rejected/{PARTITION}/run_ts=20260230T000000Z/a.docx",
        f"raw/{PARTITION}/run_ts={RUN_TS}/withdraw.txt",
        f"withdrawn/{PARTITION}/run_ts={RUN_TS}/a.csv",
        f"withdrawn/{PARTITION}/run_ts={RUN_TS}/withdraw~1.txt",
        f"withdrawn/{PARTITION}/run_ts=20260230T000000Z/withdraw.txt",
        f"withdrawn/unrecognised/run_ts={RUN_TS}/withdraw.txt",
        f"raw/{PARTITION}/run_ts=20260230T000000Z/a.csv",
        f"raw/unrecognised/run_ts={RUN_TS}/a.csv",
        "rejected/unrecognised/run_ts=20260230T000000Z/a.csv",
        f"rejected/unrecognised/run_ts={RUN_TS}/",
        unrecognised.rejected_key("inbox/" + "k" * 1000, RUN_TS),
        unrecognised.rejected_key("inbox/" + "k" * 1000, RUN_TS, DAY),
    ],
)
def test_what_does_not_tell_whose_it_is_is_none(key: str) -> None:
    assert parse_archive_key(key) is None
