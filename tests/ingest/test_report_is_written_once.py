"""The report is the last object of a run, is found by its run, and is never replaced."""

import pytest

from chalicelib.errors import StoreError, StoreUnavailableError
from chalicelib.ingest.report import encode_report, find_report, write_report
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.run import Run
from chalicelib.lake.store import Store
from tests.ingest.support import KEY, MOMENT, SCAN, contents, put, upload

REPORT = "reports/x/players.csv.json"


def run(data: bytes = SCAN) -> Run:
    return Run.of(KEY, MOMENT, upload(data).sha256)


def report(of: Run, status: str = "accepted") -> dict[str, object]:
    return {"status": status, "run_id": of.run_id, "written": {}}


class TestReport:
    def test_a_report_is_found_by_its_run(self, store: Store) -> None:
        assert find_report(store, REPORT, run()) is None
        write_report(store, REPORT, run(), report(run()))
        assert find_report(store, REPORT, run()) == report(run())
        assert find_report(store, REPORT, run(b"other")) is None

    def test_a_report_that_is_there_stays(self, directory_store: DirectoryStore) -> None:
        first = report(run(), "rejected")
        write_report(directory_store, REPORT, run(), first)
        write_report(directory_store, REPORT, run(), report(run()))
        assert contents(directory_store) == {REPORT: encode_report(first)}

    def test_a_report_on_another_upload_of_that_name_and_second_stays_beside_it(
        self, directory_store: DirectoryStore
    ) -> None:
        for data in (SCAN, b"other", b"other"):
            write_report(directory_store, REPORT, run(data), report(run(data)))
        assert contents(directory_store) == {
            REPORT: encode_report(report(run())),
            f"reports/x/players~{run(b'other').sha256[:8]}.csv.json": encode_report(
                report(run(b"other"))
            ),
        }
        assert find_report(directory_store, REPORT, run(b"other")) == report(run(b"other"))

    def test_no_report_is_replaced_though_both_names_are_taken(
        self, directory_store: DirectoryStore
    ) -> None:
        theirs = encode_report(report(run(b"theirs")))
        hashed = f"reports/x/players~{run().sha256[:8]}.csv.json"
        for key in (REPORT, hashed):
            put(directory_store, key, theirs)
        with pytest.raises(StoreUnavailableError, match="both taken"):
            write_report(directory_store, REPORT, run(), report(run()))
        assert contents(directory_store) == {REPORT: theirs, hashed: theirs}

    @pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"null", b'{"run_id": "x"}', b"{"])
    def test_a_damaged_report_is_named_never_taken_for_none(
        self, directory_store: DirectoryStore, body: bytes
    ) -> None:
        put(directory_store, REPORT, body)
        with pytest.raises(StoreError, match=f"{REPORT} is damaged"):
            find_report(directory_store, REPORT, run())
