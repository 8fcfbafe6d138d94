"""Small files of the kinds that people have, and what must become of each.

`expected.json` says of each file in `files/` what an upload to kingdom 51 for 2025-01-26 becomes:
`status`; `errors` and `warnings`, codes that must be among the report's; `error_count` and
`players` where the number matters; `rows`, curated values by id; `repair`, the rows that the mended
file leaves out.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chalicelib import config
from chalicelib.ingest.pipeline import IngestResult, ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.keys import INBOX, Partition, parse_date_folder
from chalicelib.lake.store import Store
from tests.cases.more import MORE, More

FOLDER: Final = Path(__file__).parent
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads(
    (FOLDER / "expected.json").read_text(encoding="utf-8")
)
DAY: Final = "2025-01-26"
SETTINGS: Final = config.load({})


@pytest.fixture
def ingest(directory_store: DirectoryStore) -> Any:
    day = parse_date_folder(f"dt={DAY}")
    assert day is not None

    def upload(data: bytes, name: str) -> IngestResult:
        key = f"{INBOX}{Partition(51, day).path}/{name}"
        directory_store.create(key, data)
        done = ingest_key(directory_store, key, SETTINGS)
        assert done is not None
        return done

    return upload


def codes(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["code"] for finding in findings}


def players(store: Store, report: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The curated rows, by id."""
    with store.open(report["written"]["curated"]) as reader:
        table = pq.read_table(pa.BufferReader(reader.read()))
    return {str(row["id"]): row for row in table.to_pylist()}


def test_every_file_is_expected_to_become_something() -> None:
    assert {path.name for path in (FOLDER / "files").iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_file_becomes_what_its_case_says(
    name: str, ingest: Any, directory_store: DirectoryStore
) -> None:
    report = ingest((FOLDER / "files" / name).read_bytes(), name).report
    assert_is(report, EXPECTED[name], ingest, directory_store)


@pytest.mark.parametrize("more", MORE, ids=lambda more: ascii(more.name))
def test_a_file_of_the_same_kinds_becomes_what_it_should(
    more: More, ingest: Any, directory_store: DirectoryStore
) -> None:
    data = more.text if isinstance(more.text, bytes) else more.text.encode()
    report = ingest(data, f"players.{more.name.rpartition('.')[2]}").report
    assert_is(report, more.expected, ingest, directory_store)
    said = [*report["errors"], *report["warnings"]][:1]
    for word in more.says:
        assert word in f"{said[0]['message']} {said[0]['hint']}"


def assert_is(
    report: Mapping[str, Any], wanted: Mapping[str, Any], ingest: Any, store: Store
) -> None:
    """Hold a report, and what was made of the upload, against what is expected."""
    told = json.dumps([*report["errors"], *report["warnings"]], ensure_ascii=False, indent=1)

    assert report["status"] == wanted["status"], told
    assert codes(report["errors"]) >= set(wanted.get("errors") or ()), told
    assert codes(report["warnings"]) >= set(wanted.get("warnings") or ()), told
    if wanted.get("error_count") is not None:
        assert report["error_count"] == wanted["error_count"], told
    if wanted.get("players") is not None:
        assert report["players"] == wanted["players"], told
    if wanted.get("rows"):
        rows = players(store, report)
        for player, values in wanted["rows"].items():
            assert {column: rows[player][column] for column in values} == values
    if "repair" in wanted:
        repair = report["repair"]
        assert repair["removed_rows"] == wanted["repair"]
        with store.open(repair["key"]) as reader:
            mended = ingest(reader.read(), repair["key"].rpartition("/")[2]).report
        assert mended["status"] == "accepted"
    else:
        assert "repair" not in report


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_finding_says_what_is_wrong_and_what_to_do(name: str, ingest: Any) -> None:
    report = ingest((FOLDER / "files" / name).read_bytes(), name).report
    for finding in [*report["errors"], *report["warnings"]]:
        assert finding["message"].strip().endswith((".", "!", "?", ")"))
        assert finding["hint"].strip()
        assert "kingdom=51" not in finding["hint"] or "kingdom=51" in report["inbox_key"]


def test_the_clock_of_these_cases_is_after_their_date() -> None:
    assert datetime.now(UTC).date().isoformat() > DAY
