"""Work that is counted, not timed: what a regression of speed would show in first (issue of speed).

Calls of Python functions belong to batches and boards: more players in a batch must not make more
of them. Store calls belong to uploads.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib.boards.document import BOARD_SIZE
from chalicelib.ingest.pipeline import ingest_key
from chalicelib.lake.directory.store import DirectoryStore
from chalicelib.scans.csv import reader as read_csv
from chalicelib.scans.json import reader as read_json
from tests.ingest.support import FOLDER, SETTINGS, patched, put

TIERS = [f"T{tier} Kills" for tier in range(1, 6)]
COLUMNS = ["ID", "Name", "Power", "Killpoints", *TIERS, "Deads", "Helps", "Alliance"]
# Enough that every board is full, so that these stay what they are with more players.
FEW, MANY = 3 * BOARD_SIZE, 6 * BOARD_SIZE


def cells(player: int, form: str) -> list[str]:
    tiers = [player * 5 + 1000 + tier for tier in range(5)]
    points = tiers[0] // 5 + 2 * tiers[1] + 4 * tiers[2] + 10 * tiers[3] + 20 * tiers[4]
    numbers = [player * 1000, points, *tiers, player + 5000, player]
    name = f"Péter {player}" if form != "ascii" else f"P {player}"
    text = '"{:,}"' if form == "thousands" else "{}"
    return [str(player), name, *(text.format(number) for number in numbers), "AZ"]


def scan(players: int, form: str = "plain") -> bytes:
    rows = (",".join(cells(player, form)) for player in range(1, players + 1))
    return "\n".join([",".join(COLUMNS), *rows]).encode()


def objects(players: int) -> bytes:
    rows = []
    for player in range(1, players + 1):
        player_id, name, *numbers, alliance = cells(player, "plain")
        values = [player_id, f'"{name}"', *numbers, f'"{alliance}"']
        pairs = zip(COLUMNS, values, strict=True)
        rows.append("{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}")
    return f"[{','.join(rows)}]".encode()


def ingest(folder: Path, data: bytes, name: str = "players.csv") -> None:
    store = DirectoryStore(str(folder))
    key = f"{FOLDER}/{name}"
    put(store, key, data)
    ingested = ingest_key(store, key, SETTINGS)
    assert ingested is not None
    assert ingested.published, ingested.report["errors"]


def in_one_batch() -> AbstractContextManager[None]:
    return patched((read_csv, "BLOCK", 1 << 24), (read_json, "BLOCK", 1 << 24))


@contextmanager
def counted_calls() -> Iterator[Counter[str]]:
    """Calls of Python functions in all threads, by name; generators count at each step."""
    counts: Counter[str] = Counter()

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call" and "chalicelib" in frame.f_code.co_filename:
            counts[f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_qualname}"] += 1

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield counts
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


@pytest.mark.parametrize(
    ("make", "name"), [(scan, "players.csv"), (objects, "players.json")], ids=["csv", "json"]
)
def test_no_python_function_is_called_for_a_cell_or_a_player(
    make: Callable[[int], bytes], name: str, tmp_path: Path
) -> None:
    found = []
    for players in (FEW, MANY):
        ingest(tmp_path / f"warm{players}", make(players), name)
        with in_one_batch(), counted_calls() as counts:
            ingest(tmp_path / f"{players}", make(players), name)
        found.append(counts)
    more = {key: count - found[0][key] for key, count in found[1].items()}
    assert {key: extra for key, extra in more.items() if extra > 8} == {}


def test_an_upload_takes_so_many_calls_of_the_store(tmp_path: Path) -> None:
    calls: list[tuple[str, str]] = []

    class Recording(DirectoryStore):
        """A store that notes what it is asked."""

    def noting(method: str) -> Callable[..., Any]:
        real = getattr(DirectoryStore, method)

        def call(self: DirectoryStore, key: str, *rest: Any, **named: Any) -> Any:
            calls.append((method, key.split("/", maxsplit=1)[0]))
            return real(self, key, *rest, **named)

        return call

    store = Recording(str(tmp_path))
    key = f"{FOLDER}/players.csv"
    put(store, key, scan(10))
    for method in ("head", "open", "create", "replace", "list_objects", "list_folders"):
        setattr(Recording, method, noting(method))
    ingested = ingest_key(store, key, SETTINGS)
    assert ingested is not None
    assert ingested.published
    assert Counter(calls) == {
        ("open", "inbox"): 1,
        ("open", "reports"): 2,  # is there one already, under either of its names?
        ("create", "raw"): 1,
        # Each target: a head, a look, a swap, and a second look. A date's own views look for its
        # newest event: the last upload, and a withdrawal of it.
        ("head", "curated"): 1,
        ("list_objects", "raw"): 4,
        ("list_objects", "withdrawn"): 4,
        ("create", "curated"): 1,
        ("head", "boards"): 1,
        ("create", "boards"): 1,
        # Which dates come after this one; what its changes are made of, twice, and further back
        # than of late, since there are no two snapshots before it. What the roster is made of,
        # twice. What this upload has written is not read.
        ("list_objects", "curated"): 7,
        # Each target's own, and twice what the summary and the table's file are made of.
        ("head", "changes"): 7,
        ("create", "changes"): 3,
        ("head", "players"): 1,
        ("create", "players"): 1,
        ("head", "catalog"): 2,
        ("list_objects", "boards"): 2,
        ("create", "catalog"): 2,
        # What is there before; what kingdoms.json says, which is not there yet.
        ("open", "catalog"): 2,
        ("list_objects", "catalog"): 2,
        ("create", "reports"): 1,
    }
    calls.clear()
    ingested.answer(store)  # which date is the newest now
    assert Counter(calls) == {("open", "catalog"): 1}
    again = ingest_key(store, key, SETTINGS)
    assert again is not None
    assert again.replayed
    calls.clear()
    again.answer(store)
    # What it took the place of then is told by the reports of its date: here its own alone.
    assert Counter(calls) == {
        ("open", "catalog"): 1,
        ("list_objects", "reports"): 1,
        ("open", "reports"): 1,
    }
