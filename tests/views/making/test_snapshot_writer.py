"""The curated file and the boards of a run (contract, section 4): the same for the same players."""

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.boards.document import decode
from chalicelib.boards.snapshot import FACTS_KEY
from chalicelib.lake.keys import InboxKey, Partition, parse_file_name
from chalicelib.lake.read_once import KnownFile
from chalicelib.lake.run import Run
from chalicelib.lake.view_keys import curated_key
from chalicelib.limits import MAX_INTEGER
from chalicelib.players.arrow import CURATED_SCHEMA, PLAYER_FIELDS
from chalicelib.players.headers import map_headers
from chalicelib.players.schema import COLUMN_NAMES, COUNTERS, SCHEMA, TEXT_COLUMNS
from chalicelib.scans.csv import reader as read_csv
from chalicelib.scans.json import reader as read_json
from chalicelib.scans.json import shapes as json_shapes
from chalicelib.scans.upload import receive
from chalicelib.validation.derive import plan
from chalicelib.views.curated_file import CuratedFile, open_file
from chalicelib.views.making import snapshot_writer as curate
from chalicelib.views.making.make_snapshot import make_snapshot
from chalicelib.views.making.snapshot_writer import SnapshotWriter
from chalicelib.views.view import SnapshotObjects
from tests.ingest.support import KEY, MOMENT, SETTINGS, SLOW, Player, patched
from tests.views.making.test_record_hash import plainly

RUN = Run.of(KEY, MOMENT, "5" * 64)
PARTITION = Partition(51, date(2026, 1, 26))
TYPES = {field.name: field.type for field in PLAYER_FIELDS}

