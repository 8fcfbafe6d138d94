"""What docs/between.md and the README show of the example scans is what the commands say."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.changes.words.happened import CHAT
from chalicelib.cli.main import main
from chalicelib.ingest.answer.since import told_since
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.lake.reports.stored import read_report
from chalicelib.telling.message import compose, shown_name
from chalicelib.telling.shapes import shape
from chalicelib.telling.standing import standing_of
from tests.ingest.support import ingest, put
from tools.transcript_doc import BEGIN, END

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "between.md").read_text(encoding="utf-8")
# Without the transcript, whose upload is another one: tests/tools/test_transcript_doc.py.
README = re.sub(
    f"{BEGIN}.*?{END}", "", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL
)
COMMAND = "$ python -m chalicelib "
SHOWN = ("board", "changes", "gains", "player", "alliances", "upload")


def sessions(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines that are shown of its output."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for part in block.split(COMMAND)[1:]:
            command, *lines = part.splitlines()
            if command.split()[0] in SHOWN:
                yield command, lines


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A lake with the example scans of kingdom 51, and what was said after the last upload."""
    folder = tmp_path_factory.mktemp("lake")
    store = DirectoryStore(str(folder))
    said = ""
    for path in sorted((ROOT / "examples" / "inbox").glob("*/kingdom=51/*/*")):
        key = path.relative_to(ROOT / "examples").as_posix()
        put(store, key, path.read_bytes())
        parts = told_since(store, ingest(store, key).answer(store))
        said = "\n\n".join("\n".join(part) for part in parts)
    return folder, said


Say = Callable[[str], str]


@pytest.fixture
def say(
    lake: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Say:
    """What a command says."""
    for name in ("QUERY_ENGINE", "DKP_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LAKE_URI", f"file:{lake[0]}")

    def run(command: str) -> str:
        if command.startswith("upload "):
            return lake[1]
        assert main(shlex.split(command)) == 0
        return capfd.readouterr().out

    return run


def test_every_line_that_is_shown_is_said_in_that_order(say: Say) -> None:
    shown = [*sessions(PAGE), *sessions(README)]
    assert {command.split()[0] for command, _ in shown} == {*SHOWN}
    for command, lines in shown:
        said = iter(say(command).splitlines())
        for line in lines:
            if line and line != "…":
                assert any(one.rstrip() == line for one in said), f"{command}: {line}"


def test_every_number_of_the_prose_is_one_of_the_scans(say: Say) -> None:
    commands = ["changes --kingdom 51", "changes --kingdom 51 --to 2026-01-19"]
    said = "".join(map(say, commands))
    prose = re.sub(r"```.*?```|### How much it finds.*?\n## ", "", PAGE, flags=re.DOTALL)
    numbers = {*re.findall(r"\d{1,3}(?:,\d{3})+", prose)}
    assert len(numbers) > 8
    assert not [number for number in numbers if number not in said]
    for kind, count in {"Joined": 8, "Came back": 3, "Left": 8, "Left: 5": None}.items():
        assert (f"{kind}: {count}\n" if count else f"{kind}\n") in said
    assert "did not go so deep" in say("upload x")


def test_all_of_it_and_the_board_fit_into_a_chat_that_takes_2000_characters(
    lake: tuple[Path, str],
) -> None:
    store = DirectoryStore(str(lake[0]))
    [key] = [
        info.key
        for info in store.list_objects("reports/source=rok_players/kingdom=51/dt=2026-01-26/")
    ]
    report = read_report(store, key)
    since = told_since(store, report.report, CHAT, shown_name)
    message = compose(report, standing_of(store, report), since)
    text = shape("discord.com", message)["content"]
    assert "\n10. 风剑\\_27" in text
    assert "\n8. 月天: +272,792,570\n" in text
    assert text.count(" is likely wrong.") == 3
