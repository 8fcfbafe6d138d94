"""The report on an upload (contract, section 5): its shape, and what it lists and counts."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.ingest.report import encode_report
from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.races import accept
from tests.ingest.support import (
    BAD_SCAN,
    CURATED,
    KEY,
    MOMENT,
    PARTITION,
    RUN_TS,
    codes,
    contents,
    csv_of,
    ingest,
    places,
    read,
)

SCAN = (
    b"\xef\xbb\xbfGovernor ID;Name;Power;ASCII Name;T4 Kills;T5 Kills;Deads\r\n"
    b"7;Ana;5;x;1;2;3\r\n8;Bo;-1;y;4;5;6\r\n"
)
# The contract's example, with null for what a file that is only checked has not.
SHAPE: dict[str, Any] = {
    "status": str,
    "run_id": str,
    "run_ts": str,
    "inbox_key": str,
    "source": str,
    "kingdom": int,
    "snapshot_date": str,
    "rules": int,
    "file": {"bytes": int, "sha256": str, "format": str, "encoding": str, "delimiter": str},
    "players": int,
    "columns": {"mapped": dict, "ignored": list, "derived": list},
    "dkp": dict,
    "error_count": int,
    "errors": list,
    "warning_count": int,
    "warnings": list,
    "written": dict,
}


def shape(value: Any, like: Any) -> Any:
    """The types of a report's values, in order, down to where the contract leaves them open."""
    if isinstance(like, dict):
        return {key: shape(one, like.get(key)) for key, one in value.items()}
    return type(value)


def upload(store: DirectoryStore, data: bytes, key: str = KEY) -> dict[str, Any]:
    return dict(ingest(store, accept(store, key, data, MOMENT)).report)


def test_an_accepted_upload_s_report_is_the_contract_s(directory_store: DirectoryStore) -> None:
    report = upload(directory_store, SCAN)
    run_id = report["run_id"]
    assert report == {
        "status": "accepted",
        "run_id": run_id,
        "run_ts": RUN_TS,
        "inbox_key": KEY,
        "source": "rok_players",
        "kingdom": 51,
        "snapshot_date": "2026-01-26",
        "rules": 3,
        "file": {
            "bytes": len(SCAN),
            "sha256": hashlib.sha256(SCAN).hexdigest(),
            "format": "csv",
            "encoding": "utf-8",
            "delimiter": ";",
        },
        "players": 2,
        "columns": {
            "mapped": {
                "Governor ID": "id",
                "Name": "name",
                "Power": "power",
                "T4 Kills": "t4_kills",
                "T5 Kills": "t5_kills",
                "Deads": "deaths",
            },
            "ignored": ["ASCII Name"],
            "derived": ["dkp"],
        },
        "dkp": {"basis": "formula", "weights": {"t4_kills": 10, "t5_kills": 20, "deaths": 40}},
        "error_count": 0,
        "errors": [],
        "warning_count": 2,
        "warnings": report["warnings"],
        "written": {
            "raw": f"raw/{PARTITION}/run_ts={RUN_TS}/players.csv",
            "curated": CURATED,
        },
    }
    assert places(report, "warnings") == [
        ("ignored_column", None, 1, "ASCII Name", None),
        ("unknown_value", 2, 3, "power", "-1"),
    ]
    assert shape(report, SHAPE) == SHAPE
    assert list(shape(report, SHAPE)) == list(SHAPE)


def test_a_refused_upload_s_report_has_the_same_keys(directory_store: DirectoryStore) -> None:
    report = upload(directory_store, BAD_SCAN)
    assert shape(report, SHAPE) == SHAPE
    assert (report["status"], report["error_count"]) == ("rejected", 1)
    assert report["written"] == {"rejected": f"rejected/{PARTITION}/run_ts={RUN_TS}/players.csv"}


def test_an_upload_whose_key_is_refused_has_a_report_with_the_same_keys(
    directory_store: DirectoryStore,
) -> None:
    report = upload(directory_store, SCAN, "inbox/players.csv")
    assert list(report) == list(SHAPE)
    unknown = ("source", "kingdom", "snapshot_date", "dkp")
    assert [report[name] for name in unknown] == [None] * len(unknown)
    assert [report["file"][name] for name in ("format", "encoding", "delimiter")] == [None] * 3
    assert report["columns"] == {"mapped": {}, "ignored": [], "derived": []}
    assert places(report) == [("bad_key", None, None, None, "inbox/players.csv")]
    assert "kingdom=YOUR_KINGDOM/dt=YYYY-MM-DD/players.csv" in report["errors"][0]["hint"]


def test_the_object_is_json_that_a_person_can_read(directory_store: DirectoryStore) -> None:
    report = upload(directory_store, SCAN.replace(b"ASCII Name", "名前".encode()))
    (body,) = contents(directory_store, "reports/").values()
    assert body == encode_report(report)
    assert json.loads(body) == report
    assert "名前" in body.decode()
    assert body.startswith(b'{\n "status": "accepted",\n "run_id": "')
    assert body.endswith(b"\n}\n")


def test_a_report_can_be_written_whatever_is_in_it() -> None:
    body = encode_report({"key": "half \ud83d"})
    assert json.loads(body) == {"key": "half \ud83d"}


