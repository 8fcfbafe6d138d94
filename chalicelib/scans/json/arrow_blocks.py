"""Parse JSON objects with pyarrow, block by block: find where to cut a block, and parse it.

A block may be cut at what only looks like an object's end, in a string or deep in an object. Then
it is not valid JSON, which the parser detects.
"""

import re
from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.json as pajson

from chalicelib import kernels

# The most cells that pyarrow may make of a block, including absent ones.
_MAX_CELLS: Final = 8_000_000
# The bytes of the shortest object: `{},`.
_SHORTEST: Final = 3
_TWO_ON_A_LINE: Final = re.compile(rb"\}[ \t]*\{")
# The end of one object of a list and the start of the next, or a string that looks like it.
_BETWEEN: Final = re.compile(rb"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_LIST: Final = "list"


def after_last_line(block: bytes) -> int:
    """Where the last, incomplete line of a block starts; 0 when no line ends in the block."""
    return block.rfind(b"\n") + 1


def after_last_object(block: bytes) -> int:
    """Where the last object starts that follows another object and a comma; 0 for none."""
    end = len(block)
    while (end := block.rfind(b"}", 0, end)) >= 0:
        if between := _BETWEEN.match(block, end):
            return between.end()
    return 0


def parse_lines(block: bytes, player: pa.Schema) -> pa.RecordBatch | None:
    """Parse lines with one object each; None where pyarrow's types cannot hold them.

    Args:
        block: whole lines.
        player: the objects' keys and the type of each; other keys or types give None.
    """
    if _TWO_ON_A_LINE.search(block) or block.count(b"\n") * len(player) > _MAX_CELLS:
        return None
    players = _parse(block, player)
    return None if players is None or _has_no_json(players.columns) else players


def parse_list(block: bytes, player: pa.Schema) -> pa.RecordBatch | None:
    """Parse a part of a list of objects; None where pyarrow's types cannot hold them.

    The part is wrapped as `{"list": [...]}`, so that the parser handles the commas: splitting the
    text at them first would add half of the parsing time. If the result is one object with one
    list, no list has ended within the block.

    Args:
        block: objects, each followed by a comma.
        player: the objects' keys and the type of each; other keys or types give None.
    """
    # Counting takes 0.3 ms a block; a block that holds too few bytes is not counted.
    most = len(block) // _SHORTEST * len(player)
    if most > _MAX_CELLS and block.count(b"{") * len(player) > _MAX_CELLS:
        return None
    objects = memoryview(block)[: block.rindex(b",")]
    text = b"".join((b'{"%b":[' % _LIST.encode(), objects, b"]}"))
    one = _parse(text, pa.schema([(_LIST, pa.list_(pa.struct(list(player))))]))
    if one is None or one.num_rows != 1:
        return None
    players = one.column(_LIST).flatten()
    if players.null_count or _has_no_json(players.flatten()):
        return None
    return pa.RecordBatch.from_struct_array(players)


def _parse(block: bytes, schema: pa.Schema) -> pa.RecordBatch | None:
    try:
        table = pajson.read_json(
            pa.BufferReader(block),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pajson.ParseOptions(
                # An unexpected field is never inferred: it may be nested beyond any stack.
                explicit_schema=schema,
                unexpected_field_behavior="error",
            ),
        )
    # UnicodeError: pyarrow's message may contain a cut character.
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeError):
        return None
    batch = table.combine_chunks().to_batches()
    return batch[0] if batch else None


def _has_no_json(columns: Iterable[pa.Array]) -> bool:
    """Whether pyarrow accepted NaN or an infinity, which are not valid JSON."""
    return any(
        kernels.is_finite(column).false_count
        for column in columns
        if pa.types.is_floating(column.type)
    )
