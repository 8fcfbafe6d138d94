"""What is said of an upload: outcome, what to do, the board; one line stays one line."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.changes.words.happened import CHAT
from chalicelib.ingest.answer.since import told_since
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.reports.stored import StoredReport
from chalicelib.telling.message import Message, compose, shown_name
from chalicelib.telling.standing import standing_of
from tests.ingest.support import BAD_SCAN, BOARDS, FOLDER, SCAN, SETTINGS, SLOW, put
from tests.telling.support import reported, scan

SNAPSHOTS = "catalog/source=rok_players/kingdom=51/snapshots.json"


def told(store: DirectoryStore, report: StoredReport) -> Message:
    standing = standing_of(store, report)
    is_shown = standing is not None and standing.shown == "this"
    since = told_since(store, report.report, CHAT, shown_name) if is_shown else ()
    return compose(report, standing, since)


def test_an_accepted_scan_is_told_with_its_board(directory_store: DirectoryStore) -> None:
    message = told(directory_store, reported(directory_store, SCAN))
    assert message[:2] == ("51", "accepted")
    assert message.subject == "Kingdom 51, 2026-01-26: scan accepted, 2 players"
    lines = message.text.splitlines()
    assert lines[:6] == [
        "Kingdom 51, 2026-01-26: the scan players.csv was accepted, with 2 players.",
        "",
        "Power, the first 2 of 2 players:",
        "1. Bo: 7,000,000",
        "2. Ana: 5,000,000",
        "",
    ]
    assert lines[-2].startswith("Report: reports/source=rok_players/kingdom=51/dt=2026-01-26/")
    assert lines[-1] == f"Upload {message.run_id}"


def test_the_board_is_that_of_dkp_where_it_is_known(directory_store: DirectoryStore) -> None:
    many = scan([(n, f"P{n}", n) for n in range(1, 13)], "DKP")
    lines = told(directory_store, reported(directory_store, many)).text.splitlines()
    assert lines[2:4] == ["DKP, the first 10 of 12 players:", "1. P12: 12"]
    assert lines[12:14] == ["10. P3: 3", ""]


def test_equal_values_have_equal_ranks(directory_store: DirectoryStore) -> None:
    text = told(directory_store, reported(directory_store, scan([(1, "A", 5), (2, "B", 5)]))).text
    assert "1. A: 5\n1. B: 5\n" in text


def test_a_refused_scan_is_told_with_the_first_three_errors_and_what_to_do(
    directory_store: DirectoryStore,
) -> None:
    bad = b"ID,Name,Power\n" + b"".join(b"%d,P,many\n" % n for n in range(1, 6))
    message = told(directory_store, reported(directory_store, bad))
    assert message.status == "rejected"
    assert message.subject == "Kingdom 51, 2026-01-26: scan refused, 5 errors"
    assert "was refused. Nothing of it is published." in message.text
    assert "5 errors, the first 3:\n- " in message.text
    found = [line for line in message.text.splitlines() if line.startswith("- ")]
    assert len(found) == 3
    assert any("Write the whole number" in line for line in found)
    assert "Power, the first" not in message.text


def test_a_warning_is_told_beside_an_accepted_scan(directory_store: DirectoryStore) -> None:
    body = b"ID,Name,Power,Deads\n1,Ana,5,-1\n"
    text = told(directory_store, reported(directory_store, body)).text
    assert '1 warning:\n- row 1 (line 2), deaths, "-1": ' in text
    assert text.index("the first 1 of") < text.index("1 warning")


def test_a_mended_file_is_named_before_all_that_is_wrong(directory_store: DirectoryStore) -> None:
    report = reported(directory_store, BAD_SCAN)
    key = "rejected/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=x/players.repaired.csv"
    repair = {"key": key, "removed_rows": [2, 3]}
    with_repair = report._replace(report={**report.report, "repair": repair})
    text = compose(with_repair, None).text
    assert f"A mended file is ready, without 2 repeated rows. It lies at\n{key}\n" in text
    assert text.index(key) < text.index("1 error")


@pytest.mark.parametrize("repair", [None, "x", {}, {"key": 5}, []])
def test_what_is_no_repair_is_not_told(directory_store: DirectoryStore, repair: Any) -> None:
    report = reported(directory_store, BAD_SCAN)
    assert (
        "mended"
        not in compose(report._replace(report={**report.report, "repair": repair}), None).text
    )


def test_a_withdrawal_is_told(directory_store: DirectoryStore) -> None:
    message = told(directory_store, reported(directory_store, b"", "withdraw.txt"))
    assert message.status == "withdrawn"
    assert message.subject == "Kingdom 51, 2026-01-26: scans withdrawn"
    assert "no longer counts; a later upload does" in message.text


def test_an_upload_of_no_kingdom_is_told_with_where_it_was_put(
    directory_store: DirectoryStore,
) -> None:
    message = told(directory_store, reported(directory_store, b"x", "notes.txt", "inbox"))
    assert message[:2] == ("unrecognised", "rejected")
    assert message.subject == "Kingdom not recognised: scan refused, 1 error"
    assert "It was put at inbox/notes.txt" in message.text


def test_what_happened_since_the_scan_before_comes_before_the_board(
    directory_store: DirectoryStore,
) -> None:
    """Names come from scans: none breaks a line."""
    folder = FOLDER.replace("01-26", "01-19")
    before = scan([(1, "A\u2028na", 5), (2, "Bo", 50_000)], "Deads")
    reported(directory_store, before, folder=folder)
    after = scan([(1, "A\u2028na", 50_000), (3, "Cy\n1. Me: 9", 9)], "Deads")
    text = told(directory_store, reported(directory_store, after)).text
    assert text.split("\n\n")[1:5] == [
        "Since the scan of 2026-01-19, 7 days before:\n- 1 joined: Cy 1. Me: 9\n- 1 left: Bo",
        "Likely wrong, the numbers of 1 player:\n- A na (id 1): deaths 5 → 50,000, 10,000 times as "
        "many. Which of the two scans is wrong is not known yet.\nLook at them in the game. Where "
        "a scan is wrong, correct its file and upload it again for its date.",
        "Deaths gained, the first 1 of 1:\n1. A na: +49,995 (look: deaths jump)",
        "Deaths, the first 2 of 2 players:\n1. A na: 50,000\n2. Cy 1. Me: 9: 9",
    ]


def test_a_name_from_right_to_left_leaves_the_numbers_beside_it_in_their_order(
    directory_store: DirectoryStore,
) -> None:
    body = scan([(1, "\u0631\u0639\u062f35\u2069", 5), (2, "Bo", 4)])
    lines = told(directory_store, reported(directory_store, body)).text.splitlines()
    assert "1. \u2068\u0631\u0639\u062f35\u2069: 5" in lines
    assert "2. Bo: 4" in lines


class TestStanding:
    """What the lake shows of a date may be another scan by now."""

    def test_a_newer_scan_of_the_date(self, directory_store: DirectoryStore) -> None:
        older = reported(directory_store, SCAN)
        newer = reported(directory_store, SCAN + b"3,Cy,9\n", "later.csv")
        shown = sorted([older, newer], key=lambda report: report.run_id)
        assert "a newer scan of this date was uploaded" in told(directory_store, shown[0]).text
        assert "a newer scan" not in told(directory_store, shown[1]).text

    def test_a_withdrawal_since(self, directory_store: DirectoryStore) -> None:
        report = reported(directory_store, SCAN)
        reported(directory_store, b"", "withdraw.txt")
        text = told(directory_store, report).text
        assert "the scans of this date were withdrawn since" in text
        assert "Bo" not in text

    def test_what_it_took_the_place_of_and_that_it_is_half_as_large(
        self, directory_store: DirectoryStore
    ) -> None:
        large = scan([(n, f"P{n}", n) for n in range(1, 13)])
        reported(directory_store, large, folder=FOLDER.replace("01-26", "01-19"))
        key = f"{FOLDER}/large.csv"
        put(directory_store, key, large)
        assert ingest_key(directory_store, key, SETTINGS) is not None
        text = told(directory_store, reported(directory_store, SCAN)).text
        assert "It takes the place of an upload with 12 players." in text
        assert "Careful: This scan has 2 players, less than half of the 12" in text
        assert text.index("Careful") < text.index("Power, the first")

    def test_a_date_that_is_not_the_newest(self, directory_store: DirectoryStore) -> None:
        reported(directory_store, SCAN, folder=FOLDER.replace("01-26", "02-02"))
        message = told(directory_store, reported(directory_store, SCAN))
        assert "The newest scan of the kingdom is that of 2026-02-02" in message.text
        assert "1. Bo: 7,000,000" in message.text

    @pytest.mark.parametrize(
        "key", [BOARDS, "catalog/source=rok_players/kingdom=51/snapshots.json"]
    )
    def test_a_lake_that_cannot_be_read_keeps_nobody_from_being_told(
        self, directory_store: DirectoryStore, key: str
    ) -> None:
        report = reported(directory_store, SCAN)
        info = directory_store.head(key)
        assert info is not None
        directory_store.replace(key, b"{}", info.etag)
        message = told(directory_store, report)
        assert "was accepted, with 2 players" in message.text
        assert "could not be read just now" in message.text

    def test_a_scan_of_which_no_metric_is_known_has_no_board(
        self, directory_store: DirectoryStore
    ) -> None:
        report = reported(directory_store, scan([(1, "A", 5)], "Helps"))
        standing = standing_of(directory_store, report)
        assert standing is not None
        assert (standing.shown, standing.metric) == ("this", None)
        assert "the first" not in compose(report, standing).text

    def test_nothing_is_read_for_a_scan_that_was_refused(
        self, directory_store: DirectoryStore
    ) -> None:
        assert standing_of(directory_store, reported(directory_store, BAD_SCAN)) is None


NASTY = "\n\r\x00\x0b\x1f\x7f\x85\u2028\u2029\u202e\u2066"


def test_a_name_is_one_line_whatever_is_in_it(directory_store: DirectoryStore) -> None:
    body = scan([(1, "Ana\nKingdom 52: all is lost\r\n\u202exyz", 5)])
    text = told(directory_store, reported(directory_store, body)).text
    assert "1. Ana Kingdom 52: all is lost xyz: 5" in text


@SLOW
@given(
    texts=st.lists(
        st.one_of(
            st.none(),
            st.integers(),
            st.text(st.one_of(st.sampled_from(NASTY), st.characters()), max_size=50),
            st.just("x" * 5000),
        ),
        min_size=6,
        max_size=6,
    )
)
def test_a_report_of_whatever_rules_makes_a_message_that_can_be_sent(texts: list[Any]) -> None:
    names = ("row", "line", "column", "value", "message", "hint")
    finding = dict(zip(names, texts, strict=True))
    report: dict[str, Any] = {
        "status": "rejected",
        "inbox_key": f"inbox/{texts[3]}",
        "kingdom": 51,
        "snapshot_date": str(date(2026, 1, 26)),
        "error_count": 1000,
        "errors": [finding] * 1000,
        "warning_count": 0,
        "warnings": [],
    }
    stored = StoredReport(f"reports/{texts[4]}.json", {**report, "run_id": "r"}, b"")
    message = compose(stored, None)
    assert len(message.subject) < 100
    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert len(message.text.encode()) < 16_384
    lines = [line for part in (*message.parts, message.ending) for line in part]
    assert (
        message.text.splitlines()
        == [line for part in (*message.parts, message.ending) for line in (*part, "")][:-1]
    )
    assert all(json.dumps(line).isprintable() for line in lines)