texts = st.none() | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x1f\r"), max_size=6
).map(lambda text: text.strip() or None)
# Small enough for sums and DKP of them to be counters too.
counters = st.none() | st.integers(0, 9) | st.integers(0, MAX_INTEGER // 100)


@st.composite
def players(draw: st.DrawFn, most: int = 12) -> list[Player]:
    """Players with unique ids and the columns that some file has."""
    ids = draw(st.lists(st.integers(1, MAX_INTEGER), min_size=1, max_size=most, unique=True))
    others = {"power", *draw(st.sets(st.sampled_from(["alliance", *COUNTERS]), max_size=8))}
    columns = ["id", "name", *sorted(others)]
    return [
        {
            name: player if name == "id" else draw(texts if name in TEXT_COLUMNS else counters)
            for name in columns
        }
        for player in ids
    ]


def curator(
    columns: Sequence[str], run: Run = RUN, partition: Partition = PARTITION
) -> SnapshotWriter:
    derivation = plan(map_headers(columns), dict(SETTINGS.dkp_weights))
    return SnapshotWriter(run, partition, derivation, io.BytesIO())


def typed(rows: Sequence[Player]) -> dict[str, pa.Array]:
    return {name: pa.array([row[name] for row in rows], TYPES[name]) for name in rows[0]}


def objects(
    maker: SnapshotWriter, columns: Mapping[str, pa.Array], cuts: Sequence[int] = ()
) -> SnapshotObjects:
    """What is made of players that come in batches cut at these rows."""
    length = len(columns["id"])
    edges = [0, *sorted(cuts), length]
    for start, end in pairwise(edges):
        maker.add({name: a.slice(start, end - start) for name, a in columns.items()}, end - start)
    return maker.finish()


def views(
    maker: SnapshotWriter, columns: Mapping[str, pa.Array], cuts: Sequence[int] = ()
) -> list[bytes]:
    """The curated file and the boards of the same."""
    return [body.read() for body in objects(maker, columns, cuts)]


def views_of(data: bytes, file_name: str = "players.csv") -> list[bytes]:
    """The same of a whole upload."""
    upload = receive(io.BytesIO(data), SETTINGS.max_upload_bytes, io.BytesIO())
    inbox_key = InboxKey(PARTITION, parse_file_name(file_name))
    found, made = make_snapshot(upload, inbox_key, RUN, SETTINGS, io.BytesIO())
    assert made is not None, found.errors.listed
    return [body.read() for body in made]


def parquet(body: bytes) -> pq.ParquetFile:
    return pq.ParquetFile(io.BytesIO(body), page_checksum_verification=True)


def long_names(count: int) -> dict[str, pa.Array]:
    return {
        "id": pa.array(range(1, count + 1), pa.int64()),
        "name": pa.array([f"{number:07}" + "é" * (number % 97) for number in range(count)]),
        "power": pa.array([None if number % 5 else number for number in range(count)], pa.int64()),
    }


@pytest.mark.slow
@settings(SLOW, max_examples=60)
@given(players(), st.lists(st.integers(0, 12), max_size=3), st.sampled_from([3, 20]))
def test_what_the_writer_of_a_file_knows_is_what_is_read_of_it(
    rows: list[Player], cuts: list[int], row_group: int
) -> None:
    with patched((curate, "ROW_GROUP", row_group)):
        cuts = [min(cut, len(rows)) for cut in cuts]
        made = objects(curator(list(rows[0])), typed(rows), cuts).curated
    assert isinstance(made, KnownFile) is (len(rows) <= row_group)
    if isinstance(made, KnownFile):
        known, found = made.known, open_file(made.read(), curated_key(PARTITION))
        assert isinstance(known, CuratedFile)
        assert known.snapshot == found.snapshot
        for names in (["id"], CURATED_SCHEMA.names):
            assert known.players(names).equals(found.players(names))
            assert known.players(names).column_names == names


class TestCuts:
    @pytest.mark.slow
    @settings(SLOW, max_examples=60)
    @given(players(), st.lists(st.integers(0, 12), max_size=6), st.integers(1, 5))
    @example([{"id": 7, "name": None, "power": None}], [0, 0, 1], 1)
    def test_the_bytes_are_the_same_however_the_players_were_cut_into_batches(
        self, rows: list[Player], cuts: list[int], row_group: int
    ) -> None:
        cuts = [min(cut, len(rows)) for cut in cuts]
        with patched((curate, "ROW_GROUP", row_group)):
            whole = views(curator(list(rows[0])), typed(rows))
            assert views(curator(list(rows[0])), typed(rows), cuts) == whole

    @pytest.mark.parametrize("size", [333, 5000, 20_011])
    def test_nor_do_batches_show_in_the_pages_of_a_long_file(self, size: int) -> None:
        count = curate.ROW_GROUP + 5
        columns = long_names(count)
        whole = views(curator(list(columns)), columns)
        assert views(curator(list(columns)), columns, range(size, count, size)) == whole

    @pytest.mark.slow
    @settings(SLOW, max_examples=25)
    @given(players(), st.integers(1, 5), st.integers(700, 4000))
    def test_nor_do_the_blocks_in_which_a_file_was_read(
        self, rows: list[Player], batch: int, block: int
    ) -> None:
        uploads = in_every_format(rows)
        whole = [views_of(data, name) for name, data in uploads.items()]
        with patched(
            (json_shapes, "BATCH_ROWS", batch),
            (read_json, "BLOCK", block),
            (read_csv, "BLOCK", block),
        ):
            assert [views_of(data, name) for name, data in uploads.items()] == whole

    def test_nor_does_a_column_that_json_shows_late_and_the_reading_that_starts_again(self) -> None:
        rows = [{"id": 1, "name": "Ana", "power": 5}, {"id": 2, "name": "Bo", "power": 4}]
        late = json.dumps([*rows, {"id": 3, "name": "Cy", "power": 3, "helps": 9}]).encode()
        whole = views_of(late, "players.json")
        with patched((json_shapes, "BATCH_ROWS", 1)):
            assert views_of(late, "players.json") == whole
        assert parquet(whole[0]).read()["helps"].to_pylist() == [None, None, 9]


class TestFile:
    ROWS: tuple[Player, ...] = tuple(
        {"id": number * 7 % 11 + 1, "name": f"P{number}", "power": number or None, "helps": 5}
        for number in range(11)
    )

    @pytest.fixture
    def bodies(self) -> list[bytes]:
        with patched((curate, "ROW_GROUP", 4)):
            return views(curator(list(self.ROWS[0])), typed(self.ROWS), (3, 8))

    def test_its_columns_are_the_schema_s_in_order_and_then_the_metadata(
        self, bodies: list[bytes]
    ) -> None:
        schema = parquet(bodies[0]).schema_arrow
        assert schema.remove_metadata().equals(CURATED_SCHEMA, check_metadata=True)
        metadata = ["kingdom", "snapshot_date", "ingested_at", "run_id", "record_hash"]
        assert schema.names == [*SCHEMA["properties"], *metadata]

    def test_rows_stand_in_file_order_in_row_groups_of_one_size(self, bodies: list[bytes]) -> None:
        file = parquet(bodies[0])
        assert file.read()["id"].to_pylist() == [row["id"] for row in self.ROWS]
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        assert groups == [4, 4, 3]

    def test_a_column_that_the_file_lacks_is_there_and_null(self, bodies: list[bytes]) -> None:
        table = parquet(bodies[0]).read()
        lacking = [name for name in COLUMN_NAMES if name not in self.ROWS[0]]
        assert len(lacking) == len(COLUMN_NAMES) - 4
        assert all(table[name].null_count == len(self.ROWS) for name in lacking)

    def test_every_row_tells_its_run_kingdom_and_date(self, bodies: list[bytes]) -> None:
        names = ["kingdom", "snapshot_date", "ingested_at", "run_id"]
        facts = {(51, PARTITION.snapshot_date, MOMENT, RUN.run_id)}
        table = parquet(bodies[0]).read()
        assert {tuple(row[name] for name in names) for row in table.to_pylist()} == facts

    def test_every_column_is_zstd_and_all_but_texts_have_true_statistics(
        self, bodies: list[bytes]
    ) -> None:
        file = parquet(bodies[0])
        for group in range(file.num_row_groups):
            table = file.read_row_group(group)
            for index, name in enumerate(table.column_names):
                chunk = file.metadata.row_group(group).column(index)
                values = [value for value in table[name].to_pylist() if value is not None]
                assert chunk.compression == "ZSTD"
                if pa.types.is_string(table.schema.field(name).type):
                    assert chunk.statistics is None
                    continue
                assert chunk.statistics.null_count == table.num_rows - len(values)
                assert chunk.statistics.has_min_max == bool(values)
                if values:
                    assert (chunk.statistics.min, chunk.statistics.max) == (
                        min(values),
                        max(values),
                    )

    def test_every_page_has_a_checksum(self, bodies: list[bytes]) -> None:
        metadata = parquet(bodies[0]).metadata
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(index)
                first = chunk.dictionary_page_offset or chunk.data_page_offset
                damaged = bytearray(bodies[0])
                damaged[first + chunk.total_compressed_size - 1] ^= 1
                with pytest.raises(OSError, match="CRC checksum verification failed"):
                    parquet(bytes(damaged)).read_row_group(group)

    def test_the_footer_has_the_facts_of_the_boards_object_and_nothing_else(
        self, bodies: list[bytes]
    ) -> None:
        footer = parquet(bodies[0]).metadata.metadata
        assert footer.keys() == {FACTS_KEY}
        facts = json.loads(footer[FACTS_KEY])
        assert facts == decode(bodies[1], 51, PARTITION.snapshot_date).snapshot.as_json()
        assert facts == {
            "run_id": RUN.run_id,
            "run_ts": RUN.run_ts,
            "kingdom": 51,
            "snapshot_date": "2026-01-26",
            "ingested_at": "2026-01-26T15:30:12Z",
            "players": len(self.ROWS),
            "dkp": {"basis": "none"},
            "rules": 2,
        }


@pytest.mark.slow
@settings(SLOW, max_examples=40)
@given(
    players(), st.randoms(use_true_random=False), st.integers(1, 99_999), st.dates(date(1, 1, 1))
)
def test_a_record_s_hash_is_the_same_in_any_order_run_kingdom_and_date(
    rows: list[Player], chance: Any, kingdom: int, day: date
) -> None:
    def hashes(body: bytes) -> dict[int, str]:
        found = parquet(body).read().to_pylist()
        assert [row["record_hash"] for row in found] == [plainly(row) for row in found]
        return {row["id"]: row["record_hash"] for row in found}

    first, _ = views(curator(list(rows[0])), typed(rows))
    shuffled, columns = chance.sample(rows, len(rows)), chance.sample([*rows[0]], len(rows[0]))
    again = typed([{name: row[name] for name in columns} for row in shuffled])
    again |= {"highest_acclaim": pa.nulls(len(rows), pa.int64())} | again
    run = RUN._replace(accepted=datetime(2031, 5, 6, tzinfo=UTC), sha256="6" * 64)
    second, _ = views(curator([*again], run, Partition(kingdom, day)), again)
    assert hashes(first) == hashes(second)


def in_every_format(rows: Sequence[Player]) -> dict[str, bytes]:
    """Players as a file of each format, by file name."""

    def delimited(delimiter: str) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)
        return out.getvalue().encode()

    return {
        "players.csv": delimited(","),
        "players.tsv": delimited("\t"),
        "players.json": json.dumps(rows).encode(),
        "wrapped.json": json.dumps({"scan": 7, "players": rows}, ensure_ascii=False).encode(),
        "players.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "players.ndjson": "".join(f"{json.dumps(row)}\r\n" for row in rows).encode(),
    }


@pytest.mark.slow
@settings(SLOW, max_examples=25)
@given(players())
def test_the_same_players_give_the_same_bytes_in_every_format(rows: list[Player]) -> None:
    (first, plain), *others = in_every_format(rows).items()
    expected = views_of(plain, first)
    named = {name: parquet(expected[0]).read()[name].to_pylist() for name in ("id", "name")}
    assert named["id"] == [row["id"] for row in rows]
    for name, data in [(first, plain), *others]:
        assert views_of(data, name) == expected
        assert views_of(gzip.compress(data), f"{name}.gz") == expected


def test_the_file_is_what_pyarrow_s_own_writer_makes_of_the_same_settings() -> None:
    body, _ = views_of(b"ID,Name,Power,Alliance\n" + b"7,Ada,123456,[KOR]\n8,Bob,5,\n")
    table = parquet(body).read().cast(CURATED_SCHEMA)
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, CURATED_SCHEMA, **curate.PARQUET) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata(parquet(body).metadata.metadata)
    assert sink.getvalue() == body
