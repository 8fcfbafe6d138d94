"""The ingestion against the independent calculation, over hand-written, real and random files."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib import config
from tests.boards.expanded import entries
from tests.oracle.case import Case
from tests.oracle.cases import CASES
from tests.oracle.columns import COLUMNS
from tests.oracle.generate import Upload, damaged, uploads
from tests.oracle.long_scan import LongScan, as_csv, as_json_lines, as_wrapped_json
from tests.oracle.reference import METRICS, Expected, Finding, expected
from tests.oracle.table import csv_table

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
LISTED = 1000
SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
# Damage reaches what the contract leaves open, so these files are the same ones in every run.
DAMAGED = settings(SLOW, derandomize=True, max_examples=200)
# A file that no reader can make sense of: where it breaks, and what else is told, is left open.
UNREADABLE = {"bad_json", "bad_encoding", "empty_file"}


def check(folder: Path, data: bytes, file_name: str) -> dict[str, Any]:
    """The real report on a file."""
    from chalicelib.ingest.check import check_file

    path = folder / file_name
    path.write_bytes(data)
    return check_file(path, config.load({}))


def findings(listed: list[dict[str, Any]]) -> list[Finding]:
    return [
        Finding(each["row"], each["line"], each["column"], each["value"], each["code"])
        for each in listed
    ]


def without_summaries(errors: list[dict[str, Any]], outcome: Expected) -> list[dict[str, Any]]:
    """A report's errors without those that sum up a column, which are held against its cells.

    Which faults are one and the same the oracle does not know; cells of one text have one.
    """
    cells: dict[str | None, list[Finding]] = {}
    for fault in outcome.errors:
        if fault.row is not None:
            cells.setdefault(fault.column, []).append(fault)
    kept = []
    summed = set()
    for error in errors:
        if error["row"] is None and error["column"] in COLUMNS and error["column"] in cells:
            faults = cells[error["column"]]
            assert len(faults) > 1
            assert {fault.code for fault in faults} == {error["code"]}
            assert f"{len(faults):,} cells" in error["message"]
            summed.add(error["column"])
        else:
            kept.append(error)
    for column in outcome.all_faulty:
        alike = len({(fault.value, fault.code) for fault in cells[column]}) == 1
        assert column in summed or not alike or len(cells[column]) == 1
    assert summed <= set(outcome.all_faulty)
    return kept


def assert_agrees(report: dict[str, Any], outcome: Expected) -> None:
    """Hold a real report against the oracle's."""
    is_json = "json" in report["file"]["format"]
    assert report["status"] == outcome.verdict
    if any(error["message"].startswith("The header does not end") for error in report["errors"]):
        return  # one that the file's end cuts inside quotes: what it names is left open
    if outcome.errors and outcome.errors[0].code in UNREADABLE:
        assert {error["code"] for error in report["errors"]} & {*UNREADABLE, "duplicate_column"}
        return
    if outcome.errors and outcome.errors[0].code == "duplicate_column" and is_json:
        assert "duplicate_column" in {error["code"] for error in report["errors"]}
        return
    errors = without_summaries(report["errors"], outcome)
    assert findings(errors) == outcome.errors[:LISTED]
    assert report["error_count"] == len(outcome.errors)
    if outcome.verdict == "accepted" or outcome.mapped:
        assert findings(report["warnings"]) == outcome.warnings[:LISTED]
        assert report["warning_count"] == len(outcome.warnings)
        assert report["columns"] == {
            "mapped": outcome.mapped,
            "ignored": outcome.ignored,
            "derived": outcome.derived,
        }
    if outcome.verdict == "accepted":
        assert report["players"] == len(outcome.rows)
        assert report["dkp"] == outcome.dkp


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("differential")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_has_the_outcome_written_by_hand(case: Case, folder: Path) -> None:
    report = check(folder, case.data, case.file_name)
    if case.code is None:
        assert report["errors"] == []
    else:
        where = Finding(case.row, case.line, case.column, case.value, case.code)
        outcome = expected(case.data, case.file_name)
        assert where == findings(without_summaries(report["errors"], outcome))[0]
    if case.errors is not None:
        assert case.errors == report["error_count"]
    if case.warnings is not None:
        assert findings(report["warnings"]) == [
            Finding(row, line, column, value, code)
            for code, row, line, column, value in case.warnings
        ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_finding_has_words_for_an_officer(case: Case, folder: Path) -> None:
    report = check(folder, case.data, case.file_name)
    for finding in report["errors"] + report["warnings"]:
        for words in (finding["message"], finding["hint"]):
            assert words.strip()
            assert "Traceback" not in words


@pytest.mark.slow
@SLOW
@given(upload=st.one_of(uploads(), uploads(good=True)))
def test_a_random_scan_gets_the_calculated_report(upload: Upload, folder: Path) -> None:
    report = check(folder, upload.data, upload.file_name)
    assert_agrees(report, expected(upload.data, upload.file_name))


@pytest.mark.long
@pytest.mark.slow
@DAMAGED
@given(upload=damaged())
def test_a_damaged_scan_gets_the_calculated_report(upload: Upload, folder: Path) -> None:
    report = check(folder, upload.data, upload.file_name)
    assert_agrees(report, expected(upload.data, upload.file_name))


LONG_SCANS = [
    LongScan(seed=1, players=9000, odd=0.01),
    LongScan(seed=2, players=9000, bad=0.0003),
    LongScan(seed=3, players=9000, bad=0.01, odd=0.3),
    LongScan(seed=4, players=6000, bad=0.3),
]
FORMS = ["lf", "crlf", "cr", "lines", "wrapped"]
IN_EACH_RUN = {("crlf", 3), ("lines", 4)}
"""One of CSV and one of JSON; all pairs of forms and scans are for `make test-long`."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "scan"),
    [
        pytest.param(
            form,
            scan,
            marks=[pytest.mark.long] * ((form, scan.seed) not in IN_EACH_RUN),
            id=f"{form}-{scan}",
        )
        for form in FORMS
        for scan in LONG_SCANS
    ],
)
def test_a_long_scan_gets_the_calculated_report(scan: LongScan, form: str, folder: Path) -> None:
    if form == "lines":
        data, file_name = as_json_lines(scan), "players.jsonl"
    elif form == "wrapped":
        data, file_name = as_wrapped_json(scan), "players.json"
    else:
        ending = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}[form]
        data, file_name = as_csv(scan, ending), "players.csv"
    assert_agrees(check(folder, data, file_name), expected(data, file_name))


def ingested(folder: Path, data: bytes, file_name: str) -> tuple[list[dict[str, Any]], Any]:
    """The curated rows and the boards that an upload leaves in an empty lake."""
    import pyarrow.parquet as pq

    from chalicelib.ingest.pipeline import ingest_key
    from chalicelib.lake.open import open_store

    store = open_store(f"file:{folder}")
    partition = "source=rok_players/kingdom=51/dt=2026-01-26"
    key = f"inbox/{partition}/{file_name}"
    store.create(key, io.BytesIO(data))
    assert ingest_key(store, key, config.load({"LAKE_URI": f"file:{folder}"})) is not None
    with store.open(f"curated/{partition}/players.parquet") as curated:
        rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(curated.read())).to_pylist()
    with store.open(f"boards/{partition}/leaderboards.json") as boards:
        return rows, json.loads(boards.read())


def assert_lake_holds(folder: Path, data: bytes, file_name: str, outcome: Expected) -> None:
    rows, boards = ingested(folder, data, file_name)
    assert [{column: row[column] for column in COLUMNS} for row in rows] == outcome.rows
    assert [row["record_hash"] for row in rows] == outcome.hashes
    for metric in METRICS:
        assert boards["known"][metric] == len(outcome.boards[metric])
        assert [
            (entry["rank"], entry["position"], entry["id"], entry["value"])
            for entry in entries(boards, metric)
        ] == [
            (place.rank, place.position, place.id, place.value)
            for place in outcome.boards[metric][:LISTED]
        ]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("inbox/**/*.*")), ids=lambda path: path.name)
def test_the_examples_become_the_calculated_rows_hashes_and_boards(
    path: Path, tmp_path: Path
) -> None:
    data = path.read_bytes()
    outcome = expected(data, path.name)
    assert_agrees(check(tmp_path, data, path.name), outcome)
    assert_lake_holds(tmp_path / "lake", data, path.name, outcome)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.code is None], ids=lambda case: case.name
)
def test_an_accepted_file_becomes_the_calculated_rows_hashes_and_boards(
    case: Case, tmp_path: Path
) -> None:
    assert_lake_holds(tmp_path, case.data, case.file_name, expected(case.data, case.file_name))


@pytest.mark.slow
@settings(SLOW, max_examples=25)
@given(upload=uploads(good=True))
def test_a_random_good_scan_becomes_the_calculated_rows_hashes_and_boards(
    upload: Upload, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outcome = expected(upload.data, upload.file_name)
    assume(outcome.verdict == "accepted")
    folder = tmp_path_factory.mktemp("lake")
    assert_lake_holds(folder, upload.data, upload.file_name, outcome)


def in_every_format(data: bytes) -> dict[str, bytes]:
    """A CSV file's cells in each format that is accepted, by file name."""
    table = csv_table(data.decode())
    cells = [
        [record.cells[index].text for index in sorted(record.cells)] for record in table.records
    ]

    def delimited(delimiter: str) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerows([table.headers, *cells])
        return out.getvalue().encode()

    objects = [json.dumps(dict(zip(table.headers, row, strict=True))) for row in cells]
    plain = {
        "players.csv": delimited(","),
        "semicolons.csv": delimited(";"),
        "utf-16.csv": delimited(",").decode().encode("utf-16"),
        "players.tsv": delimited("\t"),
        "players.json": f"[{','.join(objects)}]".encode(),
        "wrapped.json": f'{{"root": [\n{",".join(objects)}\n]}}'.encode(),
        "players.jsonl": "\n".join(objects).encode(),
        "players.ndjson": "\r\n".join(objects).encode(),
    }
    packed = {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in plain.items()}
    return {**plain, **packed}


@pytest.mark.slow
def test_the_same_scan_gives_the_same_rows_and_hashes_in_every_format(tmp_path: Path) -> None:
    path = next(EXAMPLES.glob("inbox/*/kingdom=51/dt=2026-01-12/*.csv"))
    outcome = expected(path.read_bytes(), path.name)
    for file_name, data in in_every_format(path.read_bytes()).items():
        assert_lake_holds(tmp_path / file_name, data, file_name, outcome)
