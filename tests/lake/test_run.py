"""A run's identity (contract, section 3): a function of inbox key, moment and bytes alone."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.keys import InboxKey, KeyRefusedError, Partition
from chalicelib.lake.run import Run, TargetKeys, parse_inbox_key, partition_of
from tests.ingest.support import KEY, MOMENT, PARTITION, RUN_TS

SHA256 = hashlib.sha256(b"ID,Name,Power\n1,Ana,5\n").hexdigest()
RUN = Run.of(KEY, MOMENT, SHA256)

# A day from either end of time, so that every time zone has them.
moments = st.integers(86_400, 315_537_724_800).map(
    lambda seconds: datetime(1, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def test_the_run_id_is_what_anyone_can_compute_from_the_documented_recipe() -> None:
    digest = hashlib.sha256(f"{KEY}\n{RUN_TS}\n{SHA256}".encode()).hexdigest()
    assert (RUN.run_ts, RUN.run_id) == (RUN_TS, f"{RUN_TS}-{digest[:16]}")


@given(moments, st.integers(-14 * 60, 14 * 60), st.integers(0, 999_999))
def test_neither_time_zone_nor_parts_of_a_second_change_a_run(
    moment: datetime, minutes: int, microseconds: int
) -> None:
    moment = moment.replace(microsecond=0)
    elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))
    again = Run.of(KEY, elsewhere.replace(microsecond=microseconds), SHA256)
    assert again == Run.of(KEY, moment, SHA256)
    assert again.accepted.tzinfo is UTC


@pytest.mark.parametrize(
    "change",
    [
        {"inbox_key": KEY.replace("players", "Players")},
        {"accepted": MOMENT + timedelta(seconds=1)},
        {"sha256": hashlib.sha256(b"").hexdigest()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_key_moment_or_content_is_another_run(change: dict[str, object]) -> None:
    assert RUN._replace(**change).run_id != RUN.run_id  # type: ignore[arg-type]


@given(moments, moments, st.sampled_from([SHA256, "0" * 64]))
def test_ids_sort_by_moment_whatever_was_uploaded(
    one: datetime, other: datetime, sha256: str
) -> None:
    first, second = sorted([one, other])
    earlier, later = Run.of(KEY, first, SHA256), Run.of(KEY, second, sha256)
    assert earlier.run_ts <= later.run_ts
    if earlier.run_ts < later.run_ts:
        assert earlier.run_id < later.run_id


def test_an_upload_has_its_places_below_its_date_and_moment() -> None:
    assert TargetKeys.of(RUN, parse_inbox_key(KEY, MOMENT)) == TargetKeys(
        accepted=f"raw/{PARTITION}/run_ts={RUN_TS}/players.csv",
        rejected=f"rejected/{PARTITION}/run_ts={RUN_TS}/players.csv",
        report=f"reports/{PARTITION}/run_ts={RUN_TS}/players.csv.json",
    )


@pytest.mark.parametrize("key", ["inbox/players.csv", KEY.replace("kingdom=51", "kingdom=0")])
def test_an_upload_of_no_known_date_has_its_report_apart_and_no_place_in_raw(key: str) -> None:
    refused = parse_inbox_key(key, MOMENT)
    assert isinstance(refused, KeyRefusedError)
    assert (refused.code, partition_of(refused)) == ("bad_key", None)
    tail = key.removeprefix("inbox/")
    assert TargetKeys.of(RUN._replace(inbox_key=key), refused) == TargetKeys(
        accepted=None,
        rejected=f"rejected/unrecognised/run_ts={RUN_TS}/{tail}",
        report=f"reports/unrecognised/run_ts={RUN_TS}/{tail}.json",
    )


@pytest.mark.parametrize(
    ("key", "code", "day", "below"),
    [
        (KEY.replace("players.csv", "a.docx"), "unsupported_format", "2026-01-26", "a.docx"),
        (KEY.replace("2026-01-26", "2026-01-28"), "future_date", "2026-01-28", "players.csv"),
        (f"{KEY}/", "bad_key", "2026-01-26", f"{KEY}/"),
        (KEY.replace("players.csv", "deeper/a.csv"), "bad_key", "2026-01-26", None),
        (KEY.replace("source=rok_players", "source=kvk"), "bad_key", "2026-01-26", None),
        (KEY.replace("kingdom=", "Kingdom="), "bad_key", "2026-01-26", None),
        (KEY.replace("2026-01-26", "2026-1-5"), "bad_key", "2026-01-05", None),
        ("inbox/dt=2026-01-26/kingdom=51/a.csv", "bad_key", "2026-01-26", None),
    ],
)
def test_a_refused_upload_lies_under_the_kingdom_and_date_in_its_key(
    key: str, code: str, day: str, below: str | None
) -> None:
    refused = parse_inbox_key(key, MOMENT)
    assert isinstance(refused, KeyRefusedError)
    assert (refused.code, partition_of(refused)) == (code, Partition(51, date.fromisoformat(day)))
    folder = f"source=rok_players/kingdom=51/dt={day}/run_ts={RUN_TS}"
    assert TargetKeys.of(RUN._replace(inbox_key=key), refused) == TargetKeys(
        accepted=None,
        rejected=f"rejected/{folder}/{below or key}",
        report=f"reports/{folder}/{below or key}.json",
        older_report=f"reports/unrecognised/run_ts={RUN_TS}/{key.removeprefix('inbox/')}.json",
    )


def test_a_workbook_that_older_rules_refused_has_its_report_apart() -> None:
    key = KEY.replace("players.csv", "players.xlsx")
    targets = TargetKeys.of(RUN._replace(inbox_key=key), parse_inbox_key(key, MOMENT))
    assert targets.report == f"reports/{PARTITION}/run_ts={RUN_TS}/players.xlsx.json"
    assert targets.older_report == (
        f"reports/unrecognised/run_ts={RUN_TS}/{PARTITION}/players.xlsx.json"
    )


def test_a_good_key_tells_kingdom_date_and_file() -> None:
    found = parse_inbox_key(KEY, MOMENT)
    assert isinstance(found, InboxKey)
    assert partition_of(found) == Partition(51, date(2026, 1, 26))
    assert (found.key, found.file.name) == (KEY, "players.csv")


def test_the_date_may_be_one_day_ahead_of_the_store_s_clock_and_no_more() -> None:
    midnight = datetime(2026, 1, 25, tzinfo=UTC)
    assert isinstance(parse_inbox_key(KEY, midnight), InboxKey)
    assert isinstance(parse_inbox_key(KEY, midnight - timedelta(seconds=1)), KeyRefusedError)
