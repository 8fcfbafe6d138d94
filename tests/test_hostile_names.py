"""Players, columns and files with hostile names: kept as they are, harmless wherever shown."""

import io
import json
import os
import pty
import re
import select
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote_plus

import pyarrow.parquet as pq
import pytest
from chalice.test import Client

import app
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.scans.blank_rows import is_blank
from tests.cli.conftest import Run, lake, run, scan
from tests.fuzz.hostile import NAMES
from tests.ingest.support import BOARDS, CURATED, FOLDER, KEY, contents, ingest
from tests.test_logs import Log, log
from tools.run_local import _tell

__all__ = ["lake", "log", "run", "scan"]

ROOT = Path(__file__).parents[1]
# What a name becomes: trimmed and NFC-normalised, nothing else.
KEPT = [unicodedata.normalize("NFC", name.strip()) for name in NAMES.values()]
FILE_NAMES = [
    "=HYPERLINK(1).csv",
    "<script>alert(1)<.csv",
    "Bo\u202egnirts.csv",
    "\u2066a\u2069\u200b.csv",
    "a\u2028b.csv",
    "[bold red]x.csv",
    "Z" + "\u0316\u0301" * 40 + ".csv",
    "מלך.csv",
]
# Refused, but shown: in the report, in the log and on the terminal.
REFUSED_NAMES = ["\x1b[2J.csv", "\x1b]0;owned\x07.csv", "a\nb.csv", "a\rb.csv", "\x9b31m.csv"]
HEADERS = [name for name in NAMES.values() if "\n" not in name and "\r" not in name]


def json_scan() -> bytes:
    players = [
        {"ID": at, "Name": name, "Alliance": name, "Power": 1000 - at}
        for at, name in enumerate(NAMES.values(), start=1)
    ]
    return json.dumps(players).encode()


def csv_scan() -> bytes:
    out = "ID,Name,Alliance,Power\r\n"
    for at, name in enumerate(NAMES.values(), start=1):
        quoted = '"' + name.replace('"', '""') + '"'
        out += f"{at},{quoted},{quoted},{1000 - at}\r\n"
    return out.encode()


def harmful(text: str) -> set[str]:
    """What may be in nothing that is printed, line ends of its own aside."""
    categories = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {c for c in text if unicodedata.category(c) in categories} - {"\n", "\u200c", "\u200d"}


def longest_stack(text: str) -> int:
    """The most marks that stand on one character."""
    runs = re.findall(
        "m+", "".join("m" if unicodedata.category(c) in ("Mn", "Me") else "." for c in text)
    )
    return max(map(len, runs), default=0)


@pytest.fixture(
    params=[("players.csv", csv_scan), ("players.json", json_scan)], ids=["csv", "json"]
)
def named(request: pytest.FixtureRequest, lake: DirectoryStore) -> DirectoryStore:
    """A lake with a kingdom of hostile names, from either format."""
    name, make = request.param
    lake.create(f"{FOLDER}/{name}", make())
    report = ingest(lake, f"{FOLDER}/{name}").report
    assert (report["status"], report["players"]) == ("accepted", len(NAMES))
    return lake


