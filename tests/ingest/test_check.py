"""Checking a file (contract, section 6): the report an upload would get, with nothing written."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.ingest.check import check_file
from chalicelib.lake.directory.store import DirectoryStore
from tests.ingest.races import accept
from tests.ingest.support import (
    BAD_SCAN,
    FOLDER,
    MOMENT,
    SCAN,
    SETTINGS,
    codes,
    ingest,
)

ONLY_OF_AN_UPLOAD = ("run_id", "run_ts", "inbox_key", "kingdom", "snapshot_date")
FILES = {
    "players.csv": SCAN,
    "bad.csv": BAD_SCAN,
    "empty.csv": b"",
    "binary.csv": b"\xff\xfe\x00",
    "players.csv.gz": b"\x1f\x8b broken",
    "players.json": b'[{"ID": 1, "Name": null, "Power": "x"}]',
    "Скан 龍.jsonl": b'{"ID": 1, "Name": "a", "Power": 5}\n',
    "large.csv": SCAN * 50,
}
TIGHT = SETTINGS._replace(max_upload_bytes=1000)


def check(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    (folder / name).write_bytes(data)
    return check_file(folder / name, TIGHT)


@pytest.mark.parametrize("name", FILES)
def test_it_is_the_report_of_an_upload_but_for_what_only_an_upload_has(
    name: str, directory_store: DirectoryStore, tmp_path: Path
) -> None:
    checked = check(tmp_path, name, FILES[name])
    key = accept(directory_store, f"{FOLDER}/{name}", FILES[name], MOMENT)
    uploaded = ingest(directory_store, key, TIGHT).report
    assert list(checked) == list(uploaded)
    unknown = dict.fromkeys(ONLY_OF_AN_UPLOAD) | {"written": {}}
    assert checked == {**uploaded, **unknown}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("players.docx", "unsupported_format"),
        ("players", "unsupported_format"),
        (".csv", "bad_key"),
        ("pla\nyers.csv", "bad_key"),
    ],
)
def test_a_name_that_an_upload_could_not_have_is_refused_by_its_name(
    name: str, code: str, tmp_path: Path
) -> None:
    report = check(tmp_path, name, SCAN)
    assert (report["status"], codes(report)) == ("rejected", [code])
    assert report["errors"][0]["value"] == name
    assert report["file"]["bytes"] == len(SCAN)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_written_and_the_file_stays_as_it_is(name: str, tmp_path: Path) -> None:
    check(tmp_path, name, FILES[name])
    before = (tmp_path / name).stat()
    check_file(tmp_path / name, SETTINGS)
    assert (tmp_path / name).stat().st_mtime_ns == before.st_mtime_ns
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {name: FILES[name]}


def test_a_file_that_cannot_be_read_is_an_error_of_the_system_not_of_the_scan(
    tmp_path: Path,
) -> None:
    with pytest.raises(FileNotFoundError):
        check_file(tmp_path / "none.csv", SETTINGS)
    with pytest.raises(IsADirectoryError):
        check_file(tmp_path, SETTINGS)


def test_the_formula_of_the_settings_is_in_the_report(tmp_path: Path) -> None:
    path = tmp_path / "players.csv"
    path.write_bytes(b"ID,Name,Kills\n1,a,2\n")
    weighty = SETTINGS._replace(dkp_weights=(("kills", 3),))
    report = check_file(path, weighty)
    assert report["dkp"] == {"basis": "formula", "weights": {"kills": 3}}
    assert report["columns"]["derived"] == ["dkp"]