def test_dkp_tells_where_it_comes_from() -> None:
    assert read(b"ID,Name,DKP\n1,a,2\n")[0]["dkp"] == {"basis": "file"}
    assert read(b"ID,Name,Power\n1,a,2\n")[0]["dkp"] == {"basis": "none"}
    assert read(b"Name,Power\na,2\n")[0]["dkp"] is None


def rows(count: int, *bad: int) -> list[list[object]]:
    return [[n, f"P{n}", "many" if n in bad else n, "-1"] for n in range(1, count + 1)]


@pytest.mark.parametrize("bad", [999, 1000, 1001, 3000])
def test_the_first_thousand_bad_cells_are_listed_in_file_order_and_all_are_counted(
    bad: int,
) -> None:
    data = csv_of(["ID", "Name", "Power", "Deads"], rows(3000, *range(3001 - bad, 3001)))
    report, _ = read(data)
    assert (report["error_count"], report["players"]) == (bad, 3000)
    first = range(3001 - bad, 3001)[:1000]
    whole_column = [("bad_number", None, None, "power", "many")] * (bad == 3000)
    cells = [("bad_number", n, n + 1, "power", "many") for n in first]
    assert places(report) == [*whole_column, *cells]
    assert report["warning_count"] == 3000
    assert [one["row"] for one in report["warnings"]] == [*range(1, 1001)]


def test_findings_of_all_kinds_share_the_thousand_in_file_order() -> None:
    table = rows(1500, *range(2, 1501, 2))
    table += [[n, "again", n, n] for n in range(1, 601)]
    table.insert(0, [9999, "ragged"])
    report, _ = read(csv_of(["ID", "Name", "Power", "Deads"], table))
    assert report["error_count"] == 1 + 750 + 600
    found = [(one["row"], one["code"]) for one in report["errors"]]
    assert found == [
        (1, "ragged_row"),
        *((n + 1, "bad_number") for n in range(2, 1501, 2)),
        *((n + 1501, "duplicate_id") for n in range(1, 250)),
    ]


def test_several_findings_of_a_row_stand_in_the_order_of_its_columns() -> None:
    report, _ = read(b"Deads,Name,Power,ID\nx,a,y,0\n")
    assert [one["column"] for one in report["errors"]] == ["deaths", "power", "id"]
    assert codes(report) == ["bad_number", "bad_number", "out_of_range"]


def test_warnings_of_columns_come_before_those_of_rows_though_a_thousand_rows_have_one() -> None:
    report, _ = read(csv_of(["ID", "Name", "Power", "Deads", "Odd"], [[*r, 1] for r in rows(1200)]))
    assert (report["warning_count"], len(report["warnings"])) == (1201, 1000)
    assert places(report, "warnings")[0] == ("ignored_column", None, 1, "Odd", None)
    assert [one["row"] for one in report["warnings"][1:]] == [*range(1, 1000)]


def test_an_upload_at_another_moment_differs_in_nothing_but_its_run(
    directory_store: DirectoryStore,
) -> None:
    first = upload(directory_store, SCAN)
    later = accept(directory_store, KEY, SCAN, MOMENT + timedelta(days=3))
    second = ingest(directory_store, later).report
    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"run_id", "run_ts", "written"}


class TestBounds:
    """A function may return 6 MB; a report is far below, whatever the upload."""

    # Lambda's limit is 6 MB. An emoji is 12 bytes where JSON is escaped to ASCII.
    MOST = 5_500_000

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "header",
        [
            ",".join(f"c{number % 100}" for number in range(201_122)),
            ",".join("😀" * 120 + str(number) for number in range(2000)),
            "x" * 1_000_000,
        ],
    )
    def test_a_report_is_bounded_however_many_and_long_the_columns(self, header: str) -> None:
        cells = "," * header.count(",")
        report, _ = read(f"id,name,power,{header}\n1,a,1,{cells}\n".encode())
        count = header.count(",") + 1
        assert report["columns"].get("ignored_count", 1) in (1, count)
        assert len(report["columns"]["ignored"]) == min(count, 1000)
        assert len(json.dumps(report)) < self.MOST

    def test_a_json_key_of_any_length_is_cut(self) -> None:
        row = {
            "id": 1,
            "name": "a",
            "power": 1,
            "k" * 900_000: 1,
            "p_" + "_" * 100_000 + "power": 2,
        }
        report, _ = read(json.dumps([row]).encode(), "players.json")
        assert len(json.dumps(report)) < 10_000

    def test_a_report_full_of_findings_is_bounded(self) -> None:
        headers = ["id", "name", "power", *(f"{'😀' * 99}{number}" for number in range(1200))]
        rows = [[n % 5, "😀" * 190, "9" * 400, *[""] * 1200] for n in range(1500)]
        report, _ = read(csv_of(headers, rows))
        assert report["error_count"] > 1000
        assert len(json.dumps(report)) < self.MOST

    def test_few_ignored_columns_have_no_count(self) -> None:
        report, _ = read(b"id,name,power,x\n1,a,1,\n")
        assert report["columns"]["ignored"] == ["x"]
        assert "ignored_count" not in report["columns"]