class TestKept:
    def test_curated_and_boards_have_every_name_as_it_is(self, named: DirectoryStore) -> None:
        objects = contents(named)
        players = pq.read_table(io.BytesIO(objects[CURATED])).to_pylist()
        assert [player["name"] for player in players] == KEPT
        assert [player["alliance"] for player in players] == KEPT
        boards = json.loads(objects[BOARDS])
        by_power = [boards["players"][index] for index in boards["boards"]["power"]["order"]]
        at = boards["columns"].index
        assert [one[at("name")] for one in by_power] == KEPT
        assert [one[at("alliance")] for one in by_power] == KEPT

    @pytest.mark.parametrize("engine", ["arrow", "boards"])
    def test_the_api_has_every_name_as_it_is_and_says_that_it_is_json(
        self, named: DirectoryStore, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("QUERY_ENGINE", engine)
        with Client(app.app, project_dir=str(tmp_path)) as client:
            reply = client.http.get("/v1/kingdoms/51/leaderboards/power")
        assert [entry["name"] for entry in reply.json_body["entries"]] == KEPT
        assert [entry["alliance"] for entry in reply.json_body["entries"]] == KEPT
        assert reply.headers["Content-Type"] == "application/json"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("path", ["/v1/kingdoms/%s/snapshots", "/v1/kingdoms?x=%s"])
    def test_what_the_api_says_of_a_hostile_request_is_json_too(
        self, lake: DirectoryStore, path: str, tmp_path: Path
    ) -> None:
        with Client(app.app, project_dir=str(tmp_path)) as client:
            for name in NAMES.values():
                reply = client.http.get(path % quote_plus(name))
                assert reply.status_code in (400, 404)
                assert json.loads(reply.body)
                assert reply.headers["Content-Type"] == "application/json"


class TestTerminal:
    def test_a_board_has_a_line_for_each_player_and_nothing_harmful(
        self, named: DirectoryStore, run: Run
    ) -> None:
        code, out, err = run("board", "power", "--kingdom", "51")
        lines = out.split("\n")
        assert (code, err) == (0, "")
        assert len(lines) == 3 + len(NAMES) + 1
        assert not harmful(out)
        assert longest_stack(out) <= 8
        for at, line in enumerate(lines[3:-1], start=1):
            assert re.match(rf" *{at}  ", line)
            assert line.endswith(f" {1000 - at}")

    def test_a_name_of_joiners_alone_is_seen(self, named: DirectoryStore, run: Run) -> None:
        _, out, _ = run("board", "power", "--kingdom", "51")
        assert r"\u200d" in out

    @pytest.mark.parametrize("wrong", ["x", "-5"])
    def test_a_report_on_hostile_headers_and_cells_is_harmless(
        self, run: Run, tmp_path: Path, wrong: str
    ) -> None:
        cells = ",".join('"' + name.replace('"', '""') + '"' for name in HEADERS)
        path = tmp_path / "players.csv"
        rows = "".join(f"{at},{wrong},{cells}\n" for at in range(1, 4))
        path.write_bytes(f"ID,Power,{cells.replace('Ana', 'Name')},Name\n".encode() + rows.encode())
        code, out, err = run("check", path)
        assert code == 1
        assert not harmful(out + err)
        assert longest_stack(out) <= 8
        assert max(map(len, out.split("\n"))) < 5000

    @pytest.mark.parametrize("value", NAMES.values(), ids=NAMES)
    def test_a_report_on_a_hostile_number_is_harmless(
        self, run: Run, tmp_path: Path, value: str
    ) -> None:
        path = tmp_path / "players.json"
        path.write_text(json.dumps([{"ID": 1, "Name": "Ana", "Power": value}]))
        code, out, err = run("check", path)
        assert code == 1 or is_blank(value) or value.strip() in ("-", "null")
        assert not harmful(out + err)
        assert longest_stack(out) <= 8

    def test_ten_thousand_columns_do_not_flood_it(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "players.csv"
        more = ",".join(f"{'c' * 80}{number}" for number in range(10_000))
        path.write_text(f"ID,Name,Power,{more}\n1,Ana,5{',' * 10_000}\n")
        code, out, _ = run("check", path)
        assert code == 0
        assert len(out) < 10_000
        assert "and 9,980 more" in out

    @pytest.mark.parametrize("name", [*FILE_NAMES, *REFUSED_NAMES])
    def test_commands_show_hostile_file_names_harmlessly(
        self, lake: DirectoryStore, run: Run, tmp_path: Path, name: str
    ) -> None:
        path = tmp_path / name.replace("/", "")
        path.write_bytes(b"ID,Name,Power\n1,Ana,5\n")
        taken = int(name in REFUSED_NAMES)
        key = f"inbox/strange {name}"
        lake.create(key, b"x")
        for arguments, expected in (
            (("check", path), taken),
            (("upload", path, "--kingdom", "51", "--date", "2026-01-26"), taken),
            (("sweep",), 0),
            (("rebuild", "--verify"), 0),
            (("check", f"{path}.gone"), 2),
            (("check", path, name), 2),
            (("board", name, "--kingdom", "51"), 2),
        ):
            code, out, err = run(*arguments)
            assert code == expected, (arguments, out, err)
            assert not harmful(out + err), arguments
            assert longest_stack(out + err) <= 8

    @pytest.mark.parametrize("name", [*FILE_NAMES, *REFUSED_NAMES])
    def test_make_run_tells_of_hostile_files_harmlessly(
        self, lake: DirectoryStore, capsys: pytest.CaptureFixture[str], name: str
    ) -> None:
        bad = "ID,Name,Power,Power\n1,Ana,5,5\n".replace("Power,Power", f"Power,POWER{name[:1]}")
        for body in (b"ID,Name,Power\n1,Ana,5\n", bad.encode(), csv_scan().replace(b",9", b",x")):
            key = f"{FOLDER}/{len(body)}{name}"
            lake.create(key, body)
            _tell(ingest(lake, key), store=lake, lake=Path(".lake"), url="http://127.0.0.1:8000")
        out, err = capsys.readouterr()
        assert "rejected " in out
        assert not harmful(out + err)


def on_a_terminal(*arguments: str) -> bytes:
    """What a command writes to a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "chalicelib", *arguments],
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        written = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not data:
                break
            written += data
        process.wait(60)
    os.close(ours)
    return written


# What names above would do, as bytes; rich's own sequences are others.
ATTACKS = [b"\x1b]", b"\x1b[2J", b"\x1b[1;1H", b"\x1b[?1049h", b"\x07", b"\x08", b"\x7f"]
ATTACKS += [c.encode() for c in "\x9b\x9d\x90\x85\u202e\u2066\u2028\u200b\ufeff"]


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_a_real_terminal_gets_none_of_what_names_would_do_to_it(
    lake: DirectoryStore, tmp_path: Path, options: tuple[str, ...]
) -> None:
    lake.create(f"{FOLDER}/players.json", json_scan())
    ingest(lake, f"{FOLDER}/players.json")
    hostile = tmp_path / "\x1b]0;owned\x07\u202e.csv"
    hostile.write_bytes(csv_scan().replace(b"1000", b"\x1b[2J").replace(b"Alliance", b"\x1b[2J"))
    good = tmp_path / "Bo\u202egnirts.csv"
    good.write_bytes(csv_scan())
    for arguments in (
        ("board", "power", "--kingdom", "51"),
        ("check", str(hostile)),
        ("check", str(good)),
        ("upload", str(good), "--kingdom", "51", "--date", "2026-01-25"),
    ):
        written = on_a_terminal(*arguments, *options)
        assert len(written) > 300
        assert [attack for attack in ATTACKS if attack in written] == [], arguments


def test_a_log_line_is_one_line_whatever_the_key_is_called(
    lake: DirectoryStore, log: Log, tmp_path: Path
) -> None:
    keys = [f"{FOLDER}/{name}" for name in (*FILE_NAMES, *REFUSED_NAMES)]
    # A disk's names are shorter than S3's keys.
    keys += [f"inbox/{name.replace('/', '')[:60]}" for name in NAMES.values()]
    with Client(app.app, project_dir=str(tmp_path)) as client:
        for key in keys:
            lake.create(key, csv_scan())
            event = client.events.generate_s3_event("local", quote_plus(key, safe="/"))
            client.lambda_.invoke("ingest_players", event)
        event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, [])
        client.lambda_.invoke("sweep_inbox", event)
    text = log.stream.getvalue()
    assert text.isascii()
    assert not harmful(text)
    lines = [json.loads(line) for line in text.split("\n")[:-1]]
    assert [line["key"] for line in lines[:-1]] == keys
    assert lines[-1]["event"] == "swept"
    assert KEY not in text
