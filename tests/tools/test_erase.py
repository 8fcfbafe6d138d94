"""A player is found in each form and encoding of an upload, and nobody else is."""

import gzip
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tools.erase.patterns import LONGEST, needles
from tools.erase.search import DAMAGED, search

PLAYER = 38232075
NAME = 'Zoë "Z" & Ω'


def found(body: bytes, *names: str, player: int = PLAYER) -> set[str]:
    return search(io.BytesIO(body), needles(player, names))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(
    "cell",
    [
        *("38232075", "38,232,075", "38.232.075", "38 232 075", "38\u00a0232\u00a0075"),
        *("0038232075", "38232075.0", '"38,232,075"', "38'232'075"),
    ],
)
def test_an_id_is_found_however_it_is_written(cell: str, encoding: str) -> None:
    for text in (f"ID,Name\n{cell},x\n", f"x\t{cell}", cell):
        assert found(text.encode(encoding)) == {"id"}


def test_an_id_with_thin_spaces_is_found() -> None:
    assert found("38\u202f232\u202f075".encode()) == {"id"}
    assert found(json.dumps("38\u202f232\u202f075").encode()) == {"id"}


@pytest.mark.parametrize(
    "text", ["138232075", "382320751", "3823207", "38-232-075", "38,232,0755", "1 138,232,075"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_another_number_is_not_the_id(text: str, encoding: str) -> None:
    assert found(f"id,{text},x".encode(encoding)) == set()


@pytest.mark.parametrize(
    "body",
    [
        f"1,{NAME},2".encode(),
        ('1,"{}",2'.format(NAME.replace('"', '""'))).encode(),
        f"1,{NAME},2".encode("utf-16"),
        json.dumps([{"name": NAME}]).encode(),
        json.dumps([{"name": NAME}], ensure_ascii=False).encode(),
        json.dumps([{"name": NAME}]).replace("00eb", "00EB").replace("03a9", "03A9").encode(),
        b"<t>Zo\xc3\xab &quot;Z&quot; &amp; \xce\xa9</t>",
        f"1,Zoe\u0308 {NAME[4:]},2".encode(),
    ],
)
def test_a_name_is_found_in_each_way_to_write_it(body: bytes) -> None:
    assert found(body, NAME) == {NAME}


@pytest.mark.parametrize("text", ["Anabel", "Hanna", "Ana1", "ana", "Diana", "Anaé"])
def test_a_part_of_another_name_is_not_the_name(text: str) -> None:
    assert found(f"1,{text},2".encode(), "Ana") == set()
    assert found(f"1,{text[:-1]}.Ana,2".encode(), "Ana") == {"Ana"}


def workbook(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/styles.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<c><v>{text}</v></c>")
    return file.getvalue()


def parquet(*ids: int) -> bytes:
    file = io.BytesIO()
    table = pa.table({"id": [*ids], "names": [["Ana"] for _ in ids]})
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"x,38232075"),
        gzip.compress(b"x\n") + gzip.compress(b"38232075"),
        gzip.compress(gzip.compress(b"38232075")),
        gzip.compress("38,232,075".encode("utf-16")),
        workbook("38232075"),
        gzip.compress(workbook("38232075")),
        parquet(1, PLAYER),
    ],
    ids=["gzip", "two members", "twice", "utf-16", "workbook", "packed workbook", "parquet"],
)
def test_what_is_packed_is_unpacked(body: bytes) -> None:
    assert found(body) == {"id"}


def test_parquet_is_searched_for_names_in_lists_and_for_nothing_else() -> None:
    assert found(parquet(1, 138232075), "Ana") == {"Ana"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [
        1024 * 1024 - 3,
        *(
            pytest.param(size, marks=pytest.mark.long)
            for size in (1024 * 1024, 3 * 1024 * 1024 - 5, LONGEST - 4)
        ),
    ],
)
def test_an_id_across_two_pieces_of_a_large_file_is_found(size: int) -> None:
    body = b"," * size + b"38232075" + b"," * 2048
    for text in (body, gzip.compress(body, 1)):
        assert found(text) == {"id"}
    for digits in (b"138232075", b"382320750"):
        other = b"," * size + digits + b"," * 5000
        assert found(other) == set()
        assert found(gzip.compress(other, 1)) == set()


CUT = (gzip.compress(b"x,38232075")[:-3], workbook("1")[:-9], parquet(1)[:-9])


@pytest.mark.parametrize(
    "body",
    [*CUT, b"\x1f\x8b\x08\x00", b"PAR1xx", b"PK\x03\x04xx"],
    ids=["gzip", "zip", "parquet", "a gzip's head", "a parquet's head", "a zip's head"],
)
def test_what_cannot_be_unpacked_is_told(body: bytes) -> None:
    assert found(body) == {DAMAGED}


def test_nothing_is_found_in_nothing() -> None:
    assert found(b"", "Ana") == set()
