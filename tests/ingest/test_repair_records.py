"""The mended file has the upload's records without the repeats, hash for hash, in each format."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.lake.file_names import parse_file_name
from chalicelib.validation.derive import Derivation
from chalicelib.validation.repair import find_repair
from chalicelib.validation.validate import validate_upload
from chalicelib.views.making.record_hash import hash_texts, record_digests
from tests.ingest.support import SETTINGS, SLOW, upload
from tests.scans.xlsx.books import Book

HEADERS = ["ID", "Name", "Power", "T4 Kills", "Town Hall"]
Row = tuple[Any, ...]


class Hashes:
    """A sink that keeps the hash of each record."""

    def __init__(self, _: Derivation) -> None:
        self.found: list[str] = []

    def add(self, columns: dict[str, pa.Array], length: int, _: object) -> None:
        self.found += hash_texts(record_digests(columns, length)).to_pylist()


def hashes(data: bytes, name: str) -> list[str]:
    sinks: list[Hashes] = []

    def collect(derivation: Derivation) -> Any:
        sinks.append(Hashes(derivation))
        return sinks[-1]

    found = validate_upload(upload(data), parse_file_name(name), SETTINGS, collect)
    assert found.accepted, found.errors.listed
    return sinks[-1].found


def as_csv(rows: list[Row], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([HEADERS, *rows])
    return text.getvalue().encode(encoding)


def as_objects(rows: list[Row]) -> list[dict[str, Any]]:
    return [dict(zip(HEADERS, row, strict=True)) for row in rows]


FORMATS: dict[str, Callable[[list[Row]], bytes]] = {
    "a.csv": as_csv,
    "bom.csv": lambda rows: as_csv(rows, "utf-8-sig"),
    "utf16.csv": lambda rows: as_csv(rows, "utf-16"),
    "titled.csv": lambda rows: b"Kingdom 3584, top players\n\n" + as_csv(rows),
    "a.tsv": lambda rows: as_csv(rows, delimiter="\t"),
    "a.csv.gz": lambda rows: gzip.compress(as_csv(rows)),
    "a.json": lambda rows: json.dumps({"root": as_objects(rows)}).encode(),
    "a.jsonl": lambda rows: "\n".join(map(json.dumps, as_objects(rows))).encode(),
    "a.xlsx": lambda rows: Book({"3584": [HEADERS, *rows]}).pack(),
}

IN_EACH_RUN = ("a.csv", "a.jsonl", "a.xlsx")
"""The other formats are left to `make test-long`."""

names = st.sampled_from(["Ana", 'Z"o, ë', "a\nb", "雪 x", "007", "NA", "=1+1", "'x"])
players = st.lists(
    st.tuples(names, st.integers(0, 2**53 - 1), st.integers(0, 9), st.sampled_from(["25", "x"])),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.long] * (name not in IN_EACH_RUN)) for name in FORMATS],
)
@SLOW
@given(drawn=players, again=st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_hash_for_hash(name: str, drawn: list[Row], again: list[int]) -> None:
    rows = [(number, *player) for number, player in enumerate(drawn, 1)]
    repeated = [rows[index % len(rows)] for index in again]
    data = FORMATS[name]([*rows, *repeated])
    file = parse_file_name(name)
    found = validate_upload(upload(data), file, SETTINGS)
    assert found.errors.count == len(repeated)
    with io.BytesIO() as out:
        repair = find_repair(upload(data), file, SETTINGS, found, out)
        assert repair is not None
        mended = out.getvalue()
    assert [*repair.removed_rows] == [*range(len(rows) + 1, len(rows) + len(repeated) + 1)]
    assert hashes(mended, repair.name) == hashes(FORMATS[name](rows), name)
    other = [*rows, *repeated, (rows[0][0], "Somebody else", *rows[0][2:])]
    data = FORMATS[name](other)
    found = validate_upload(upload(data), file, SETTINGS)
    assert find_repair(upload(data), file, SETTINGS, found, io.BytesIO()) is None
