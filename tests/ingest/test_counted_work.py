"""Work that is counted, not timed: what a regression of speed would show in first (issue of speed).

Kernel calls belong to batches, and calls of Python functions belong to batches and boards: more
players in a batch must not make more of either. Store calls belong to uploads.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from chalicelib import behind, kernels
from chalicelib.boards.document import HELD
from chalicelib.ingest import csv_records, read_csv, read_json, text
from chalicelib.ingest.judge import judge_cell
from chalicelib.ingest.run import ingest_key
from chalicelib.lake.directory import DirectoryStore
from tests.ingest.support import FOLDER, SETTINGS, patched, put, read

TIERS = [f"T{tier} Kills" for tier in range(1, 6)]
COLUMNS = ["ID", "Name", "Power", "Killpoints", *TIERS, "Deads", "Helps", "Alliance"]
# Enough that every board is full, so that these stay what they are with more players.
FEW, MANY = 3 * HELD, 6 * HELD


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
def counted_kernels() -> Iterator[Counter[str]]:
    counts: Counter[str] = Counter()

    def counting(name: str, kernel: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            counts[name] += 1
            return kernel(*arguments, **named)

        return call

    changes = [
        (kernels, name, counting(name, kernel))
        for name, kernel in vars(kernels).items()
        if isinstance(kernel, FunctionType) and not name.startswith("_")
    ]
    with patched(*changes):
        yield counts


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


def kernels_of(folder: Path, data: bytes, name: str = "players.csv") -> Counter[str]:
    with in_one_batch(), counted_kernels() as counts:
        ingest(folder, data, name)
    return counts


@pytest.mark.parametrize("form", ["ascii", "plain", "thousands"])
def test_kernel_calls_do_not_depend_on_the_players_in_a_batch(form: str, tmp_path: Path) -> None:
    few = kernels_of(tmp_path / "few", scan(FEW, form))
    assert kernels_of(tmp_path / "many", scan(MANY, form)) == few


def test_a_plain_batch_takes_so_many_kernel_calls_and_no_cell_by_cell_look(tmp_path: Path) -> None:
    counts = kernels_of(tmp_path, scan(FEW, "ascii"))
    # All numbers together are cast at once. For the hash there are casts only of kills, dkp and the
    # digits of all hashes, and four for the lines of the boards.
    assert counts["ascii_is_decimal"] == counts["starts_with"] == 0
    assert counts["cast"] == 1 + 3 + 4
    closely = ("utf8_normalize", "utf8_length", "utf8_lower", "replace_with_mask", "is_in")
    assert not any(counts[name] for name in closely)
    assert counts["match_substring_regex"] == 0
    # Every value is known, so no board leaves anybody out: only repeated ids are filtered for. The
    # lines of all boards are written in one go.
    assert counts["filter_by"] == 1
    assert counts["join_rows"] == counts["binary_join"] == 1
    assert counts.total() < 110


def test_only_one_cell_that_is_unusual_goes_through_the_grammar(tmp_path: Path) -> None:
    looked_at = []
    grammar = kernels.replace_substring_regex

    def looking(cells_: Any, *options: Any) -> Any:
        looked_at.append(len(cells_))
        return grammar(cells_, *options)

    data = scan(FEW).replace(b",1003,", b", 1003 ,", 1)
    with patched((kernels, "replace_substring_regex", looking)):
        ingest(tmp_path, data)
    assert looked_at == [1]


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
        assert counts["rules.py:judge"] == counts["hashing.py:record_digests"] >= 1
        found.append(counts)
        # All boards are written down at once.
        assert counts["encode.py:_lines"] == 1
        assert counts["encode.py:_json_texts"] == 2
    more = {key: count - found[0][key] for key, count in found[1].items()}
    assert {key: extra for key, extra in more.items() if extra > 8} == {}


def test_a_scan_of_one_batch_takes_a_thread_for_parquet_and_two_for_the_disk(
    tmp_path: Path,
) -> None:
    started = []

    class Noted(threading.Thread):
        def start(self) -> None:
            started.append(self.name)
            super().start()

    with patched((behind, "Thread", Noted)):
        ingest(tmp_path / "few", scan(1000))
        assert len(started) == 3
        ingest(tmp_path / "many", scan(40_000))
    # Beside those: behind the copying, the reader, the records, and the row groups for the boards.
    assert len(started) == 3 + 3 + 3


def test_only_the_ends_of_a_list_are_decoded_object_by_object(tmp_path: Path) -> None:
    small = ((module, name, 1 << 14) for module, name in ((read_json, "BLOCK"), (text, "CHUNK")))
    with patched(*small), counted_calls() as counts:
        ingest(tmp_path, objects(FEW), "players.json")
    assert counts["json_arrow.py:parse_list"] > 1
    # To find the shape and its keys, the first one twice; and the last one.
    assert counts["json_text.py:JsonText.value"] == 2


def test_jsonschema_is_asked_about_a_text_once_for_each_column() -> None:
    data = scan(FEW).replace(b"1003,", b"1.2M,").replace(b",AZ", b"," + b"A" * 201)
    judge_cell("id", "1")  # the module is imported, and nothing of this scan is known
    with counted_calls() as counts:
        report, _ = read(data)
    assert report["error_count"] > FEW
    assert len({(error["column"], error["value"]) for error in report["errors"]}) < 5
    # Texts that are too long to be kept are judged one by one.
    long = sum(error["code"] == "bad_text" for error in report["errors"])
    assert counts["judge.py:judge_row"] == counts["judge.py:_judge_text"] + long
    assert counts["judge.py:_judge_text"] < 5


def test_a_row_without_quotes_is_found_without_csv() -> None:
    data = scan(FEW).replace("Péter 7,".encode(), b'"P",', 1).replace(b",AZ", b",\x00", 9)
    by_csv: list[bytes] = []
    of_record = csv_records._Lines.of_record

    def noted(lines: Any, first: bytes, others: Iterator[bytes]) -> Iterator[str]:
        by_csv.append(first)
        return of_record(lines, first, others)

    with patched((csv_records._Lines, "of_record", noted)):
        report, _ = read(data)
    assert [error["line"] for error in report["errors"]] == list(range(2, 11))
    assert len(by_csv) == 1
    assert by_csv[0].startswith(b'7,"P",')


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
        ("head", "curated"): 1,
        ("head", "boards"): 1,
        ("list_objects", "raw"): 1,
        ("create", "curated"): 1,
        ("create", "boards"): 1,
        ("create", "reports"): 1,
    }
