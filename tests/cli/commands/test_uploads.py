"""`uploads`: what became of the newest uploads, newest first."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.commands import uploads
from chalicelib.errors import StoreDeniedError
from chalicelib.ingest.answer import uploads as reading
from chalicelib.lake.directory.store import DirectoryStore
from tests.cli.conftest import BAD, GOOD, Run

FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"
OTHER = FOLDER.replace("=51", "=52")
START = 1_769_441_412  # 2026-01-26T15:30:12Z


@pytest.fixture
def put(lake: DirectoryStore, run: Run, tmp_path: Path) -> Any:
    """Puts a file into the inbox so many seconds after the first, and ingests it or not."""

    def put(key: str, text: str, seconds: int, *, ingested: bool = True) -> None:
        if lake.head(key) is None:
            lake.create(key, text.encode())
        else:
            (tmp_path / "lake" / key).write_text(text)
        os.utime(tmp_path / "lake" / key, (START + seconds, START + seconds))
        if ingested:
            run("sweep")

    return put


def records(run: Run, *arguments: object) -> list[dict[str, Any]]:
    code, out, err = run("uploads", *arguments, "--json")
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_the_newest_come_first_each_with_what_became_of_it(run: Run, put: Any) -> None:
    put(f"{FOLDER}/a.csv", GOOD, 0)
    put(f"{FOLDER}/b.csv", BAD, 10)
    put(f"{OTHER}/c.csv", GOOD + "4,Di,-1,9,9\n", 20)
    put(f"{FOLDER}/d.docx", "x", 30)
    put(f"{FOLDER}/withdraw.txt", "", 40)
    put("inbox/e.csv", GOOD, 50)
    found = records(run)
    assert [one["file"] for one in found] == [
        *("e.csv", "withdraw.txt", "d.docx", "c.csv", "b.csv", "a.csv"),
    ]
    assert [one["status"] for one in found] == [
        *("rejected", "withdrawn", "rejected", "accepted", "rejected", "accepted"),
    ]
    assert [one["kingdom"] for one in found] == [None, 51, 51, 52, 51, 51]
    assert found[3]["uploaded"] == "2026-01-26T15:30:32Z"
    assert (found[3]["players"], found[3]["finding"]["code"]) == (4, "unknown_value")
    assert found[4]["finding"]["code"] == "bad_number"
    assert found[5]["report"].endswith("/a.csv.json")
    assert [one["file"] for one in records(run, "--limit", 2)] == ["e.csv", "withdraw.txt"]
    assert [one["file"] for one in records(run, "--refused")] == ["e.csv", "d.docx", "b.csv"]
    assert [one["file"] for one in records(run, "--kingdom", 52)] == ["c.csv"]
    assert [one["file"] for one in records(run, "--kingdom", 51, "--refused", "--limit", 1)] == [
        "d.docx"
    ]


def test_the_table_says_what_is_wrong_and_what_to_do(run: Run, put: Any) -> None:
    put(f"{FOLDER}/a.csv", GOOD, 0)
    put(f"{FOLDER}/d.docx", "x", 30)
    code, out, err = run("uploads")
    assert (code, err) == (0, "")
    title, refused, accepted = out.splitlines()
    assert title.split()[:6] == ["time", "kingdom", "date", "file", "status", "players"]
    assert refused.startswith("2026-01-26T15:30:42Z       51  2026-01-26  d.docx  rejected")
    assert "kingdom=51/dt=2026-01-26/d.xlsx" in refused
    assert "reports/source=rok_players/kingdom=51/dt=2026-01-26/run_ts=" in refused
    assert "accepted        3" in accepted


def test_what_has_no_report_yet_waits(run: Run, put: Any, lake: DirectoryStore) -> None:
    put(f"{FOLDER}/a.csv", GOOD, 0)
    put(f"{FOLDER}/b.csv", GOOD, 10, ingested=False)
    put(f"{FOLDER}/.c.csv", GOOD, 10, ingested=False)
    put(f"{FOLDER}/a.csv", GOOD + "4,Di,9,9,9\n", 20, ingested=False)
    found = records(run, "--kingdom", 51)
    assert [(one["file"], one["status"], one["report"] is None) for one in found] == [
        ("a.csv", "waiting", True),
        ("b.csv", "waiting", True),
        ("a.csv", "accepted", False),
    ]
    assert [one["status"] for one in records(run)] == ["accepted"]
    assert records(run, "--kingdom", 51, "--refused") == []


def test_a_refusal_that_is_reported_elsewhere_is_told_from_the_key(run: Run, put: Any) -> None:
    """Of a date that cannot be read: the report is where an officer may not look."""
    put(f"{FOLDER.replace('2026-01-26', '05.01.2026')}/a.csv", GOOD, 0)
    (one,) = records(run, "--kingdom", 51)
    assert (one["status"], one["report"], one["snapshot_date"]) == ("rejected", None, None)
    assert "must be a real date" in one["finding"]["message"]
    assert records(run, "--kingdom", 51, "--refused") == [one]


def test_a_damaged_report_is_named(run: Run, put: Any, tmp_path: Path) -> None:
    put(f"{FOLDER}/a.csv", GOOD, 0)
    (report,) = (tmp_path / "lake").rglob("reports/**/*.json")
    report.write_text("{")
    (one,) = records(run)
    assert (one["status"], one["file"], one["kingdom"]) == ("damaged", "a.csv", 51)
    assert "is damaged" in one["finding"]["message"]
    assert records(run, "--refused") == []


def test_only_what_is_shown_is_read(
    run: Run, put: Any, lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put(f"{FOLDER}/{number}.csv", GOOD if number % 2 else BAD, number)
    opened = []
    real = DirectoryStore.open

    def noting(self: DirectoryStore, key: str, **named: Any) -> Any:
        opened.append(key)
        return real(self, key, **named)

    monkeypatch.setattr(DirectoryStore, "open", noting)
    assert len(records(run, "--limit", 2)) == 2
    assert len(opened) <= 3
    monkeypatch.setattr(reading, "MOST_READ", 3)
    opened.clear()
    # The fifth and the third: of the first nobody knows without reading more.
    assert [one["file"] for one in records(run, "--refused", "--limit", 3)] == ["4.csv", "2.csv"]
    assert len(opened) == 3


def test_no_uploads_is_said(run: Run, lake: DirectoryStore) -> None:
    assert run("uploads") == (0, "There are no uploads.\n", "")
    said = "There are no refused uploads of kingdom 51.\n"
    assert run("uploads", "--kingdom", 51, "--refused") == (0, said, "")
    assert run("uploads", "--limit", 0)[0] == 2


def test_an_officer_sees_their_own_kingdom(
    run: Run, put: Any, lake: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(f"{FOLDER}/a.csv", GOOD, 0)
    put(f"{FOLDER}/b.csv", GOOD, 10, ingested=False)
    mine = tuple(f"{top}/source=rok_players/kingdom=51/" for top in ("inbox", "reports"))

    class Officer:
        def __getattr__(self, name: str) -> Any:
            def call(key: str, *rest: Any, **named: Any) -> Any:
                if not key.startswith(mine):
                    raise StoreDeniedError(f"{key}: access denied")
                return getattr(lake, name)(key, *rest, **named)

            return call

    monkeypatch.setattr(uploads, "open_store", lambda _uri: Officer())
    assert [one["status"] for one in records(run, "--kingdom", 51)] == ["waiting", "accepted"]
    code, out, err = run("uploads")
    assert (code, out) == (1, "")
    assert "with --kingdom N" in err
    code, _, err = run("uploads", "--kingdom", 52)
    assert code == 1
    assert err.startswith("error: ")
