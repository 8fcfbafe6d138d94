"""The report is the last object of a run, is found by its run, and is never replaced."""

from typing import Any

import pytest

from chalicelib.errors import StoreUnavailableError
from chalicelib.ingest.report import build_report, encode_report, find_report, write_report
from chalicelib.lake import keys
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import with_hash
from chalicelib.lake.run import Run, TargetKeys
from chalicelib.lake.store import Store
from chalicelib.lake.stored_reports import DamagedReportError, read_report
from chalicelib.validation.validate import ValidationResult
from tests.ingest.support import (
    CURATED,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    SCAN,
    contents,
    put,
    upload,
)

INBOX_KEY = keys.parse_inbox_key(KEY, MOMENT)
REPORT = f"reports/{PARTITION}/run_ts={RUN_TS}/players.csv.json"
HASHED = with_hash(REPORT.removesuffix(".json"), upload(SCAN).sha256) + ".json"


def run(data: bytes = SCAN) -> Run:
    return Run.of(KEY, MOMENT, upload(data).sha256)


def report(data: bytes = SCAN, players: int = 2) -> dict[str, Any]:
    found = ValidationResult(format="csv")
    found.players = players
    written = {"raw": TargetKeys.of(run(data), INBOX_KEY).accepted or "", "curated": CURATED}
    return build_report(found, upload(data), run(data), INBOX_KEY, written)


def damaged(**changes: Any) -> bytes:
    return encode_report({**report(), **changes})


class TestReport:
    def test_a_report_is_found_by_its_run(self, store: Store) -> None:
        assert find_report(store, REPORT, run()) is None
        write_report(store, REPORT, run(), report())
        assert find_report(store, REPORT, run()) == report()
        assert find_report(store, REPORT, run(b"other")) is None

    def test_a_report_that_is_there_stays(self, directory_store: DirectoryStore) -> None:
        first = report(players=1)
        write_report(directory_store, REPORT, run(), first)
        write_report(directory_store, REPORT, run(), report())
        assert contents(directory_store) == {REPORT: encode_report(first)}

    def test_a_report_on_another_upload_of_that_name_and_second_stays_beside_it(
        self, directory_store: DirectoryStore
    ) -> None:
        for data in (SCAN, b"other", b"other"):
            write_report(directory_store, REPORT, run(data), report(data))
        assert contents(directory_store) == {
            REPORT: encode_report(report()),
            with_hash(REPORT.removesuffix(".json"), run(b"other").sha256) + ".json": encode_report(
                report(b"other")
            ),
        }
        assert find_report(directory_store, REPORT, run(b"other")) == report(b"other")

    def test_no_report_is_replaced_though_both_names_are_taken(
        self, directory_store: DirectoryStore
    ) -> None:
        theirs = encode_report(report(b"theirs"))
        for key in (REPORT, HASHED):
            put(directory_store, key, theirs)
        with pytest.raises(StoreUnavailableError, match="both taken"):
            write_report(directory_store, REPORT, run(), report())
        assert contents(directory_store) == {REPORT: theirs, HASHED: theirs}

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff",
            b"[]",
            b"null",
            b'{"run_id": "x"}',
            b"{",
            bytes(200),
            encode_report(report())[:-20],
            damaged(status="rejected"),
            damaged(status="withdrawn"),
            damaged(status="fine"),
            damaged(error_count=1),
            damaged(players=None),
            damaged(written={}),
            damaged(written={"rejected": "rejected/x"}),
            damaged(run_ts="20260126T153013Z"),
            damaged(inbox_key=KEY.replace("51", "52")),
            damaged(kingdom=52),
            damaged(snapshot_date=None),
            damaged(errors=None),
        ],
    )
    def test_a_damaged_report_is_not_believed_and_a_new_one_stands_beside_it(
        self, directory_store: DirectoryStore, body: bytes
    ) -> None:
        put(directory_store, REPORT, body)
        with pytest.raises(DamagedReportError, match=f"{REPORT} is damaged"):
            read_report(directory_store, REPORT)
        assert find_report(directory_store, REPORT, run()) is None
        write_report(directory_store, REPORT, run(), report())
        assert contents(directory_store) == {REPORT: body, HASHED: encode_report(report())}
        assert find_report(directory_store, REPORT, run()) == report()
