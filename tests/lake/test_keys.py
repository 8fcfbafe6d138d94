"""Every key of contract section 3: round trips, and each malformed shape with its code."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake import keys, unrecognised, view_keys
from chalicelib.lake.keys import InboxKey, KeyRefusalCode, KeyRefusedError, Partition, RawKey
from tests.lake.test_file_names import extensions, stems

ACCEPTED = datetime(2026, 1, 26, 15, 30, 12, 345678, tzinfo=UTC)
RUN_TS = "20260126T153012Z"
PARTITION = Partition(51, date(2026, 1, 26))
FOLDER = "source=rok_players/kingdom=51/dt=2026-01-26"
SHA256 = "1a2b3c4d" + "0" * 56

partitions = st.builds(Partition, st.integers(1, 99_999), st.dates())
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(datetime.fromtimestamp, st.floats(0, 253_402_200_000), zones)
names = st.builds("".join, st.tuples(stems, extensions))


def test_keys_are_those_of_the_contract() -> None:
    run = f"{FOLDER}/run_ts={RUN_TS}"
    assert keys.raw_key(PARTITION, RUN_TS, "players.csv") == f"raw/{run}/players.csv"
    assert keys.rejected_key(PARTITION, RUN_TS, "players.csv") == f"rejected/{run}/players.csv"
    assert keys.report_key(PARTITION, RUN_TS, "players.csv") == f"reports/{run}/players.csv.json"
    assert view_keys.curated_key(PARTITION) == f"curated/{FOLDER}/players.parquet"
    assert view_keys.boards_key(PARTITION) == f"boards/{FOLDER}/leaderboards.json"
    assert view_keys.snapshots_key(51) == "catalog/source=rok_players/kingdom=51/snapshots.json"
    assert view_keys.KINGDOMS_KEY == "catalog/source=rok_players/kingdoms.json"
    assert keys.raw_prefix(PARTITION) == f"raw/{FOLDER}/"
    assert view_keys.kingdoms_prefix("curated/") == "curated/source=rok_players/"
    assert view_keys.dates_prefix("boards/", 51) == "boards/source=rok_players/kingdom=51/"


def test_an_inbox_key_says_what_the_upload_is() -> None:
    parsed = keys.parse_inbox_key(f"inbox/{FOLDER}/players.csv", ACCEPTED)
    assert isinstance(parsed, InboxKey)
    assert parsed.partition == PARTITION
    assert parsed.file.format == "csv"
    assert parsed.key == f"inbox/{FOLDER}/players.csv"


def refusal(key: str, accepted: datetime) -> KeyRefusedError | None:
    """Why a key is refused; None for one that is parsed, and then goes round."""
    try:
        parsed = keys.parse_inbox_key(key, accepted)
    except KeyRefusedError as error:
        return error
    assert parsed.key == key
    return None


@given(partitions, names, moments)
def test_inbox_keys_go_round(partition: Partition, name: str, accepted: datetime) -> None:
    upload = InboxKey(partition, keys.parse_file_name(name))
    refused = refusal(upload.key, accepted)
    ahead = partition.snapshot_date - accepted.astimezone(UTC).date()
    assert (refused.code if refused else None) == ("future_date" if ahead.days > 1 else None)
    soon = datetime.combine(partition.snapshot_date, time(tzinfo=UTC))
    assert keys.parse_inbox_key(upload.key, soon) == upload


@given(partitions, names, moments)
def test_raw_keys_go_round(partition: Partition, name: str, accepted: datetime) -> None:
    raw = RawKey(partition, keys.run_timestamp(accepted), keys.parse_file_name(name))
    assert keys.parse_raw_key(raw.key) == raw


@given(partitions)
def test_folders_go_round(partition: Partition) -> None:
    _, kingdom, dt = partition.path.split("/")
    assert keys.parse_kingdom_folder(kingdom) == partition.kingdom
    assert keys.parse_date_folder(dt) == partition.snapshot_date


@given(moments)
def test_run_timestamps_go_round(moment: datetime) -> None:
    run_ts = keys.run_timestamp(moment)
    assert re.fullmatch(r"\d{8}T\d{6}Z", run_ts)
    assert keys.parse_run_timestamp(run_ts) == moment.astimezone(UTC).replace(microsecond=0)
    assert re.sub("[-:]", "", keys.ingested_at_text(moment)) == run_ts


def test_a_moment_is_told_in_utc_and_whole_seconds() -> None:
    moment = ACCEPTED.astimezone(timezone(timedelta(hours=9)))
    assert keys.run_timestamp(moment) == "20260126T153012Z"
    assert keys.ingested_at_text(moment) == "2026-01-26T15:30:12Z"
    assert keys.ingested_at_text(datetime(1, 1, 2, tzinfo=UTC)) == "0001-01-02T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        *("", "20260126T153012", "2026-01-26T15:30:12Z", "20260230T000000Z", "20260126T250000Z"),
        *("2026126T153012Z0", "２0260126T153012Z", "20260126T153012Z\n"),
    ],
)
def test_what_is_no_run_timestamp_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        keys.parse_run_timestamp(text)


@pytest.mark.parametrize(
    ("key", "code", "says"),
    [
        # a missing part
        ("", "bad_key", "ends with a slash"),
        ("inbox", "bad_key", "does not start with inbox/"),
        ("players.csv", "bad_key", "does not start with inbox/"),
        ("inbox/players.csv", "bad_key", "source=rok_players is missing"),
        ("inbox/source=rok_players/players.csv", "bad_key", "kingdom=NUMBER is missing"),
        ("inbox/source=rok_players/kingdom=51/players.csv", "bad_key", "dt=YYYY-MM-DD is missing"),
        (f"inbox/{FOLDER}", "bad_key", "dt=YYYY-MM-DD is missing"),
        ("inbox/source=rok_players/dt=2026-01-26/p.csv", "bad_key", 'not "dt=2026-01-26"'),
        ("inbox/kingdom=51/dt=2026-01-26/p.csv", "bad_key", 'not "kingdom=51"'),
        ("inbox/source=rok_players/51/2026-01-26/p.csv", "bad_key", 'not "51"'),
        # another start
        (f"Inbox/{FOLDER}/p.csv", "bad_key", "does not start with inbox/"),
        (f"/inbox/{FOLDER}/p.csv", "bad_key", "does not start with inbox/"),
        (f"raw/{FOLDER}/p.csv", "bad_key", "does not start with inbox/"),
        (f"inbox//{FOLDER}/p.csv", "bad_key", "two slashes"),
        (f"inbox/{FOLDER}//p.csv", "bad_key", "two slashes"),
        # the source
        ("inbox/source=rok/kingdom=51/dt=2026-01-26/p.csv", "bad_key", '"source=rok"'),
        ("inbox/source=/kingdom=51/dt=2026-01-26/p.csv", "bad_key", '"source="'),
        ("inbox/source=ROK_players/kingdom=51/dt=2026-01-26/p.csv", "bad_key", "the source must"),
        # the kingdom
        *(
            (
                f"inbox/source=rok_players/kingdom={text}/dt=2026-01-26/p.csv",
                "bad_key",
                "1 to 99999",
            )
            for text in ("0", "051", "100000", "-1", "", "51 ", "5e1", "٥١", "５１", "51.0", "+51")
        ),
        ("inbox/source=rok_players/Kingdom=51/dt=2026-01-26/p.csv", "bad_key", "must be kingdom="),
        # the date
        *(
            (f"inbox/source=rok_players/kingdom=51/dt={text}/p.csv", "bad_key", "a real date")
            for text in (
                *("2026-02-30", "2026-13-01", "20260126", "2026-1-26", "26-01-2026", ""),
                *(
                    "2026-W05-1",
                    "2026-01-26T00",
                    "２026-01-26",
                    "latest",
                    "0000-01-01",
                    "2025-02-29",
                ),
            )
        ),
        ("inbox/source=rok_players/kingdom=51/dt=2026-01-28/p.csv", "future_date", "2026-01-28"),
        ("inbox/source=rok_players/kingdom=51/dt=9999-12-31/p.csv", "future_date", "9999-12-31"),
        # folders
        (f"inbox/{FOLDER}/", "bad_key", "ends with a slash"),
        ("inbox/", "bad_key", "ends with a slash"),
        (f"inbox/{FOLDER}/more/p.csv", "bad_key", 'not in "more" below'),
        (f"inbox/{FOLDER}/run_ts={RUN_TS}/p.csv", "bad_key", "below"),
        (f"inbox/{FOLDER}/../p.csv", "bad_key", 'not in ".." below'),
        # never decoded again
        (f"inbox%2F{FOLDER}/p.csv", "bad_key", "does not start with inbox/"),
        ("inbox/source=rok_players%2Fkingdom=51/dt=2026-01-26/p.csv", "bad_key", "the source must"),
        ("inbox/source%3Drok_players/kingdom=51/dt=2026-01-26/p.csv", "bad_key", "source%3D"),
        ("inbox/source=rok_players/kingdom=5%31/dt=2026-01-26/p.csv", "bad_key", "1 to 99999"),
        # the file
        (f"inbox/{FOLDER}/players.docx", "unsupported_format", '".docx"'),
        (f"inbox/{FOLDER}/players", "unsupported_format", "no extension"),
        (f"inbox/{FOLDER}/.csv", "bad_key", "only an extension"),
        (f"inbox/{FOLDER}/a\x1f.csv", "bad_key", "control characters"),
        (f"inbox/{FOLDER}/a\udcff.csv", "bad_key", "control characters"),
        (f"inbox/{FOLDER}/".ljust(1020, "n") + ".csv", "bad_key", "at most 240"),
        (f"inbox/{FOLDER}/".ljust(1021, "n") + ".csv", "bad_key", "longer than 1024"),
        ("inbox/" + "f/" * 509, "bad_key", "ends with a slash"),
        ("inbox/" + "f/" * 508 + "ab", "bad_key", "must be source=rok_players"),
    ],
)
def test_a_malformed_key_is_refused_with_the_reason(
    key: str, code: KeyRefusalCode, says: str
) -> None:
    with pytest.raises(KeyRefusedError) as refused:
        keys.parse_inbox_key(key, ACCEPTED)
    assert refused.value.code == code
    assert says in refused.value.message
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    "name", ["🏰.csv", "a b+c.csv", "a%2Fb.csv", "é.JSON.gz", "n" * 236 + ".csv"]
)
def test_a_file_may_have_any_other_name(name: str) -> None:
    key = f"inbox/{FOLDER}/{name}"
    assert keys.parse_inbox_key(key, ACCEPTED).key == key


@pytest.mark.parametrize("kingdom", [1, 9, 51, 99_999])
def test_kingdoms_are_1_to_99999(kingdom: int) -> None:
    key = f"inbox/source=rok_players/kingdom={kingdom}/dt=2026-01-26/p.csv"
    assert keys.parse_inbox_key(key, ACCEPTED).partition.kingdom == kingdom


def test_a_date_may_be_one_day_ahead_of_the_upload_in_utc() -> None:
    key = "inbox/source=rok_players/kingdom=51/dt=2026-01-27/p.csv"
    late = datetime(2026, 1, 27, 5, tzinfo=timezone(timedelta(hours=14)))  # 26th in UTC
    keys.parse_inbox_key(key, late)
    with pytest.raises(KeyRefusedError, match="more than one day after the upload"):
        keys.parse_inbox_key(key, late - timedelta(hours=15, microseconds=1))


@given(st.text(), moments)
def test_any_text_is_parsed_or_refused(key: str, accepted: datetime) -> None:
    for candidate in (key, f"inbox/{key}", f"inbox/{FOLDER}/{key}"):
        refused = refusal(candidate, accepted)
        assert refused is None or refused.message.isprintable()
        assert keys.parse_raw_key(candidate) is None


@pytest.mark.parametrize(
    "key",
    [
        "raw/players.csv",
        f"raw/{FOLDER}/players.csv",
        f"raw/{FOLDER}/run_ts=now/players.csv",
        f"raw/{FOLDER}/run_ts=20260126T240000Z/players.csv",
        f"raw/{FOLDER}/run_ts=20260230T000000Z/players.csv",
        f"raw/{FOLDER}/{RUN_TS}/players.csv",
        f"raw/{FOLDER}/run_ts={RUN_TS}/players.parquet",
        f"raw/{FOLDER}/run_ts={RUN_TS}/",
        f"raw/{FOLDER}/run_ts={RUN_TS}/more/players.csv",
        f"x/raw/{FOLDER}/run_ts={RUN_TS}/players.csv",
        f"rejected/{FOLDER}/run_ts={RUN_TS}/players.csv",
        f"raw/source=rok_players/kingdom=051/dt=2026-01-26/run_ts={RUN_TS}/players.csv",
    ],
)
def test_what_is_no_raw_key_of_ours_is_none(key: str) -> None:
    assert keys.parse_raw_key(key) is None


@pytest.mark.parametrize("folder", ["", "kingdom=", "kingdom=0", "kingdom=051", "51", "kingdom=5/"])
def test_what_is_no_kingdom_folder_is_none(folder: str) -> None:
    assert keys.parse_kingdom_folder(folder) is None


@pytest.mark.parametrize("folder", ["", "dt=", "dt=2026-02-30", "dt=20260126", "2026-01-26"])
def test_what_is_no_date_folder_is_none(folder: str) -> None:
    assert keys.parse_date_folder(folder) is None


def test_only_an_empty_object_with_a_slash_is_a_console_folder() -> None:
    assert keys.is_console_folder("inbox/source=rok_players/", 0)
    assert not keys.is_console_folder("inbox/source=rok_players/", 1)
    assert not keys.is_console_folder("inbox/players.csv", 0)


def test_a_run_id_is_a_function_of_key_moment_and_bytes() -> None:
    one = keys.run_id(f"inbox/{FOLDER}/players.csv", RUN_TS, SHA256)
    assert one == "20260126T153012Z-59a67ff43b543087"
    assert re.fullmatch(rf"{RUN_TS}-[0-9a-f]{{16}}", one)
    others = {
        keys.run_id(f"inbox/{FOLDER}/players2.csv", RUN_TS, SHA256),
        keys.run_id(f"inbox/{FOLDER}/players.csv", "20260126T153013Z", SHA256),
        keys.run_id(f"inbox/{FOLDER}/players.csv", RUN_TS, "f" * 64),
    }
    assert len(others | {one}) == 4


def test_an_unrecognised_upload_keeps_its_key_below() -> None:
    assert (
        unrecognised.rejected_key("inbox/some/players.xlsx", RUN_TS)
        == f"rejected/unrecognised/run_ts={RUN_TS}/some/players.xlsx"
    )
    assert (
        unrecognised.report_key("inbox/some/players.xlsx", RUN_TS)
        == f"reports/unrecognised/run_ts={RUN_TS}/some/players.xlsx.json"
    )


@pytest.mark.parametrize(
    "tail",
    ["f/" * 508 + "ab", "n" * 1018, "é" * 509, "n" * 251, "a/" + "n" * 253 + "/x.csv", "a\udcff"],
)
def test_an_unrecognised_key_too_long_to_keep_becomes_its_hash(tail: str) -> None:
    rejected = unrecognised.rejected_key(f"inbox/{tail}", RUN_TS)
    report = unrecognised.report_key(f"inbox/{tail}", RUN_TS)
    assert re.fullmatch(rf"rejected/unrecognised/run_ts={RUN_TS}/long~[0-9a-f]{{16}}", rejected)
    assert report == f"{rejected.replace('rejected/', 'reports/', 1)}.json"


@given(st.text(st.characters(exclude_characters="/"), min_size=1, max_size=1100))
def test_unrecognised_keys_always_fit(text: str) -> None:
    for tail in (text, "/".join(text)):
        for key in (f"inbox/{tail}", keys.with_hash(f"inbox/{tail}", SHA256)):
            for built in (
                unrecognised.rejected_key(key, RUN_TS),
                unrecognised.report_key(key, RUN_TS),
            ):
                data = built.encode()
                assert len(data) <= 1024
                assert all(len(part) <= 255 for part in data.split(b"/"))
