"""What pyarrow would do to cells of its own accord, and must not."""

import io

import pytest

from chalicelib.ingest.cells import Place
from chalicelib.ingest.read_csv import CsvReader
from chalicelib.ingest.text import TextStream
from tests.ingest.support import codes, read

BOM = "\ufeff"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_bom_in_the_first_cell_is_a_part_of_it_as_in_any_other(encoding: str) -> None:
    scan = f"Name,ID,Power\n{BOM}Ana,1,5\n{BOM}Bo,2,7\n".encode(encoding)
    report, players = read(scan)
    assert report["status"] == "accepted"
    assert [player["name"] for player in players] == [f"{BOM}Ana", f"{BOM}Bo"]


def test_a_bom_before_the_first_id_is_no_digit() -> None:
    report, _ = read(f"ID,Name,Power\n{BOM}1,Ana,5\n".encode())
    assert codes(report) == ["bad_number"]


def test_a_look_for_a_row_ends_where_it_is_found() -> None:
    scan = b"ID,Name,Power\n1,Ana,-\n" + b"\n" * 5_000_000
    body = io.BytesIO(scan)
    reader = CsvReader(lambda: TextStream(body, gzipped=False, max_bytes=0))
    body.seek(0)
    assert reader.look_up([1]) == {1: Place(2, "1")}
    assert body.tell() < len(scan) / 2
