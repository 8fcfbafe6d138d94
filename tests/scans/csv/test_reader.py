"""What pyarrow would do to cells of its own accord, and must not."""

import io
import threading
import time
from typing import BinaryIO

import pytest

from chalicelib.scans.batch import RowLocation
from chalicelib.scans.csv.reader import CsvReader
from chalicelib.scans.csv.source import CsvSource
from chalicelib.scans.text_stream import TextStream
from chalicelib.scans.upload import receive
from tests.ingest.support import codes, read

BOM = "\ufeff"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_bom_in_the_first_cell_is_a_part_of_it_as_in_any_other(encoding: str) -> None:
    scan = f"Name,ID,Power\n{BOM}Ana,1,5\n{BOM}Bo,2,7\n".encode(encoding)
    report, players = read(scan)
    assert report["status"] == "accepted"
    assert [player["name"] for player in players] == [f"{BOM}Ana", f"{BOM}Bo"]


def test_a_bom_before_the_first_id_cannot_be_seen_and_is_no_part_of_it() -> None:
    report, players = read(f"ID,Name,Power\n{BOM}1,Ana,5\n".encode())
    assert codes(report) == []
    assert players[0]["id"] == 1


def test_a_look_for_a_row_ends_where_it_is_found() -> None:
    scan = b"ID,Name,Power\n1,Ana,-\n" + b"\n" * 5_000_000
    upload = receive(io.BytesIO(scan), len(scan), io.BytesIO())
    looks: list[BinaryIO] = []

    def open_body() -> BinaryIO:
        looks.append(upload.open())
        return looks[-1]

    reader = CsvReader(lambda: TextStream(open_body, gzipped=False, max_bytes=0))
    assert reader.locate_rows([1]) == {1: RowLocation(2, "1")}
    assert looks[-1].tell() < len(scan) / 2


@pytest.mark.slow
@pytest.mark.long
def test_a_report_does_not_depend_on_how_far_pyarrow_read_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """pyarrow's thread is held back until the second look is under way."""
    rows = "1,雪雪雪雪雪雪雪,5\n" * 250_000
    scan = f'ID,Name,Power\n{rows}2,"雪,7\n{rows}'.encode()
    report, _ = read(scan)
    assert codes(report) == ["bad_text"]
    main = threading.get_ident()
    original = CsvSource.read

    def held_back(self: CsvSource, size: int = -1, /) -> bytes:
        if threading.get_ident() != main:
            time.sleep(0.03)
        return original(self, size)

    monkeypatch.setattr(CsvSource, "read", held_back)
    assert all(read(scan)[0] == report for _ in range(5))
