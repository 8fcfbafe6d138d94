"""The statement that the product sends, over files that the real ingestion wrote."""

import io
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from chalicelib.engines.athena.query import BoardQuery
from tests.athena.fixtures import Athena
from tests.athena.support import Answer, board_query, fill, large_scan, query
from tests.ingest.support import CURATED

pytestmark = pytest.mark.slow

TYPES = [
    ("rank", "bigint"),
    ("place", "bigint"),
    ("id", "bigint"),
    ("name", "varchar"),
    ("alliance", "varchar"),
    ("value", "bigint"),
    ("total", "bigint"),
    ("around", "bigint"),
    ("me", "bigint"),
    ("nobody", "integer"),
    ("kingdom", "integer"),
    ("dt", "varchar"),
    ("run_id", "varchar"),
    ("version", "varchar"),
    ("file", "varchar"),
    ("asked", "varchar"),
]
YUKI = ["1", "1", "1000002", "雪 👑", None, "900", "3"]
OBRIEN = ["2", "2", "1000001", "O'Brien", '[A] "q", x', "500", "3"]
BO = ["2", "3", "1000003", "Bo", "[B]", "500", "3"]


def board(athena: Athena, run_id: str, first: int, last: int) -> Answer:
    asked = board_query(run_id, last - first + 1, first - 1)
    return told(query(athena, asked.text, []), asked)


def told(answer: Answer, asked: BoardQuery) -> Answer:
    """An answer whose rows say whose they are, without what they say of it."""
    whose = [None, None, "0", *map(str, asked.identity)]
    assert all(row[7:] == whose for row in answer.rows)
    return replace(answer, rows=[row[:7] for row in answer.rows])


def test_ranks_ties_unknown_values_and_totals(athena: Athena) -> None:
    answer = board(athena, fill(athena), 1, 4)
    assert answer.state == "SUCCEEDED", answer.reason
    assert answer.columns == TYPES
    assert answer.rows == [YUKI, OBRIEN, BO]


def test_a_page_has_the_first_row_too(athena: Athena) -> None:
    run_id = fill(athena)
    assert board(athena, run_id, 1, 1).rows == [YUKI]
    assert board(athena, run_id, 3, 3).rows == [YUKI, BO]
    assert board(athena, run_id, 2, 3).rows == [YUKI, OBRIEN, BO]
    assert board(athena, run_id, 9, 10).rows == [YUKI]


def test_another_run_has_no_rows_but_types(athena: Athena) -> None:
    fill(athena)
    answer = board(athena, "20200101T000000Z-0123456789abcdef", 1, 4)
    assert (answer.rows, answer.columns) == ([], TYPES)


def test_of_a_file_of_real_size_it_reads_five_columns_and_no_more(athena: Athena) -> None:
    run_id = fill(athena, large_scan(20_000))
    answer = board(athena, run_id, 1, 100)
    with athena.store.open(CURATED) as reader:
        metadata = pq.read_metadata(io.BytesIO(reader.read()))
    read = {"id", "name", "alliance", "dkp", "run_id"}
    chunks = [metadata.row_group(0).column(index) for index in range(metadata.num_columns)]
    sizes = {chunk.path_in_schema: chunk.total_compressed_size for chunk in chunks}
    wanted = sum(sizes[name] for name in read)
    # Trino counts the file's footer too, for which it reads the last 48 KiB.
    assert wanted <= answer.scanned_bytes <= wanted + 50_000
    assert answer.scanned_bytes < sum(sizes.values()) / 2


MUTATIONS = [
    ("rank() OVER", "row_number() OVER"),
    ("DESC NULLS LAST, id)", "DESC NULLS LAST, id DESC)"),
    ("DESC NULLS LAST", "DESC NULLS FIRST"),
    ("DESC NULLS LAST", "NULLS LAST"),
    ("count(CASE WHEN member = 1 THEN value END)", "count(*)"),
    ("ORDER BY place", "ORDER BY place DESC"),
]


def test_every_mutation_shows(athena: Athena) -> None:
    run_id = fill(athena)
    asked = board_query(run_id, 4)
    for written, mutated in MUTATIONS:
        mutant = asked.text.replace(written, mutated)
        assert mutant != asked.text
        answer = told(query(athena, mutant, []), asked)
        assert answer.state == "SUCCEEDED", answer.reason
        assert answer.rows != [YUKI, OBRIEN, BO], mutated
