"""Blocks of JSON objects by pyarrow's parser: it takes what `json` takes, or nothing."""

import json

import pyarrow as pa
import pytest

from chalicelib.scans.json import arrow_blocks as json_arrow
from chalicelib.scans.json.arrow_blocks import (
    after_last_line,
    after_last_object,
    parse_lines,
    parse_list,
)
from tests.ingest.support import patched

TYPES = pa.schema({"a": pa.int64(), "b": pa.string(), "c": pa.float64()})
FULL = {"a": None, "b": None, "c": None}


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1},',
        '{"a":1,"b":"x"} , {"b":null,"c":0.5},',
        '{},\n{"a":2}\n,\r\n',
        '{"b":"},{"},{"b":"]}"},',
        '{"b":"\\u00e9\\"\\\\"},',
    ],
)
def test_a_part_of_a_list_is_what_json_says(text: str) -> None:
    expected = [FULL | one for one in json.loads(f"[{text.rstrip()[:-1]}]")]
    found = parse_list(text.encode(), TYPES)
    assert found is not None
    assert found.to_pylist() == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1}{"a":2},',
        '{"a":1}\n{"a":2},',
        '{"a":1},,',
        '{"a":1},null,',
        '{"a":1},3,',
        "[],",
        '{"a":1}],"list":[{"a":2},',
        '{"a":1}],"more":[{"a":2},',
        '{"a":1}]}{"list":[{"a":2},',
        '{"a":1}]}\n{"list":null}\n{"list":[{"a":2},',
        '{"a":1}]}\0{"list":[{"a":2},',
        '{"a":1,"a":2},',
        '{"a":1,"d":2},',
        '{"a":1.5},',
        '{"a":9223372036854775808},',
        '{"b":1},',
        '{"b":"\\ud800"},',
        '{"b":"\n"},',
        '{"c":NaN},',
        '{"c":-Infinity},',
        '{"a":1,},',
        '{"a":1} /* */,',
    ],
)
def test_what_is_no_part_of_a_list_or_does_not_fit_is_not_parsed(text: str) -> None:
    assert parse_list(text.encode(), TYPES) is None


def test_a_block_is_cut_behind_the_last_object_with_another_one_behind_it() -> None:
    block = b'{"a":1},{"a":2} ,\r\n {"a":3}, "x'
    assert block[after_last_object(block) :] == b'{"a":3}, "x'
    assert after_last_object(b'{"a":1}, "x') == after_last_object(b"") == 0
    assert after_last_line(b"{}\n{}\n{") == 6
    assert after_last_line(b"{}") == 0


def test_no_more_cells_are_made_than_memory_has_room_for() -> None:
    with patched((json_arrow, "_MAX_CELLS", 5)):
        assert parse_list(b"{},", TYPES) is not None
        assert parse_list(b"{},{},", TYPES) is None
        assert parse_lines(b"{}\n", TYPES) is not None
        assert parse_lines(b"{}\n{}\n", TYPES) is None
