"""What is ignored in an inbox, and what is refused with a report instead."""

import pytest

from chalicelib.lake.leftovers import is_ignored, is_leftover

FOLDER = "inbox/source=rok_players/kingdom=51/dt=2026-01-26"


@pytest.mark.parametrize(
    "name",
    [
        ".players.csv.part",
        ".DS_Store",
        "._players.csv",
        ".~lock.players.csv#",
        "~$players.xlsx",
        "desktop.ini",
        "Desktop.ini",
        "Thumbs.db",
        "thumbs.db",
        "THUMBS.DB",
        ".rsync-partial/players.csv",
        ".git/a/b.csv",
    ],
)
def test_what_systems_and_editors_leave_behind_is_ignored(name: str) -> None:
    assert is_leftover(f"{FOLDER}/{name}")
    assert is_leftover(f"inbox/{name}")
    assert is_ignored(f"{FOLDER}/{name}", 100)


@pytest.mark.parametrize(
    "name",
    [
        "players.csv",
        "a.b.csv",
        "~players.csv",
        "$~.csv",
        "my desktop.ini.csv",
        "Thumbs.db.csv",
        "../players.csv",
        "./players.csv",
        "",
        "/players.csv",
        "players.csv~",
        "notes.txt",
    ],
)
def test_anything_else_is_an_upload(name: str) -> None:
    assert not is_leftover(f"{FOLDER}/{name}")
    assert not is_ignored(f"{FOLDER}/{name}", 100)


def test_a_console_folder_is_ignored() -> None:
    assert is_ignored(f"{FOLDER}/", 0)
    assert not is_ignored(f"{FOLDER}/", 1)
    assert not is_ignored(f"{FOLDER}/players.csv", 0)
